import { devices, numbers, type Qdisc, type Shape } from "./shape";

const BOX = "box";

export const queues: Shape = {
  id: "queues",
  about:
    "A queueing discipline on each of N devices of one namespace, which are the ends of veth pairs: tbf, htb and pfifo in turn.",
  ns: [1000],
  inputs: (n, isEdited) => ({
    ...devices(BOX, n),
    qdiscs: numbers(n).map((number) => queue(number, isEdited && number === 1 ? "50mbit" : "100mbit")),
  }),
  hand: (n) => `tc -n ${BOX} qdisc del dev d${n} root`,
};

function queue(number: number, rate: string): Qdisc {
  const at = { namespace: BOX, device: `d${number}` };
  if (number % 3 === 1) return { ...at, kind: "tbf", tbf: { rate, burst: "32kb", latency: "50ms" } };
  return number % 3 === 2
    ? { ...at, kind: "htb", options: { default: "10" } }
    : { ...at, kind: "pfifo", options: { limit: 100 } };
}
