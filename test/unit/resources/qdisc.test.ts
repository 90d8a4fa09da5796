import assert from "node:assert/strict";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { withDefaults } from "../../../provider/lifecycle/goal";
import { type Qdisc, TC_H_ROOT, TICKS_PER_US } from "../../../provider/netlink/qdisc";
import { firstFirst } from "../../../provider/topology/look";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";
import { lines } from "./lines";

const kind = kindNamed("Qdisc");
const AT = { namespace: "net0", device: "eth0" };

function inputs(props: Json): Json {
  const { parsed, faults } = parse(kind.inputs, { ...AT, ...props });
  assert.deepEqual([...faults, ...(kind.crossCheck?.(parsed) ?? [])], []);
  return parsed;
}

/** What is seen where the kernel shows these; `given`: what the program says. */
async function seen(rows: Qdisc[], given: Json = inputs({ kind: "netem" })) {
  const host = new FakeHost();
  const { links, qdiscs } = host.netlink.add("/run/netns/net0");
  links.push(fakeLink({ index: 3, ifname: "eth0" }), fakeLink({ index: 4, ifname: "eth1" }));
  // What is on another device is none of ours.
  qdiscs.push(...rows, { ...row("pfifo", { limit: 1 }), index: 4 });
  return kind.observe(kernelOn(host), kind.where(given));
}

/** As provider/netlink reads it; `at` tells its handle, and what it is on. */
function row(of: string, options: object, at: { handle?: number; parent?: number } = {}): Qdisc {
  const place = { family: 0, index: 3, handle: 0x80010000, parent: TC_H_ROOT, info: 0, ...at };
  return { ...place, kind: of, options } as Qdisc;
}
const share = (value: number) => Math.round(value * 0xffffffff);
/** A wait of netem, which the kernel shows in ticks and in nanoseconds. */
const wait = (us: number) => ({ latency: Math.trunc(us * TICKS_PER_US), latency64: us * 1000 });
const jitter = (us: number) => ({ jitter: Math.trunc(us * TICKS_PER_US), jitter64: us * 1000 });
/** A bucket of a tbf in bytes, which the kernel shows as the time that they take. */
const tbf = (rate: number, burst: number, limit: number) => {
  const buffer = Math.ceil((burst / rate) * 1e6 * TICKS_PER_US);
  return { parms: { rate, limit, buffer }, ...(rate > 1e9 && { rate64: rate }) };
};
const NOTHING = {
  ...{ delay: "0us", jitter: "0us", correlation: "0%", loss: "0%", duplicate: "0%", corrupt: "0%", reorder: "0%" },
  ...{ rate: "0bit", limit: 1000 },
};

describe("what the kernel shows of a qdisc", () => {
  const NETEM = { limit: 1000, gap: 0, latency: 0, jitter: 0, loss: 0, duplicate: 0, rate: { rate: 0 } };
  const cases: [what: string, kind: string, options: object, state: Json, given?: Json][] = [
    ["a netem that does nothing", "netem", NETEM, { netem: NOTHING }],
    [
      "all that a netem does",
      "netem",
      {
        ...{ ...NETEM, limit: 500, gap: 1, ...wait(50_000), ...jitter(5000), loss: share(0.005) },
        ...{ duplicate: share(0.01), corr: { delay: share(0.25) }, reorder: { probability: share(0.0200001) } },
        ...{ corrupt: { probability: share(0.001) }, rate: { rate: 125000 } },
      },
      {
        netem: {
          ...{ delay: "50ms", jitter: "5ms", correlation: "25%", loss: "0.5%", duplicate: "1%", corrupt: "0.1%" },
          ...{ reorder: "2%", rate: "1mbit", limit: 500 },
        },
      },
    ],
    [
      "a wait that was rounded on its way, in the words of the program",
      "netem",
      { ...NETEM, ...wait(99), ...jitter(29) },
      { netem: { ...NOTHING, delay: "100us", jitter: "30us" } },
      { kind: "netem", netem: { delay: "100us", jitter: "30us" } },
    ],
    [
      "a long wait to the microsecond",
      "netem",
      { ...NETEM, ...wait(12_345_678) },
      { netem: { ...NOTHING, delay: "12345678us" } },
    ],
    [
      "another wait than the program says",
      "netem",
      { ...NETEM, ...wait(97) },
      { netem: { ...NOTHING, delay: "97us" } },
      { kind: "netem", netem: { delay: "100us" } },
    ],
    [
      "a rate that has no room in 32 bits",
      "netem",
      { ...NETEM, rate: { rate: 0xffffffff }, rate64: 5e9 },
      { netem: { ...NOTHING, rate: "40gbit" } },
    ],
    [
      "a tbf",
      "tbf",
      tbf(125000, 32768, 82768),
      { tbf: { rate: "1mbit", burst: "32kb", latency: "400ms", limit: "82768b" } },
    ],
    [
      "a fast tbf, in the words of the program",
      "tbf",
      tbf(1250000000, 1048576, 7298576),
      { tbf: { rate: "10gbit", burst: "1mb", latency: "5ms", limit: "7298576b" } },
      { kind: "tbf", tbf: { rate: "10gbit", burst: "1mb", latency: "5ms" } },
    ],
    [
      "a tbf with less room than one burst",
      "tbf",
      tbf(125000, 32768, 1000),
      { tbf: { rate: "1mbit", burst: "32kb", limit: "1000b" } },
    ],
    [
      "an htb",
      "htb",
      { init: { version: 3, rate2quantum: 10, defcls: 0x1f, directPkts: 7 }, directQlen: 1000 },
      { options: { default: "1f", r2q: 10, directQueueLength: 1000 } },
    ],
    [
      "an fq_codel, in the words of the program",
      "fq_codel",
      {
        ...{ limit: 10240, flows: 1024, quantum: 1514, target: 4999, interval: 99999, memoryLimit: 33554432 },
        ecn: 1,
      },
      {
        options: {
          ...{ limit: 10240, flows: 1024, target: "5ms", interval: "99999us", quantum: 1514, ecn: true },
          memoryLimit: 33554432,
        },
      },
      { kind: "fq_codel", options: { target: "5ms" } },
    ],
    [
      "an fq",
      "fq",
      {
        ...{ plimit: 10000, flowPlimit: 100, bucketsLog: 10, rateEnable: 0, quantum: 3028, initialQuantum: 15140 },
        flowMaxRate: 1250000,
      },
      {
        options: {
          ...{ limit: 10000, flowLimit: 100, quantum: 3028, initialQuantum: 15140, maxRate: "10mbit", buckets: 1024 },
          pacing: false,
        },
      },
    ],
    [
      "an sfq",
      "sfq",
      { limit: 127, quantum: 1514, depth: 127, divisor: 1024, perturbPeriod: 0 },
      { options: { limit: 127, quantum: 1514, perturb: 0, depth: 127, divisor: 1024 } },
    ],
    ["a prio", "prio", Uint8Array.of(3, 0, 0, 0, 1, 2, 2), { options: { bands: 3 } }],
    ["a pfifo", "pfifo", { limit: 1000 }, { options: { limit: 1000 } }],
    ["a noqueue", "noqueue", {}, { options: {} }],
  ];
  for (const [what, of, options, state, given] of cases) {
    it(`is ${what}`, async () => {
      const found = await seen([row(of, options)], inputs(given ?? { kind: "netem" }));
      assert.deepEqual(found?.state, { ...AT, parent: "root", handle: "8001:", kind: of, ...state });
      assert.deepEqual(kind.outputs.parse(found?.state), found?.state);
    });
  }

  it("is nothing where the kernel's default is, or none", async () => {
    assert.equal(await seen([]), undefined);
    assert.equal(await seen([row("noqueue", {}, { handle: 0 })]), undefined);
    const mq = [row("mq", {}, { handle: 0 }), row("pfifo_fast", {}, { handle: 0, parent: 1 })];
    assert.equal(await seen(mq), undefined);
  });

  it("is the one on the class that is asked for", async () => {
    const rows = [row("tbf", tbf(125000, 9, 9)), row("pfifo", { limit: 5 }, { parent: 0x1000a, handle: 0x100000 })];
    const found = await seen(rows, inputs({ kind: "pfifo", parent: "01:0A" }));
    assert.deepEqual(found?.state, { ...AT, parent: "1:a", handle: "10:", kind: "pfifo", options: { limit: 5 } });
  });

  it("is something else where there are no words for it", async () => {
    const found = await seen([row("cake", {})]);
    assert.deepEqual([found?.what, found?.state], ["the qdisc cake 8001: at net0/eth0/root", undefined]);
    assert.deepEqual(lines(found?.leftover ?? []), ["[net0] tc qdisc del dev eth0 root handle 8001:"]);
  });
});

describe("the plan of a qdisc", () => {
  const make = (words: string) => [`[net0] tc qdisc add dev eth0 ${words}`];
  const makes: [props: Json, lines: string[]][] = [
    [{ kind: "netem" }, make("root netem")],
    [{ kind: "netem", netem: { delay: "50ms" } }, make("root netem delay 50ms")],
    [
      { kind: "netem", netem: { loss: "0.5%", duplicate: "0.1%", corrupt: "0.01%" } },
      make("root netem loss 0.5% duplicate 0.1% corrupt 0.01%"),
    ],
    [
      {
        kind: "netem",
        netem: {
          ...{ delay: "0.05s", jitter: "5ms", correlation: "25%", loss: "1%", duplicate: "2%", corrupt: "3%" },
          ...{ reorder: "4%", rate: "1mbit", limit: 7 },
        },
      },
      make("root netem limit 7 delay 50ms 5ms 25% loss 1% duplicate 2% corrupt 3% reorder 4% rate 1mbit"),
    ],
    [
      { kind: "tbf", handle: "1", tbf: { rate: "1mbit", burst: "32kb", latency: "400ms" } },
      make("root handle 1: tbf rate 1mbit burst 32kb latency 400ms"),
    ],
    [
      { kind: "tbf", parent: "1:0a", tbf: { rate: "1mbit", burst: "32kb", limit: "64kb" } },
      make("parent 1:a tbf rate 1mbit burst 32kb limit 64kb"),
    ],
    [
      { kind: "fq_codel", options: { limit: 100, target: "5ms", ecn: false, memoryLimit: 5000 } },
      make("root fq_codel limit 100 target 5ms noecn memory_limit 5000"),
    ],
    [{ kind: "htb", options: { default: "0F", directQueueLength: 5 } }, make("root htb default f direct_qlen 5")],
    [{ kind: "fq", options: { pacing: true, maxRate: "1000kbit" } }, make("root fq maxrate 1mbit pacing")],
    [{ kind: "noqueue" }, make("root noqueue")],
  ];
  for (const [props, expected] of makes) {
    it(`makes a ${props.kind} of ${JSON.stringify(props)}`, () => {
      const want = inputs(props);
      const own = props.handle === undefined ? / handle [9a-f][0-9a-f]{3}:/ : /^$/;
      assert.deepEqual(
        lines(kind.plan(want, undefined, "m")).map((line) => line.replace(own, "")),
        expected,
      );
      assert.deepEqual(kind.plan(want, stateFor(kind, want), "m"), []);
    });
  }

  it("gives each its own number, the same one for the same mark", () => {
    const made = (parent: string, mark: string) => lines(kind.plan(inputs({ kind: "pfifo", parent }), undefined, mark));
    const all = [made("root", "m"), made("root", "n"), made("1:1", "m"), made("1:2", "m")];
    const numbers = all.map(([line]) => / handle ([9a-f][0-9a-f]{3}:) pfifo$/.exec(line ?? "")?.[1]);
    assert.equal(new Set(numbers).size, 4, numbers.join());
    assert.deepEqual(made("root", "m"), made("root", "m"));
  });

  const changes: [what: string, old: Json, props: Json, words: string][] = [
    [
      "a netem, and puts to nothing what left the program",
      { kind: "netem", netem: { delay: "50ms", jitter: "5ms", loss: "1%", rate: "1mbit" } },
      { kind: "netem", netem: { delay: "20ms", duplicate: "1%" } },
      "netem limit 1000 delay 20ms 0us loss 0% duplicate 1% rate 0bit",
    ],
    [
      "a netem that leaves the program as a whole",
      { kind: "netem", netem: { delay: "50ms", limit: 5 } },
      { kind: "netem" },
      "netem limit 1000 delay 0us",
    ],
    [
      "a tbf that is given the room in bytes",
      { kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "400ms" } },
      { kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", limit: "1mb" } },
      "tbf rate 1mbit burst 32kb limit 1mb",
    ],
    ["a queue", { kind: "pfifo", options: { limit: 5 } }, { kind: "pfifo", options: { limit: 6 } }, "pfifo limit 6"],
  ];
  for (const [what, old, props, words] of changes) {
    it(`changes ${what}`, () => {
      const [before, want] = [inputs(old), inputs(props)];
      const state = stateFor(kind, before);
      const steps = kind.plan(withDefaults(kind, want, before, state), state, "m");
      assert.deepEqual(lines(steps), [`[net0] tc qdisc change dev eth0 root handle 8001: ${words}`]);
    });
  }

  it("puts its own in the place of what somebody has put there", () => {
    const want = inputs({ kind: "pfifo", handle: "1:", options: { limit: 5 } });
    const made = "[net0] tc qdisc add dev eth0 root handle 1: pfifo limit 5";
    for (const other of [{ handle: "2:" }, { kind: "bfifo" }]) {
      const have = { ...stateFor(kind, want), ...other };
      const gone = `[net0] tc qdisc del dev eth0 root handle ${have.handle}`;
      assert.deepEqual(lines(kind.plan(want, have, "m")), [gone, made]);
    }
    // A number that nobody has asked for is as good as any.
    const any = inputs({ kind: "pfifo" });
    assert.deepEqual(kind.plan(any, { ...stateFor(kind, any), handle: "77:" }, "m"), []);
  });

  it("is made after the one that it is on, and goes before that", () => {
    const all = [{ parent: "2:1", handle: "3:" }, { parent: "1:1", handle: "2:" }, { handle: "1:" }, { handle: "11:" }];
    const things = all.map((props) => ({ kind, state: stateFor(kind, inputs({ kind: "pfifo", ...props })) }));
    const inOrder = firstFirst(things, ({ state }) => state).map(({ state }) => state.handle);
    assert.deepEqual(inOrder, ["1:", "2:", "3:", "11:"]);
  });

  it("removes what is there by now", () => {
    const state = stateFor(kind, inputs({ kind: "pfifo", parent: "1:1" }));
    const now = { ...state, handle: "7:" };
    assert.deepEqual(lines(kind.remove(state, { what: "", state: now })), [
      "[net0] tc qdisc del dev eth0 parent 1:1 handle 7:",
    ]);
    assert.deepEqual(lines(kind.remove(state, { what: "" })), ["[net0] tc qdisc del dev eth0 parent 1:1 handle 8001:"]);
  });
});
