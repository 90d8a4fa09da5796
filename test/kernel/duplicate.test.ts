import assert from "node:assert/strict";
import { LabStack } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import type { Program, Resource } from "../support/programs/program";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

const ONE = "2001:db8::1/64";
const TWO = "2001:db8::2/64";

const CABLE: Program = [
  { type: "Namespace", name: "x", inputs: { name: "x" } },
  { type: "Namespace", name: "y", inputs: { name: "y" } },
  {
    type: "VethPair",
    name: "pair",
    inputs: { a: { namespace: "x", name: "d1" }, b: { namespace: "y", name: "e1" } },
    after: ["x", "y"],
  },
];

function on(namespace: string, address: string, name: string, after = "pair"): Resource {
  return {
    type: "Address",
    name,
    inputs: { namespace, device: namespace === "x" ? "d1" : "e1", address },
    after: [after],
  };
}

function lab(...more: Resource[]): Program {
  return asTopology([...CABLE, ...more]) ?? assert.fail("Check has something against it");
}

/** The same address at `y`, and then at `x` instead. */
const SCENARIOS: Record<string, [before: Program, now: Program]> = {
  "another resource": [
    [...CABLE, on("y", ONE, "one")],
    [...CABLE, on("x", ONE, "here"), on("y", TWO, "two")],
  ],
  "one that is replaced": [
    [...CABLE, on("y", ONE, "other")],
    [...CABLE, on("x", ONE, "here"), on("y", TWO, "other")],
  ],
  "a part of the same Topology": [lab(on("y", ONE, "one")), lab(on("x", ONE, "here"), on("y", TWO, "two"))],
  "a part of a Topology": [lab(on("y", ONE, "one")), [...lab(on("y", TWO, "two")), on("x", ONE, "here", "lab")]],
  "a resource beside the Topology": [
    [...lab(), on("y", ONE, "one", "lab")],
    [...lab(on("x", ONE, "here")), on("y", TWO, "two", "lab")],
  ],
};

describe("An IPv6 address that another host has", () => {
  let stack: LabStack;
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stack = await LabStack.start();
  });

  const mustBeUsable = async () => {
    const shown = [await stack.host.ip("-n x -6 addr show dev d1"), await stack.host.ip("-n y -6 addr show dev e1")];
    assert.match(shown[0] ?? "", /2001:db8::1\/64 scope global \n/);
    assert.match(shown[1] ?? "", /2001:db8::2\/64 scope global \n/);
  };

  for (const [what, [before, now]] of Object.entries(SCENARIOS)) {
    it(`is usable after one up that takes it from ${what}`, async () => {
      const { engine } = stack;
      await engine.up(before);
      await engine.up(now);
      await mustBeUsable();
      assert.deepEqual(await engine.up(now), [], "the second up");
      await stack.destroy();
    });
  }

  it("is refused as long as both are wanted, and usable after one up with another one there", async () => {
    const { engine } = stack;
    const both = [...CABLE, on("x", ONE, "here"), on("y", ONE, "one")];
    await engine.up(both.slice(0, -1));
    await assert.rejects(engine.up(both), /another host has this address \(duplicate address detection\)/);
    const now = [...both.slice(0, -1), on("y", TWO, "two")];
    await engine.up(now);
    await mustBeUsable();
    assert.deepEqual(await engine.up(now), [], "the second up");
    await stack.destroy();
  });

  for (const [form, now] of [
    ["a resource", [...CABLE, on("x", ONE, "here"), on("y", TWO, "two")]],
    ["a part of a Topology", lab(on("x", ONE, "here"), on("y", TWO, "two"))],
  ] as const) {
    it(`is tried again by each up once the kernel has given it up: ${form}`, async () => {
      const { engine, host } = stack;
      await engine.up(now);
      await host.ip(`-n y addr add ${ONE} dev e1 nodad`);
      await host.ip(`-n x addr del ${ONE} dev d1`);
      await host.ip(`-n x addr add ${ONE} dev d1`);
      const isRefused = async () => (await host.ip("-n x -6 addr show dev d1")).includes("dadfailed");
      await until("the kernel has found the other one", isRefused);
      assert.notDeepEqual(await engine.preview(now), []);
      await assert.rejects(engine.up(now), /another host has this address/);
      await host.ip(`-n y addr del ${ONE} dev e1`);
      await engine.up(now);
      await mustBeUsable();
      assert.deepEqual(await engine.up(now), [], "the second up");
      await stack.destroy();
    });
  }

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await stack.renew();
  });
  after(() => stack.stop());
});
