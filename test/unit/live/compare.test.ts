import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Kernel } from "../../../provider/kernel/kernel";
import { compareWithStack } from "../../../provider/live/compare";
import { type Resource, resourceOf } from "../../../provider/model/resources";
import { kinds } from "../../../provider/resources";
import type { Kind } from "../../../provider/resources/kind";

const nobody = { cache: {} } as unknown as Kernel;

/** A resource of the stack, and what is seen in its place. */
function resource(type: string, values: Json, state?: Json, said?: Json): Resource {
  const kind = kinds.find((one) => one.type === type) as Kind;
  return resourceOf({ ...kind, observe: async () => state && { state, what: "it" } }, type, [], values, said);
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

  it("does not differ by what only the kernel says, nor by how the provider acts", async () => {
    const end = (name: string, operState: string) => ({ name, mtu: 1500, up: true, ifindex: 2, operState });
    const pair = (operState: string) => ({ a: end("a", operState), b: end("b", operState) });
    assert.deepEqual(await differences(resource("VethPair", pair("UNKNOWN"), pair("DOWN"))), []);
    const setting = { namespace: "h1", key: "net.ipv4.ip_forward", value: "1" };
    assert.deepEqual(
      await differences(
        resource("Sysctl", { ...setting, restoreOnDelete: false }, { ...setting, restoreOnDelete: true }),
      ),
      [],
    );
  });

  it("tells what the program says from what it leaves to the kernel, and of a list all", async () => {
    const state = { ...DUMMY, mtu: 1400, up: false };
    const stack = [resource("Dummy", DUMMY, state, { name: "d0", up: true })];
    const { drift } = await compareWithStack(nobody, { stack, hosts: [], kinds: [] });
    assert.deepEqual(
      drift.map(({ path, isUnsaid = false }) => [path, isUnsaid]),
      [
        [["mtu"], true],
        [["up"], false],
      ],
    );
    const port = { namespace: "s", bridge: "br0", device: "p1" };
    const [more, fewer] = [[{ vid: 1 }, { vid: 2 }], [{ vid: 1 }]].map((vlans) => ({ ...port, vlans }));
    assert.deepEqual(await differences(resource("BridgePort", fewer as Json, more)), [
      ["BridgePort", "vlans", [{ vid: 1 }], [{ vid: 1 }, { vid: 2 }]],
    ]);
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
