import { z } from "zod";
import type { Fault } from "./check";
import { count, flag } from "./fields";
import { whole } from "./numbers";
import { bytes, bytesPerSecond, microseconds, rate, share, someRate, someSize, someTime, time } from "./units";

/** What qdiscs do, as programs say it. */

/** The kinds of qdisc that there are words for, see tc(8). */
export const KINDS = [
  ...(["netem", "tbf", "htb", "fq_codel", "codel", "fq", "sfq", "prio"] as const),
  ...(["pfifo", "bfifo", "pfifo_head_drop", "noqueue"] as const),
] as const;
export type QdiscKind = (typeof KINDS)[number];

export interface Netem {
  delay: string;
  jitter: string;
  correlation: string;
  loss: string;
  duplicate: string;
  corrupt: string;
  reorder: string;
  rate: string;
  limit: number;
}

export interface Tbf {
  rate: string;
  burst: string;
  latency?: string | undefined;
  limit?: string | undefined;
}

export type OptionValue = string | number | boolean;
export type Options = { [name: string]: OptionValue | undefined };

/** What a qdisc of a kind does, in the properties of a program. */
export interface Settings {
  netem?: Partial<{ [K in keyof Netem]: Netem[K] | undefined }> | undefined;
  tbf?: Tbf | undefined;
  options?: Options | undefined;
}

/** The options that each kind has. */
export const OPTIONS_OF = {
  netem: [],
  tbf: [],
  htb: ["default", "r2q", "directQueueLength"],
  fq_codel: ["limit", "flows", "target", "interval", "quantum", "ecn", "memoryLimit"],
  codel: ["limit", "target", "interval", "ecn"],
  fq: ["limit", "flowLimit", "quantum", "initialQuantum", "maxRate", "buckets", "pacing"],
  sfq: ["limit", "quantum", "perturb", "depth", "divisor"],
  prio: ["bands"],
  pfifo: ["limit"],
  bfifo: ["limit"],
  pfifo_head_drop: ["limit"],
  noqueue: [],
} as const satisfies Record<QdiscKind, readonly string[]>;
export type OptionName = (typeof OPTIONS_OF)[QdiscKind][number];

const optional = <Field extends z.ZodType>(field: Field, description: string, kernelDefault: unknown) =>
  field.optional().meta({ description: `${description} Default: \`${kernelDefault}\`.`, kernelDefault });

const NO_NETEM: Netem = {
  ...{ delay: "0us", jitter: "0us", correlation: "0%", loss: "0%", duplicate: "0%", corrupt: "0%", reorder: "0%" },
  ...{ rate: "0bit", limit: 1000 },
};
const netemField = <Field extends z.ZodType>(key: keyof Netem, field: Field, description: string) =>
  optional(field, description, NO_NETEM[key]);

const netemFields = {
  delay: netemField("delay", time(), "How long each packet waits: `50ms`."),
  jitter: netemField("jitter", time(), "How much longer or shorter it may wait, at random. Needs `delay`."),
  correlation: netemField(
    "correlation",
    share(),
    "How much of a packet's wait is that of the one before: `25%`. Needs `jitter`.",
  ),
  loss: netemField("loss", share(), "How many are dropped, at random: `0.5%`."),
  duplicate: netemField("duplicate", share(), "How many are sent twice."),
  corrupt: netemField("corrupt", share(), "How many have a wrong bit."),
  reorder: netemField("reorder", share(), "How many are sent at once, before those that wait. Needs `delay`."),
  rate: netemField("rate", rate(), "The rate that they are sent at: `1mbit`; `0bit` is any."),
  limit: netemField("limit", count(1), "How many packets may wait."),
};

export const netem = z
  .strictObject(netemFields)
  .meta({ id: "QdiscNetem", description: "What is done to packets, see tc-netem(8)." });

/** The fields as the kernel shows them: without the words for who leaves one out. */
const shown = <Shape extends Record<string, z.ZodOptional<z.ZodType>>>(shape: Shape) => {
  const entries = Object.entries(shape).map(([key, field]) => {
    const [description = ""] = String(field.meta()?.description).split(/ Default: | Once given, /);
    return [key, field.unwrap().meta({ description })];
  });
  return Object.fromEntries(entries) as {
    [K in keyof Shape]: Shape[K] extends z.ZodOptional<infer Inner> ? Inner : never;
  };
};

export const seenNetem = z
  .strictObject(shown(netemFields))
  .meta({ id: "QdiscNetemState", description: "What is done to packets, as the kernel shows it." });

const tbfFields = {
  rate: someRate().meta({ description: "The rate that packets are sent at, in the end: `1mbit`." }),
  burst: someSize().meta({
    description: "How much can be sent at once after a pause: `32kb`, of 1024 bytes each. At least a packet.",
  }),
  latency: someTime().optional().meta({ description: "How long a packet may wait: `400ms`. This, or `limit`." }),
  limit: someSize().optional().meta({ description: "How much may wait: `64kb`. This, or `latency`." }),
};

export const tbf = z
  .strictObject(tbfFields)
  .meta({ id: "QdiscTbf", description: "A rate, and what may wait, see tc-tbf(8)." });

export const seenTbf = z
  .strictObject(tbfFields)
  .meta({ id: "QdiscTbfState", description: "A rate, and what may wait, as the kernel shows it." });

/** The option of some kinds; what the kernel gives by itself is not the same for each of them. */
const option = <Field extends z.ZodType>(name: OptionName, description: string, field: Field, more: object = {}) => {
  const kinds = Object.entries(OPTIONS_OF).filter(([, names]) => (names as readonly string[]).includes(name));
  const of = kinds.map(([kind]) => `\`${kind}\``).join(", ");
  return field.optional().meta({
    description: `${description} For ${of}. Removing it later replaces the resource.`,
    unsetReplaces: true,
    ...more,
  });
};
const FIXED = { replaces: true };

export const options = z
  .strictObject({
    limit: option("limit", "How many packets may wait; of `bfifo`, how many bytes.", count(1)),
    flows: option("flows", "How many queues flows are put into.", whole(1, 65536), FIXED),
    target: option("target", "How long packets may wait before some are dropped: `5ms`.", someTime()),
    interval: option("interval", "How long that may be so: `100ms`.", someTime()),
    quantum: option("quantum", "How many bytes of a flow are sent in its turn.", count(1)),
    ecn: option("ecn", "Whether packets are marked before they are dropped (RFC 3168).", flag()),
    memoryLimit: option("memoryLimit", "How many bytes of memory it may take.", count(1)),
    flowLimit: option("flowLimit", "How many packets of one flow may wait.", count(1)),
    initialQuantum: option("initialQuantum", "How many bytes of a new flow are sent in its first turn.", count(1)),
    maxRate: option("maxRate", "The most that one flow sends: `10mbit`.", someRate()),
    buckets: option("buckets", "How many places the table of flows has, a power of two.", count(1), FIXED),
    pacing: option("pacing", "Whether flows are held to the rates of their sockets.", flag()),
    perturb: option(
      "perturb",
      "After how many seconds flows are put into other queues; 0: never.",
      whole(0, 2 ** 31 - 1),
    ),
    depth: option("depth", "How many packets of one flow may wait.", whole(1, 127), FIXED),
    divisor: option("divisor", "How many places the table of flows has, a power of two.", whole(1, 65536), FIXED),
    bands: option("bands", "How many queues there are, the first before all others.", whole(3, 16)),
    default: option(
      "default",
      "The class of packets that no filter gives one, the part behind the colon, in hexadecimal: `10`; `0`: none.",
      z
        .string({ error: "must be a string" })
        .regex(/^[0-9a-f]{1,4}$/i, { error: "must be a number in hexadecimal from 0 to ffff, such as 10" })
        .overwrite((text) => (/^[0-9a-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16).toString(16) : text)),
      FIXED,
    ),
    r2q: option("r2q", "By what a class's rate is divided for its turn.", count(1), FIXED),
    directQueueLength: option("directQueueLength", "How many packets without a class may wait.", count(1), FIXED),
  })
  .meta({
    id: "QdiscOptions",
    description: "The options of a qdisc, see the page of its kind, such as tc-fq_codel(8).",
  });

export const seenOptions = z
  .strictObject(shown(options.shape))
  .partial()
  .meta({ id: "QdiscOptionsState", description: "The options of a qdisc, as the kernel shows them." });

/** Without what netem does by itself. */
export function usualNetem(state: Netem): Partial<Netem> {
  const entries = Object.entries(state).filter(([key, value]) => value !== NO_NETEM[key as keyof Netem]);
  return Object.fromEntries(entries) as Partial<Netem>;
}

type Want = { kind?: QdiscKind | undefined } & { [K in keyof Settings]?: Partial<Settings[K]> };

/** Fields that are unknown or wrong are undefined; those left out are no keys at all. */
export function qdiscFaults(want: Want): Fault[] {
  const { kind } = want;
  const faults: Fault[] = [];
  const refuse = (path: string[], reason: string) => faults.push({ path, reason });
  if (kind !== undefined) {
    for (const key of ["netem", "tbf"] as const) {
      if (want[key] !== undefined && kind !== key) refuse([key], `is for the kind \`${key}\` only`);
    }
    if (kind === "tbf" && !("tbf" in want)) refuse(["tbf"], "is required for the kind `tbf`");
    for (const name of Object.keys(want.options ?? {}) as OptionName[]) {
      if (name in options.shape && !(OPTIONS_OF[kind] as readonly string[]).includes(name))
        refuse(["options", name], "is no option of this `kind`");
    }
  }
  for (const [path, reason] of [...netemFaults(want.netem), ...tbfFaults(want.tbf)]) refuse(path, reason);
  return faults;
}

/** What 32 bits hold of ticks of 64 ns, and of bytes. */
const MOST_SECONDS = 274;
const MOST_BYTES = 2 ** 32 - 1;

type Reasons = [path: string[], reason: string][];

/** The kernel takes none of these without the other. */
function netemFaults(want: Want["netem"] = {}): Reasons {
  const isSet = (key: keyof Netem) => key in want && !/^0[^.\d]/.test(String(want[key] ?? "1"));
  const needs = ([key, other]: readonly [keyof Netem, keyof Netem]): Reasons =>
    want[key] !== undefined && isSet(key) && !isSet(other) ? [[["netem", key], `needs \`${other}\``]] : [];
  return (
    [
      ["jitter", "delay"],
      ["correlation", "jitter"],
      ["reorder", "delay"],
    ] as const
  ).flatMap(needs);
}

function tbfFaults(want: Want["tbf"]): Reasons {
  if (!want) return [];
  if (!("latency" in want) && !("limit" in want)) return [[["tbf", "latency"], "is required, or else `limit`"]];
  if ("latency" in want && want.limit !== undefined)
    return [[["tbf", "limit"], "is set together with `latency`: only one can be"]];
  // What is not known, or wrong, is not too much.
  const [rate, burst] = [bytesPerSecond(want.rate ?? ""), bytes(want.burst ?? "")];
  const waiting = (rate * microseconds(want.latency ?? "")) / 1e6 + burst;
  if (burst / rate > MOST_SECONDS)
    return [[["tbf", "burst"], `takes longer than ${MOST_SECONDS}s at this \`rate\`, more than the kernel can count`]];
  return waiting > MOST_BYTES ? [[["tbf", "latency"], "is more than 4gb at this `rate`, the most that can wait"]] : [];
}

/**
 * What is shown, in the words that the program has for it where they say the same: the tools count in ticks of 64 ns and
 * in whole microseconds, and round what they show down.
 */
export function asGiven(given: Settings, seen: Settings): Settings {
  const { netem, tbf, options } = seen;
  const perSecond = bytesPerSecond(tbf?.rate ?? "0bit");
  const near = (slack: number, count: (text: string) => number) => (one: unknown, other: unknown) =>
    Math.abs(count(String(one)) - count(String(other))) <= slack + 5e-6 * count(String(other));
  const soon = near(2, microseconds);
  const inWords = <T extends object>(
    all: T | undefined,
    said: object = {},
    same: Record<string, ReturnType<typeof near>>,
  ) =>
    all &&
    (Object.fromEntries(
      Object.entries(all).map(([key, value]) => {
        const own = (said as Record<string, unknown>)[key];
        return [key, typeof own === "string" && same[key]?.(own, value) ? own : value];
      }),
    ) as T);
  const tbfWords = { burst: near(2 + (2 * perSecond) / 1e6, bytes), latency: near(3 + 2e6 / perSecond, microseconds) };
  return {
    ...(netem && { netem: inWords(netem, given.netem, { delay: soon, jitter: soon }) }),
    ...(tbf && { tbf: inWords<Tbf>(tbf, given.tbf, tbfWords) }),
    ...(options && { options: inWords(options, given.options, { target: soon, interval: soon }) }),
  };
}
