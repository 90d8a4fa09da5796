import assert from "node:assert/strict";
import fc from "fast-check";
import { knownParts, parse } from "../../../provider/core/check";
import { type Json, Unknown } from "../../../provider/core/values";
import { vethPair } from "../../../provider/resources/vethPair";
import { inputsOf } from "../../support/inputs/arbitraries";
import { stateFor } from "../../support/inputs/states";
import { ifNames } from "../../support/inputs/valueArbitraries";
import { lines } from "./lines";

const MARK = "pulumi:lab/dev/link:0123";
/** The group that stands for this mark. */
const GROUP = "132695404";

type Inputs = Parameters<typeof vethPair.plan>[0];
type State = NonNullable<Parameters<typeof vethPair.plan>[1]>;
const inputs = (values: Json) => parse(vethPair.inputs, values).parsed as Inputs;
const stateOf = (want: Inputs) => stateFor(vethPair, want) as State;

const PAIR = inputs({ a: { name: "veth0", namespace: "net0" }, b: { name: "veth1", namespace: "net1" } });

describe("the plan of a veth pair", () => {
  it("makes both ends where they belong, marks them, `a` last, and sets them up", () => {
    assert.deepEqual(lines(vethPair.plan(PAIR, undefined, MARK)), [
      `ip link add name veth1 netns /run/netns/net1 group ${GROUP} up type veth peer name veth0 netns /run/netns/net0 group ${GROUP}`,
      `[net1] ip link set dev veth1 alias ${MARK} group 0 up`,
      `[net0] ip link set dev veth0 alias ${MARK} group 0 up`,
    ]);
  });

  it("gives mac and mtu at once, and leaves down what shall be down", () => {
    const want = inputs({
      a: { name: "a", mac: "02:00:00:00:00:0A", mtu: 1400, up: false },
      b: { name: "b", namespace: "/proc/4242/ns/net", up: false },
    });
    assert.deepEqual(lines(vethPair.plan(want, undefined, MARK)), [
      `ip link add name b netns /proc/4242/ns/net group ${GROUP} type veth peer name a netns /proc/thread-self/ns/net group ${GROUP} address 02:00:00:00:00:0a mtu 1400`,
      `[/proc/4242/ns/net] ip link set dev b alias ${MARK} group 0`,
      `ip link set dev a alias ${MARK} group 0`,
    ]);
  });

  const updates: [what: string, change: Json, lines: string[]][] = [
    ["mac", { mac: "02:00:00:00:00:0B" }, ["[net1] ip link set dev veth1 address 02:00:00:00:00:0b"]],
    ["mtu", { mtu: 9000 }, ["[net1] ip link set dev veth1 mtu 9000"]],
    ["up", { up: false }, ["[net1] ip link set dev veth1 down"]],
    [
      "all at once",
      { mac: "02:00:00:00:00:0b", mtu: 9000, up: false },
      [
        "[net1] ip link set dev veth1 address 02:00:00:00:00:0b",
        "[net1] ip link set dev veth1 mtu 9000",
        "[net1] ip link set dev veth1 down",
      ],
    ],
  ];
  for (const [what, change, expected] of updates) {
    it(`changes ${what} of one end in place`, () => {
      const want = inputs({ ...PAIR, b: { ...PAIR.b, ...change } });
      assert.deepEqual(lines(vethPair.plan(want, stateOf(PAIR), MARK)), expected);
    });
  }

  it("leaves alone what the program does not say", () => {
    const have = stateOf(inputs({ ...PAIR, a: { ...PAIR.a, mtu: 1400, mac: "02:00:00:00:00:0a" } }));
    assert.deepEqual(vethPair.plan(PAIR, have, MARK), []);
  });

  it("takes back an update by the way from what is to what was", () => {
    const at = (mtu: number, up: boolean) => stateOf(inputs({ ...PAIR, a: { ...PAIR.a, mtu, up } }));
    assert.deepEqual(lines(vethPair.plan(at(1500, true), at(9000, false), MARK)), [
      "[net0] ip link set dev veth0 mtu 1500",
      "[net0] ip link set dev veth0 up",
    ]);
  });

  it("has no more than one step for each property that differs", () => {
    fc.assert(
      fc.property(inputsOf(vethPair), inputsOf(vethPair), (want, other) => {
        const have = stateOf(other as Inputs);
        const steps = vethPair.plan(want as Inputs, have, MARK);
        const paths = steps.map(({ property }) => property?.join("."));
        assert.equal(new Set(paths).size, paths.length);
        assert.ok(steps.every(({ argv }) => argv.slice(0, 4).join(" ") === "ip link set dev"));
      }),
    );
  });

  it("removes both ends with one", () => {
    const have = stateOf(PAIR);
    assert.deepEqual(lines(vethPair.remove(have, { state: have, what: "" })), ["[net0] ip link del dev veth0"]);
  });
});

describe("the ends of a veth pair", () => {
  const REASON = "b.name is the name of end `a` in the same namespace: the two ends must differ";
  const faults = (values: Json) => {
    const { parsed, faults } = parse(vethPair.inputs, values);
    const known = faults.length > 0 ? knownParts(values, faults) : knownParts(parsed, []);
    return (vethPair.crossCheck?.(known) ?? []).map(({ path, reason }) => `${path.join(".")} ${reason}`);
  };
  const both = (a: Json, b: Json) => faults({ a: { name: "eth0", ...a }, b: { name: "eth0", ...b } });

  it("may not have one name in one namespace", () => {
    assert.deepEqual(both({}, {}), [REASON]);
    assert.deepEqual(both({ namespace: "x" }, { namespace: "x" }), [REASON]);
  });

  it("are told so beside other faults", () => {
    assert.deepEqual(both({ mtu: 1 }, {}), [REASON]);
  });

  it("may have one name in two namespaces", () => {
    assert.deepEqual(both({ namespace: "x" }, { namespace: "y" }), []);
    assert.deepEqual(both({ namespace: "x" }, {}), []);
  });

  it("may have one name in namespaces of which one is not known yet", () => {
    for (const other of [{}, { namespace: "x" }, { namespace: Unknown.value }]) {
      assert.deepEqual(both({ namespace: Unknown.value }, other), []);
      assert.deepEqual(both(other, { namespace: Unknown.value }), []);
      assert.deepEqual(both({ namespace: Unknown.value, mtu: 1 }, other), []);
    }
  });

  it("may have any two names that differ", () => {
    fc.assert(
      fc.property(ifNames, ifNames, (a, b) => {
        assert.deepEqual(faults({ a: { name: a }, b: { name: b } }), a === b ? [REASON] : []);
      }),
    );
  });
});
