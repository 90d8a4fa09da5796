import {
  KINDS,
  type Netem,
  OPTIONS_OF,
  type OptionName,
  type Options,
  type OptionValue,
  type QdiscKind,
  type Settings,
  type Tbf,
} from "../core/qdisc";
import { rateOf, shareOf, sizeOf, timeOf } from "../core/units";
import { listClasses, listQdiscs } from "../netlink/qdisc";
import type { Kernel } from "./kernel";
import { namesOf } from "./link";
import { groupOf } from "./mark";
import { classText, qdiscRow, type Row } from "./qdiscRow";
import { withoutUndefined } from "./withoutUndefined";

type Info = Record<string, unknown>;

/** An option by its word in tc(8), where that is not its own name, and how it is shown. */
interface Option {
  word?: string;
  shownAs?: "time" | "rate" | "hex";
  /** Written as a word of its own, with `no` before it where it is off. */
  isFlag?: true;
  /** The value where none is shown. */
  usual?: OptionValue;
}

/** The words of options. */
const OPTIONS: Record<OptionName, Option> = {
  limit: {},
  flows: {},
  target: { shownAs: "time" },
  interval: { shownAs: "time" },
  quantum: {},
  ecn: { isFlag: true, usual: false },
  memoryLimit: { word: "memory_limit" },
  flowLimit: { word: "flow_limit" },
  initialQuantum: { word: "initial_quantum" },
  maxRate: { word: "maxrate", shownAs: "rate" },
  buckets: {},
  pacing: { isFlag: true, usual: true },
  perturb: { usual: 0 },
  depth: {},
  divisor: {},
  bands: {},
  default: { shownAs: "hex" },
  r2q: {},
  directQueueLength: { word: "direct_qlen" },
};

/** The qdiscs of a namespace, or of one device in it; undefined when that is not there. */
export async function showQdiscs(
  kernel: Kernel,
  netns: string | undefined,
  device?: string,
): Promise<Row[] | undefined> {
  const all = await kernel.look(netns, ["tc", "qdisc", "show"], async (netlink, file) => {
    const [rows, nameOf] = await Promise.all([listQdiscs(netlink, file), namesOf(kernel, netns)]);
    return rows.map((row) => qdiscRow(row, nameOf(row.index)));
  });
  return all?.filter(({ dev }) => device === undefined || dev === device);
}

/** The classes of a device's qdiscs; undefined when it is not there. */
export async function showClasses(
  kernel: Kernel,
  netns: string | undefined,
  device: string,
): Promise<string[] | undefined> {
  const [link] = (await kernel.device(netns, device)) ?? [];
  if (!link) return undefined;
  const classes = await kernel.look(netns, ["tc", "class", "show", "dev", device], (netlink, file) =>
    listClasses(netlink, file, link.ifindex),
  );
  return classes?.map(({ handle }) => classText(handle));
}

/** Where it is: `root`, or the class that it is on. */
export function parentOf({ root, parent }: Row): string | undefined {
  return root ? "root" : parent;
}

/**
 * The number of one that the program gives none: the kernel makes one with a number only where there is no other, and
 * one without in the place of any other. From 9000 on, for it counts from 8001 on itself.
 */
export function handleOf(mark: string, parent: string): string {
  return `${(0x9000 + (Number(groupOf(`${mark} ${parent}`)) % 0x6fff)).toString(16)}:`;
}

/** Whether the kernel has made it by itself. */
export function isDefault({ handle }: Row): boolean {
  return handle === "0:";
}

export function isKnown(kind: string): kind is QdiscKind {
  return (KINDS as readonly string[]).includes(kind);
}

/** What it does; numbers that were rounded on their way are not made round again. */
export function settingsIn(kind: QdiscKind, info: Info) {
  if (kind === "netem") return { netem: netemIn(info) };
  if (kind === "tbf") return { tbf: tbfIn(info) };
  const entries = OPTIONS_OF[kind].map((name) => [name, optionIn(OPTIONS[name], name, info)]);
  return { options: withoutUndefined(Object.fromEntries(entries)) as Options };
}

/** Times are in seconds, shares of 1, rates in bytes a second; what does nothing is left out. */
function netemIn(info: Info): Netem {
  const number = (group: string, key = group) => Number((info[group] as Info | undefined)?.[key] ?? 0);
  return {
    delay: timeOf(number("delay") * 1_000_000),
    jitter: timeOf(number("delay", "jitter") * 1_000_000),
    correlation: shareOf(number("delay", "correlation")),
    loss: shareOf(number("loss-random", "loss")),
    duplicate: shareOf(number("duplicate")),
    corrupt: shareOf(number("corrupt")),
    reorder: shareOf(number("reorder")),
    rate: rateOf(number("rate")),
    limit: Number(info.limit),
  };
}

function tbfIn({ rate, burst, lat, limit }: Info): Tbf {
  return {
    rate: rateOf(Number(rate)),
    burst: sizeOf(Number(burst)),
    ...(lat !== undefined && { latency: timeOf(Number(lat)) }),
    limit: sizeOf(Number(limit)),
  };
}

function optionIn({ word, shownAs, usual }: Option, name: string, info: Info): OptionValue | undefined {
  const shown = info[word ?? name] as OptionValue | undefined;
  if (shown === undefined) return usual;
  if (shownAs === "time") return timeOf(Number(shown));
  if (shownAs === "rate") return rateOf(Number(shown));
  return shownAs === "hex" ? Number(shown).toString(16) : shown;
}

/** The words of tc(8) for what it is to do; with what it does already, to tell what must be put to nothing. */
export function wordsOf({ netem, tbf, options }: Settings, have: Settings = {}): string[] {
  if (netem) return netemWords(netem, have.netem);
  if (tbf) return tbfWords(tbf);
  return Object.entries(options ?? {}).flatMap(([name, value]) => {
    const { word = name, isFlag }: Option = OPTIONS[name as OptionName];
    if (value === undefined) return [];
    return isFlag ? [value ? word : `no${word}`] : [word, String(value)];
  });
}

/** What is not said stays as it is. */
function netemWords(want: NonNullable<Settings["netem"]>, have: Settings["netem"] = {}): string[] {
  const value = (key: keyof Netem) => want[key] ?? have[key];
  const isNone = (key: keyof Netem) =>
    [want[key], have[key]].every((one) => one === undefined || /^0[^.\d]/.test(String(one)));
  const word = (key: keyof Netem) => (isNone(key) ? [] : [key, String(value(key))]);
  const [delay, jitter, correlation] = (["delay", "jitter", "correlation"] as const).map(
    (key) => value(key) ?? (key === "correlation" ? "0%" : "0us"),
  ) as [string, string, string];
  const after = isNone("correlation") ? (isNone("jitter") ? [] : [jitter]) : [jitter, correlation];
  return [
    ...(value("limit") === undefined ? [] : ["limit", String(value("limit"))]),
    ...(isNone("delay") && after.length === 0 ? [] : ["delay", delay, ...after]),
    ...word("loss"),
    ...word("duplicate"),
    ...word("corrupt"),
    ...word("reorder"),
    ...word("rate"),
  ];
}

function tbfWords({ rate, burst, latency, limit }: Tbf): string[] {
  const size = limit === undefined ? ["latency", String(latency)] : ["limit", limit];
  return ["rate", rate, "burst", burst, ...size];
}
