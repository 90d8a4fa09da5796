import type { Path } from "../core/values";
import type { EndWish, StartWish } from "./process";

/**
 * One change of the host, as data: so a plan can be printed, tested without a kernel, and carried out. What is said in
 * the words of `ip`, `bridge` or `sysctl` the kernel is asked for directly, in those of `nft` its library; other programs are run.
 * There is no undo in it: what takes a step back is the plan from what is seen to what was seen before.
 */
export interface Step {
  /** The namespace it runs in, by name under /run/netns or absolute path; absent: the provider's own. */
  netns?: string | undefined;
  /** The program and its words: what a person would type. */
  argv: readonly string[];
  /** What the program is given to read. */
  stdin?: string;
  /** Commands that are done in one go, where there are several: the words of each, which `-batch -` would read. */
  batch?: readonly (readonly string[])[];
  /** The property that it sets, so that an error can name it. */
  property?: Path;
  /** What it does, for the first line of an error: "set mtu 1400". */
  what: string;
  /** The namespace that it makes. */
  makes?: string;
  /** The alias that what it makes bears before anybody can see it, which the words cannot say. */
  alias?: string;
  /** The namespace that it takes away, with all that is in there. */
  takesAway?: string;
  /** A setting of the namespace that is 1 while this is done, and then as it was: 0, where it is not 1 anyway. */
  whileSet?: string;
  /** The device that is down while this is done, and then up or down as it was. */
  whileDown?: string;
  /** What it works on does not go with its namespace: it is a file of the host, such as a database. */
  outlives?: true;
  /** The process that it starts, or ends with all of its children. */
  starts?: StartWish;
  ends?: EndWish;
  /** The namespaces whose devices it works on, where those are several. */
  spans?: readonly (string | undefined)[];
}

/** The namespace that a step is about: a process is ended from outside, wherever its namespace is by now. */
export function netnsOf({ netns, ends }: Step): string | undefined {
  return ends ? ends.place.namespace : netns;
}

/** `ip` with words. */
export function ip(netns: string | undefined, what: string, words: readonly string[], property?: Path): Step {
  return { netns, argv: ["ip", ...words], what, ...(property && { property }) };
}
