import { bytes, bytesPerSecond, fraction, microseconds } from "../core/units";
import type { Request } from "../netlink/message";
import {
  addQdisc,
  changeQdisc,
  delQdisc,
  type QdiscValues,
  TC_H_ROOT,
  TC_LINKLAYER_ETHERNET,
  TICKS_PER_US,
} from "../netlink/qdisc";
import { number, type Options, type Place, type Words } from "./words";

const VERBS: Record<string, typeof addQdisc> = { add: addQdisc, change: changeQdisc, del: delQdisc };
const U32 = 0xffffffff;
const NETEM_LIMIT = 1000;
const HTB_VERSION = 3;
const HTB_R2Q = 10;
/** Which band the packets of each priority go to, as tc-prio(8) has it. */
const PRIOMAP = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];

/** `tc qdisc` as a request to the kernel. */
export function qdiscRequest(words: Words, place: Place): Request {
  const verb = words.next();
  const make = VERBS[verb];
  if (!make) throw new Error(`there is no \`tc qdisc ${verb}\` here`);
  const values: QdiscValues = {};
  const to = words.into(values);
  words.each(
    {
      dev: to("index", place.index),
      root: () => {
        values.parent = TC_H_ROOT;
      },
      parent: to("parent", numberOf),
      handle: to("handle", numberOf),
    },
    (kind) => {
      values.kind = kind;
      values.options = OPTIONS[kind]?.(words) as NonNullable<QdiscValues["options"]>;
    },
  );
  return make(values);
}

/** `1:2`, in hexadecimal. */
function numberOf(text: string): number {
  const [major = "", minor = ""] = text.split(":");
  return ((Number.parseInt(major, 16) << 16) | (minor === "" ? 0 : Number.parseInt(minor, 16))) >>> 0;
}

type Read = (words: Words) => number;
const time: Read = (words) => microseconds(words.next());
const rate: Read = (words) => bytesPerSecond(words.next());
const share = (word: string) => Math.round(fraction(word) * U32);
const is =
  (value: number): Read =>
  () =>
    value;

/** The options whose words are these; undefined where none is given. */
function named(words: Words, known: Options) {
  const given = words.options(known);
  return Object.keys(given).length === 0 ? undefined : given;
}

const fifo = (words: Words) => named(words, { limit: ["limit", number] });
const ECN = { ecn: ["ecn", is(1)], noecn: ["ecn", is(0)] } as const;
const CODEL = { limit: ["limit", number], target: ["target", time], interval: ["interval", time], ...ECN } as const;

/** What is left unsaid the kernel has by itself, but for what tc(8) says in its place. */
const OPTIONS: Record<string, (words: Words) => object | undefined> = {
  ...{ tbf, netem, pfifo: fifo, bfifo: fifo, pfifo_head_drop: fifo },
  codel: (words) => named(words, CODEL),
  fq_codel: (words) =>
    named(words, {
      ...CODEL,
      ...{ flows: ["flows", number], quantum: ["quantum", number], memory_limit: ["memoryLimit", number] },
    }),
  fq: (words) =>
    named(words, {
      ...{ limit: ["plimit", number], flow_limit: ["flowPlimit", number], quantum: ["quantum", number] },
      ...{ initial_quantum: ["initialQuantum", number], maxrate: ["flowMaxRate", rate] },
      buckets: ["bucketsLog", (all) => Math.log2(number(all))],
      ...{ pacing: ["rateEnable", is(1)], nopacing: ["rateEnable", is(0)] },
    }),
  sfq: (words) =>
    named(words, {
      ...{ limit: ["limit", number], quantum: ["quantum", number], perturb: ["perturbPeriod", number] },
      ...{ depth: ["depth", number], divisor: ["divisor", number] },
    }) ?? {},
  prio: (words) => {
    const { bands = 3 } = named(words, { bands: ["bands", number] }) ?? {};
    return Uint8Array.from([bands, 0, 0, 0, ...PRIOMAP]);
  },
  htb: (words) => {
    const {
      r2q = HTB_R2Q,
      defcls = 0,
      directQlen,
    } = named(words, {
      r2q: ["r2q", number],
      default: ["defcls", (all) => Number.parseInt(all.next(), 16)],
      direct_qlen: ["directQlen", number],
    }) ?? {};
    return { init: { version: HTB_VERSION, rate2quantum: r2q, defcls }, directQlen };
  },
};

/** As tc-tbf(8) counts: what may wait is what comes in the longest time, and the bucket. */
function tbf(words: Words): object {
  const given = {
    rate: 0,
    burst: 0,
    limit: 0,
    ...named(words, {
      rate: ["rate", rate],
      burst: ["burst", (all) => bytes(all.next())],
      limit: ["limit", (all) => bytes(all.next())],
      latency: ["latency", time],
    }),
  } as { rate: number; burst: number; limit: number; latency?: number };
  const { latency, burst } = given;
  const limit = latency === undefined ? given.limit : Math.trunc((given.rate * latency) / 1e6 + burst);
  const buffer = Math.ceil((burst / given.rate) * 1e6 * TICKS_PER_US);
  const parms = { rate: Math.min(given.rate, U32), linklayer: TC_LINKLAYER_ETHERNET, limit, buffer };
  return { parms, burst, ...(given.rate > U32 && { rate64: given.rate }) };
}

function netem(words: Words): object {
  const values: Record<string, unknown> = { limit: NETEM_LIMIT };
  const to = words.into(values);
  words.each({
    limit: to("limit", Number),
    loss: to("loss", share),
    duplicate: to("duplicate", share),
    corrupt: to("corrupt", (word) => ({ probability: share(word) })),
    reorder: () => {
      const probability = share(words.next());
      // Each packet may go before the others: without a gap the kernel takes none of it.
      Object.assign(values, { reorder: { probability }, ...(probability > 0 && { gap: 1 }) });
    },
    rate: () => {
      const wanted = rate(words);
      Object.assign(values, { rate: { rate: Math.min(wanted, U32) }, ...(wanted > U32 && { rate64: wanted }) });
    },
    delay: () => {
      const latency = time(words);
      Object.assign(values, { latency: Math.trunc(latency * TICKS_PER_US), latency64: latency * 1000 });
      if (!words.isNumber) return;
      const jitter = time(words);
      Object.assign(values, { jitter: Math.trunc(jitter * TICKS_PER_US), jitter64: jitter * 1000 });
      if (words.isNumber) values.corr = { delay: share(words.next()) };
    },
  });
  return values;
}
