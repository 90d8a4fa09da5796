import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Kernel } from "../../../provider/kernel/kernel";
import { compareWithStack } from "../../../provider/live/compare";
import { type Resource, resourceOf } from "../../../provider/model/resources";
import { kinds } from "../../../provider/resources";
import type { Kind } from "../../../provider/resources/kind";

const nobody = { cache: {} } as unknown as Kernel;

/** A resource of the stack, and what is seen in its place. */
function resource(type: string, values: Json, state?: Json): Resource {
  const kind = kinds.find((one) => one.type === type) as Kind;
  return resourceOf({ ...kind, observe: async () => state && { state, what: "it" } }, type, [], values);
}

async function differences(...stack: Resource[]) {
  const { drift } = await compareWithStack(nobody, { stack, hosts: [], kinds: [] });
  return drift.map(({ resource: { name }, path = [], want, is }) => [name, ...path, want, is]);
}

const DUMMY = { name: "d0", mtu: 1500, up: true };

describe("What is on the host beside the stack", () => {
  it("differs by what a program can say, and by what is gone", async () => {
    assert.deepEqual(await differences(resource("Dummy", DUMMY, { ...DUMMY, mac: "02:00:00:00:00:01" })), []);
    assert.deepEqual(await differences(resource("Dummy", DUMMY, { ...DUMMY, mtu: 1400 })), [
      ["Dummy", "mtu", 1500, 1400],
    ]);
    assert.deepEqual(await differences(resource("Dummy", DUMMY)), [["Dummy", undefined, undefined]]);
  });

  it("does not differ by the way that nft has of writing rules", async () => {
    const firewall = { namespace: "h1", family: "inet", name: "t", rules: "chain c {}", ruleset: "chain c {\n}" };
    assert.deepEqual(await differences(resource("Firewall", firewall, { ...firewall, rules: firewall.ruleset })), []);
  });

  it("does not differ by what waits, or is only proved", async () => {
    const route = { namespace: "h1", destination: "default", gateway: "10.0.0.1", waiting: true };
    const proof = { namespace: "h1", to: "10.0.0.2", protocol: "icmp", heard: "nothing" };
    assert.deepEqual(await differences(resource("Route", route), resource("Reachability", proof)), []);
  });

  it("is still all that the stack asks to be proved", async () => {
    const proof = resource("Reachability", { namespace: "h1", to: "10.0.0.2", protocol: "icmp" });
    const { resources } = await compareWithStack(nobody, { stack: [proof], hosts: [], kinds: [] });
    assert.deepEqual(resources, [proof]);
  });
});
