import { by, bytes, headed, nested, s32, string, struct, Table, u8, u16, u32, u64 } from "./attributes";
import { Format, NLM_F } from "./message";
import type { Netlink } from "./netlink";

const RTM = { newqdisc: 36, delqdisc: 37, getqdisc: 38, gettclass: 42, gettfilter: 46 };

/** TC_H_ROOT of linux/pkt_sched.h: the parent of a device's first qdisc. */
export const TC_H_ROOT = 0xffffffff;
/** TC_LINKLAYER_ETHERNET: what a packet is on the wire need not be guessed from a table of rates. */
export const TC_LINKLAYER_ETHERNET = 1;

/** In what the kernel counts short times and the bytes of a rate: a tick is 64 ns (PSCHED_SHIFT). */
export const TICKS_PER_US = 1000 / 64;

const rate = { cellLog: u8, linklayer: u8, overhead: u16, cellAlign: u16, mpu: u16, rate: u32 };
/** Of the peak rate, which nobody has use for here. */
const peak = { _1: u32, _2: u32, _3: u32 };
const fifo = struct({ limit: u32 });
const chance = struct({ probability: u32, correlation: u32 });

/** The options of each kind: struct tc_…_qopt and TCA_… of linux/pkt_sched.h. */
const OPTIONS = {
  tbf: nested(
    new Table("TCA_TBF_", {
      parms: [1, struct({ ...rate, ...peak, limit: u32, buffer: u32, mtu: u32 })],
      rate64: [4, u64],
      burst: [6, u32],
    }),
  ),
  netem: headed(
    struct({ latency: u32, limit: u32, loss: u32, gap: u32, duplicate: u32, jitter: u32 }),
    new Table("TCA_NETEM_", {
      corr: [1, struct({ delay: u32, loss: u32, duplicate: u32 })],
      reorder: [3, chance],
      corrupt: [4, chance],
      rate: [6, struct({ rate: u32, packetOverhead: s32, cellSize: u32, cellOverhead: s32 })],
      rate64: [8, u64],
      /** In nanoseconds, where the ones above are in ticks. */
      latency64: [10, u64],
      jitter64: [11, u64],
    }),
  ),
  htb: nested(
    new Table("TCA_HTB_", {
      init: [2, struct({ version: u32, rate2quantum: u32, defcls: u32, debug: u32, directPkts: u32 })],
      directQlen: [5, u32],
    }),
  ),
  fq_codel: nested(
    new Table("TCA_FQ_CODEL_", {
      ...{ target: [1, u32], limit: [2, u32], interval: [3, u32], ecn: [4, u32], flows: [5, u32], quantum: [6, u32] },
      memoryLimit: [9, u32],
    }),
  ),
  codel: nested(new Table("TCA_CODEL_", { target: [1, u32], limit: [2, u32], interval: [3, u32], ecn: [4, u32] })),
  fq: nested(
    new Table("TCA_FQ_", {
      ...{ plimit: [1, u32], flowPlimit: [2, u32], quantum: [3, u32], initialQuantum: [4, u32], rateEnable: [5, u32] },
      ...{ flowMaxRate: [7, u32], bucketsLog: [8, u32] },
    }),
  ),
  sfq: struct({
    ...{ quantum: u32, perturbPeriod: s32, limit: u32, divisor: u32, flows: u32, depth: u32, headdrop: u32 },
    ...{ redLimit: u32, qthMin: u32, qthMax: u32, wlog: u8, plog: u8, scellLog: u8, flags: u8, maxP: u32 },
    ...{ probDrop: u32, forcedDrop: u32, probMark: u32, forcedMark: u32, probMarkHead: u32, forcedMarkHead: u32 },
  }),
  /** Behind the bands the band of each priority. */
  prio: bytes,
  pfifo: fifo,
  bfifo: fifo,
  pfifo_head_drop: fifo,
};

const TCMSG = struct({ family: u8, _1: u8, _2: u16, index: s32, handle: u32, parent: u32, info: u32 });

/** struct tcmsg of linux/rtnetlink.h and TCA_… of linux/pkt_sched.h: qdiscs, and classes in them. */
export const QDISC = new Format(TCMSG, new Table("TCA_", { kind: [1, string], options: [2, by("kind", OPTIONS)] }));
/** Of filters no more than their kind. */
const FILTER = new Format(TCMSG, new Table("TCA_", { kind: [1, string] }));
export type QdiscValues = Parameters<typeof QDISC.request>[2];
export type Qdisc = ReturnType<typeof QDISC.read>;

/** Not where there is one with this handle. */
export function addQdisc(qdisc: QdiscValues) {
  return QDISC.request(RTM.newqdisc, NLM_F.create | NLM_F.excl, qdisc);
}

/** Of what is not said the kernel keeps what was before, but for what is in a struct. */
export function changeQdisc(qdisc: QdiscValues) {
  return QDISC.request(RTM.newqdisc, 0, qdisc);
}

export function delQdisc(qdisc: QdiscValues) {
  return QDISC.request(RTM.delqdisc, 0, qdisc);
}

/** Those of all devices. */
export function listQdiscs(netlink: Netlink, netns: string | undefined): Promise<Qdisc[]> {
  return netlink.dump(netns, QDISC.request(RTM.getqdisc, 0, {}), QDISC.read);
}

/** The classes of a device's qdiscs. */
export function listClasses(netlink: Netlink, netns: string | undefined, index: number): Promise<Qdisc[]> {
  return netlink.dump(netns, QDISC.request(RTM.gettclass, 0, { index }), QDISC.read);
}

/** The filters of a qdisc or a class, by its number; those of a device's first qdisc for 0. */
export function listFilters(netlink: Netlink, netns: string | undefined, index: number, parent: number) {
  return netlink.dump(netns, FILTER.request(RTM.gettfilter, 0, { index, parent }), FILTER.read);
}
