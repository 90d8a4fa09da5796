import type { Json } from "../../../../provider/core/values";
import { outputOf } from "../../../support/engine/declared";
import { hasQdisc } from "../../../support/suites/kernelOptions";
import { apart } from "./device";
import type { Edit, Specimen } from "./specimen";

const onPair =
  (own: Json): Specimen["props"] =>
  (at, it) => ({
    namespace: at,
    device: outputOf(`${it}-pair`, "a.name"),
    ...own,
  });

const common: Pick<Specimen, "type" | "id" | "gone" | "unmanaged" | "needs" | "badIds"> = {
  type: "Qdisc",
  id: (at) => `${at}/veth0/root`,
  gone: "tc qdisc del dev veth0 root",
  unmanaged: "tc qdisc add dev veth1 root pfifo limit 77 && ip link set veth0 mtu 1400",
  needs: apart,
  badIds: ["net0", "net0/veth0/1", "net0/veth0/1:0", "net0/a b/root"],
};

const edit = (value: unknown, more: Partial<Edit> = {}): Edit => ({
  value,
  touches: /^qdisc veth0 root options /,
  ...more,
});

/** With nothing but what every kind of qdisc has. */
export const pfifo: Specimen = {
  ...common,
  variant: "pfifo",
  props: onPair({ kind: "pfifo" }),
  full: { handle: "1:", "options.limit": 50 },
  shown: /"kind":"pfifo"/,
  foreign: "ip link add veth0 type veth peer name veth1 && tc qdisc add dev veth0 root pfifo",
  edits: {
    "options.limit": edit(60, {
      unsetReplaces: true,
      shows: ["qdisc veth0 root options limit", 60],
      byHand: "tc qdisc change dev veth0 root pfifo limit 99",
    }),
  },
  replacements: {
    namespace: { value: (it) => outputOf(`${it}-other`, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "b.name") },
    handle: { value: () => "3:" },
    kind: { value: () => "bfifo" },
  },
  spellings: [
    [{}, { parent: "root", "options.limit": 1000 }],
    [{ handle: "1f:" }, { handle: "001F" }],
  ],
  // A class is another qdisc's, and this kernel need not have the kinds with the other options.
  onlyInKernelTest: [
    "parent",
    ...["flows", "target", "interval", "quantum", "ecn", "memoryLimit", "flowLimit", "initialQuantum", "maxRate"],
    ...["buckets", "pacing", "perturb", "depth", "divisor", "bands", "default", "r2q", "directQueueLength"],
  ].map((name) => (name === "parent" ? name : `options.${name}`)),
};

const RATE = { rate: "1mbit", burst: "32kb", latency: "400ms" };

export const tbf: Specimen = {
  ...common,
  variant: "tbf",
  built: hasQdisc("tbf rate 1mbit burst 32kb latency 400ms"),
  props: onPair({ kind: "tbf", tbf: RATE }),
  full: { handle: "1:" },
  shown: /"kind":"tbf"/,
  foreign:
    "ip link add veth0 type veth peer name veth1 && tc qdisc add dev veth0 root tbf rate 1mbit burst 32kb latency 400ms",
  edits: {
    "tbf.rate": edit("2mbit", {
      shows: ["qdisc veth0 root options rate", 250000],
      byHand: "tc qdisc change dev veth0 root tbf rate 3mbit burst 32kb latency 400ms",
    }),
    "tbf.burst": edit("64kb", { byHand: "tc qdisc change dev veth0 root tbf rate 1mbit burst 16kb latency 400ms" }),
    "tbf.latency": edit("200ms", { byHand: "tc qdisc change dev veth0 root tbf rate 1mbit burst 32kb latency 100ms" }),
  },
  replacements: {},
  spellings: [[{}, { "tbf.rate": "1000 kbit", "tbf.burst": "32768b", "tbf.latency": "0.4s" }]],
  // No change of it goes without one of `latency`.
  onlyInKernelTest: ["tbf.limit"],
};

const far = (words: string) => `tc qdisc change dev veth0 root netem delay 50ms ${words}`;

export const netem: Specimen = {
  ...common,
  variant: "netem",
  built: hasQdisc("netem"),
  props: onPair({ kind: "netem", netem: { delay: "50ms", jitter: "5ms" } }),
  full: { "netem.loss": "1%", "netem.rate": "1mbit" },
  shown: /"kind":"netem"/,
  foreign: "ip link add veth0 type veth peer name veth1 && tc qdisc add dev veth0 root netem delay 50ms 5ms",
  edits: {
    "netem.correlation": edit("25%", { byHand: far("5ms 50%") }),
    "netem.loss": edit("1%", { byHand: far("5ms loss 2%") }),
    "netem.duplicate": edit("1%", { byHand: far("5ms duplicate 2%") }),
    "netem.corrupt": edit("1%", { byHand: far("5ms corrupt 2%") }),
    "netem.reorder": edit("1%", { byHand: far("5ms reorder 2%") }),
    "netem.rate": edit("1mbit", { byHand: far("5ms rate 2mbit") }),
    "netem.limit": edit(500, { byHand: far("5ms limit 400") }),
  },
  replacements: {},
  spellings: [[{}, { "netem.delay": "0.05s", "netem.loss": "0%", "netem.limit": 1000 }]],
  // The others go with them.
  onlyInKernelTest: ["netem.delay", "netem.jitter"],
};
