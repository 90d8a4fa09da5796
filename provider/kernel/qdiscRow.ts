import { type Qdisc, TC_H_ROOT, TICKS_PER_US } from "../netlink/qdisc";
import { withoutUndefined } from "./withoutUndefined";

/** A qdisc as `tc -j -r qdisc show` prints it. */
export interface Row {
  kind: string;
  /** `1:`; `0:` is the kernel's default, or a part of it. */
  handle: string;
  root?: boolean;
  /** The class that it is on, where it is not the root. */
  parent?: string;
  dev?: string;
  options: Record<string, unknown>;
}

/** A qdisc in the words of `tc -j -r qdisc show`, for with its details `tc` rounds sizes. */
export function qdiscRow({ kind = "", handle, parent, options }: Qdisc, dev: string): Row {
  return {
    kind,
    handle: `${(handle >>> 16).toString(16)}:`,
    dev,
    ...(parent === TC_H_ROOT ? { root: true } : { parent: classText(parent) }),
    options: withoutUndefined(OPTIONS[kind]?.(options ?? {}) ?? {}),
  };
}

/** `1:2`, in hexadecimal. */
export function classText(id: number): string {
  return `${(id >>> 16).toString(16)}:${(id & 0xffff).toString(16)}`;
}

// biome-ignore lint/suspicious/noExplicitAny: each kind has options of its own.
type Options = any;
const seconds = (nanoseconds = 0) => nanoseconds / 1e9;
const share = (value = 0) => Number((value / 0xffffffff).toPrecision(6));
const flag = (value: number | undefined) => (value ? true : undefined);
const NO_RATE = 0xffffffff;
const fifo = ({ limit }: Options) => ({ limit });

const OPTIONS: Record<string, (options: Options) => Record<string, unknown>> = {
  ...{ pfifo: fifo, bfifo: fifo, pfifo_head_drop: fifo },
  tbf: ({ parms, rate64 }) => {
    const { rate: small = 0, buffer = 0, limit = 0 } = parms ?? {};
    const rate = rate64 ?? small;
    const latency = Math.trunc((limit / rate) * 1e6 - buffer / TICKS_PER_US);
    const burst = Math.floor((rate * (buffer / TICKS_PER_US)) / 1e6);
    return { rate, burst, limit, lat: latency < 0 ? undefined : latency };
  },
  htb: ({ init, directQlen }) => ({
    ...{ r2q: init?.rate2quantum, default: `0x${(init?.defcls ?? 0).toString(16)}`, direct_qlen: directQlen },
  }),
  netem: (of) => ({
    limit: of.limit,
    ...(of.latency && {
      delay: { delay: seconds(of.latency64), jitter: seconds(of.jitter64), correlation: share(of.corr?.delay) },
    }),
    ...(of.loss && { "loss-random": { loss: share(of.loss), correlation: share(of.corr?.loss) } }),
    ...(of.duplicate && { duplicate: { duplicate: share(of.duplicate), correlation: share(of.corr?.duplicate) } }),
    ...chance("reorder", of.reorder),
    ...chance("corrupt", of.corrupt),
    ...(of.rate?.rate && { rate: { rate: of.rate64 ?? of.rate.rate } }),
  }),
  fq_codel: (of) => ({
    ...{ limit: of.limit, flows: of.flows, quantum: of.quantum, target: of.target, interval: of.interval },
    ...{ memory_limit: of.memoryLimit, ecn: flag(of.ecn) },
  }),
  codel: ({ limit, target, interval, ecn }) => ({ limit, target, interval, ecn: flag(ecn) }),
  fq: (of) => ({
    ...{ limit: of.plimit, flow_limit: of.flowPlimit, quantum: of.quantum, initial_quantum: of.initialQuantum },
    maxrate: of.flowMaxRate === NO_RATE ? undefined : of.flowMaxRate,
    buckets: of.bucketsLog === undefined ? undefined : 2 ** of.bucketsLog,
    pacing: of.rateEnable === 0 ? false : undefined,
  }),
  sfq: ({ limit, quantum, depth, divisor, perturbPeriod }) => ({
    ...{ limit, quantum, depth, divisor, perturb: perturbPeriod || undefined },
  }),
  prio: (options) => ({ bands: Buffer.from(options as Uint8Array).readInt32LE(0) }),
};

function chance(name: string, of: { probability?: number; correlation?: number } | undefined) {
  if (!of?.probability) return {};
  return { [name]: { [name]: share(of.probability), correlation: share(of.correlation) } };
}
