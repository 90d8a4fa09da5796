import type { Path } from "../core/values";

/**
 * One change of the host, as data: so a plan can be printed, tested without a kernel, and sent out in batches.
 * There is no undo in it: what takes a step back is the plan from what is seen to what was seen before.
 */
export interface Step {
  /** The namespace it runs in, by name under /run/netns or absolute path; absent: the provider's own. */
  netns?: string | undefined;
  /** The program and its words. Neighbours that run `ip` in one namespace go out in one `ip -batch`. */
  argv: readonly string[];
  /** What the program is given to read. */
  stdin?: string;
  /** The property that it sets, so that an error can name it. */
  property?: Path;
  /** What it does, for the first line of an error: "set mtu 1400". */
  what: string;
  /** The namespace that it makes: further steps in there can go out in the same process. */
  makes?: { name: string; alias: string };
  /** The namespace that it takes away, with all that is in there. */
  takesAway?: string;
  /** What it works on does not go with its namespace: it is a file of the host, such as a database. */
  outlives?: true;
  /** The namespaces whose devices it works on, where it can run in any of them: `ip` with these words. */
  spans?: readonly { netns: string | undefined; words: readonly string[] }[];
}

/** `ip` with words. */
export function ip(netns: string | undefined, what: string, words: readonly string[], property?: Path): Step {
  return { netns, argv: ["ip", ...words], what, ...(property && { property }) };
}
