import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const KIND = "must be one of netem, tbf, htb, fq_codel, codel, fq, sfq, prio, pfifo, bfifo, pfifo_head_drop, noqueue";
const TIME = "must be a time with its unit: 10ms, 1.5s or 200us";
const RATE = "must be a rate in bits a second with its unit: 1mbit, 500kbit or 1.5gbit";
const SIZE = "must be a size in bytes with its unit: 1500b, 32kb or 1mb";
const SHARE = "must be a share in percent: 1%, 0.5% or 100%";
const ok = { device: "veth0", kind: "netem" };
const tbf = { rate: "1mbit", burst: "32kb", latency: "400ms" };

export const wrongQdiscs: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["device: is required", `kind: is required`] },
  {
    title: "a fault in every property [15]",
    props: {
      ...{ namespace: "a/b", device: "", parent: "1", handle: "ffff:", kind: "cbq", netem: 1, tbf: "x", options: [] },
      limit: 5,
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "device: must not be empty",
      "parent: must be `root`, or a class such as 1:1 in hexadecimal",
      "handle: must be a number in hexadecimal from 1: to fffe:, such as 1:",
      `kind: ${KIND}`,
      "netem: must be an object",
      "tbf: must be an object",
      "options: must be an object",
      "limit: is not a property of this; there are `namespace`, `device`, `parent`, `handle`, `kind`, `netem`, `tbf`, `options`",
    ],
  },
  {
    title: "amounts without a unit, or of another",
    props: {
      ...ok,
      netem: {
        ...{ delay: 10, jitter: "5", correlation: "25", loss: "1.23456%", duplicate: "101%", corrupt: "1ms" },
        ...{ reorder: "-1%", rate: "1mbps", limit: 0 },
      },
    },
    faults: [
      "netem.delay: must be a string",
      `netem.jitter: ${TIME}`,
      `netem.correlation: ${SHARE}`,
      "netem.loss: must have at most four digits after the point",
      "netem.duplicate: is above 100%, the kernel's maximum",
      `netem.corrupt: ${SHARE}`,
      `netem.reorder: ${SHARE}`,
      `netem.rate: ${RATE}`,
      "netem.limit: is below 1, the kernel's minimum",
    ],
  },
  {
    title: "what goes with a delay, without one",
    props: { ...ok, netem: { jitter: "1ms", correlation: "5%", reorder: "5%" } },
    faults: ["netem.jitter: needs `delay`", "netem.reorder: needs `delay`"],
  },
  {
    title: "a correlation of nothing",
    props: { ...ok, netem: { delay: "1ms", jitter: "0ms", correlation: "5%" } },
    faults: ["netem.correlation: needs `jitter`"],
  },
  { title: "a tbf without a rate", props: { ...ok, kind: "tbf" }, faults: ["tbf: is required for the kind `tbf`"] },
  {
    title: "a tbf that says nothing of its room",
    props: { ...ok, kind: "tbf", tbf: { rate: "0bit", burst: 5 } },
    faults: [
      "tbf.rate: is below 8bit, the kernel's minimum",
      "tbf.burst: must be a string",
      "tbf.latency: is required, or else `limit`",
    ],
  },
  {
    title: "a tbf that says it twice",
    props: { ...ok, kind: "tbf", tbf: { ...tbf, limit: "1000" } },
    faults: [`tbf.limit: ${SIZE}`],
  },
  {
    title: "a tbf that says it twice, well",
    props: { ...ok, kind: "tbf", tbf: { ...tbf, limit: "64kb" } },
    faults: ["tbf.limit: is set together with `latency`: only one can be"],
  },
  {
    title: "a tbf whose burst takes too long",
    props: { ...ok, kind: "tbf", tbf: { rate: "1kbit", burst: "35kb", latency: "1ms" } },
    faults: ["tbf.burst: takes longer than 274s at this `rate`, more than the kernel can count"],
  },
  {
    title: "a tbf in which too much would wait",
    props: { ...ok, kind: "tbf", tbf: { rate: "1tbit", burst: "32kb", latency: "50ms" } },
    faults: ["tbf.latency: is more than 4gb at this `rate`, the most that can wait"],
  },
  {
    title: "what is another kind's",
    props: { ...ok, kind: "pfifo", netem: { delay: "1ms" }, tbf, options: { limit: 5, target: "5ms", ecn: true } },
    faults: [
      "netem: is for the kind `netem` only",
      "tbf: is for the kind `tbf` only",
      "options.target: is no option of this `kind`",
      "options.ecn: is no option of this `kind`",
    ],
  },
  {
    title: "options of no form",
    props: { ...ok, kind: "htb", options: { default: "1:10", r2q: 1.5, directQueueLength: -1, ceil: 1 } },
    faults: [
      "options.default: must be a number in hexadecimal from 0 to ffff, such as 10",
      "options.r2q: must be a whole number",
      "options.directQueueLength: is below 1, the kernel's minimum",
      "options.ceil: is not a property of this; there are `limit`, `flows`, `target`, `interval`, `quantum`, `ecn`, `memoryLimit`, `flowLimit`, `initialQuantum`, `maxRate`, `buckets`, `pacing`, `perturb`, `depth`, `divisor`, `bands`, `default`, `r2q`, `directQueueLength`",
    ],
  },
  {
    title: "a wrong time that is a secret",
    props: { ...ok, netem: { delay: secret("hidden") } },
    faults: [`netem.delay: ${TIME}`],
    hidden: "hidden",
  },
];
