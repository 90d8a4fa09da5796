import assert from "node:assert/strict";
import type { Child, Maker } from "../../../provider/components/component";
import { vxlanLink } from "../../../provider/components/vxlanLink";
import { knownParts, parse } from "../../../provider/core/check";
import { type Json, Unknown } from "../../../provider/core/values";

const provider = (name: string) => `urn:pulumi:dev::lab::pulumi:providers:netns::${name}::1234`;
const A = { provider: provider("lab1"), namespace: "h1", name: "eth0", local: "192.0.2.1" };
const B = { provider: provider("lab2"), namespace: "h2", name: "eth0", local: "192.0.2.2" };
const faultsOf = (inputs: Json) => {
  const { parsed, faults } = parse(vxlanLink.inputs, inputs);
  const between = vxlanLink.crossCheck(knownParts(faults.length > 0 ? inputs : parsed, faults));
  return [...faults, ...between].map(({ path, reason }) => `${path.join(".")} ${reason}`);
};

/** Makes nothing: notes what is to be made, and of which host the way is asked. */
class Notes implements Maker {
  readonly name = "cable";
  readonly made: Child[] = [];
  readonly asked: unknown[] = [];

  constructor(private readonly mtus: Record<string, number>) {}

  async make(child: Child): Promise<Json> {
    this.made.push(child);
    return Object.fromEntries(Object.entries(child.inputs).map(([key, { value }]) => [key, value]));
  }

  async ask(name: string, { to, from, device, namespace }: Json, by: string | undefined) {
    this.asked.push([name, to, from, device, namespace, by]);
    const mtu = this.mtus[String(from)];
    return mtu === undefined ? undefined : { mtu };
  }
}

const construct = async (inputs: Json, mtus: Record<string, number> = {}) => {
  const { parsed, faults } = parse(vxlanLink.inputs, inputs);
  assert.deepEqual(faults, []);
  const notes = new Notes(mtus);
  const state = await vxlanLink.construct(parsed, notes);
  const made = notes.made.map((one) => ({
    ...{ type: one.type, name: one.name, provider: one.provider },
    ...Object.fromEntries(
      Object.entries(one.inputs).flatMap(([key, { value }]) => (value === undefined ? [] : [[`its ${key}`, value]])),
    ),
  }));
  return { made, state, notes };
};

describe("a VxlanLink", () => {
  it("is two Vxlan on two hosts that send to each other alone", async () => {
    const { made, notes } = await construct(
      { vni: 42, a: { ...A, device: "ens3" }, b: B },
      { "192.0.2.1": 1500, "192.0.2.2": 1400 },
    );
    const both = { "its vni": 42, "its port": 4789, "its mtu": 1350, "its up": true, "its learning": false };
    assert.deepEqual(made, [
      {
        ...{ type: "Vxlan", name: "cable-a", provider: A.provider, "its namespace": "h1", "its name": "eth0", ...both },
        ...{ "its local": "192.0.2.1", "its device": "ens3", "its underlay": ".", "its remote": "192.0.2.2" },
      },
      {
        ...{ type: "Vxlan", name: "cable-b", provider: B.provider, "its namespace": "h2", "its name": "eth0", ...both },
        ...{ "its local": "192.0.2.2", "its underlay": ".", "its remote": "192.0.2.1" },
      },
    ]);
    assert.deepEqual(notes.asked, [
      ["pathTo", "192.0.2.2", "192.0.2.1", "ens3", undefined, A.provider],
      ["pathTo", "192.0.2.1", "192.0.2.2", undefined, undefined, B.provider],
    ]);
  });

  it("has 70 bytes less with IPv6, asks where its packets travel, and asks nobody where the program says the MTU", async () => {
    const ends = {
      a: { ...A, local: "2001:DB8::1", underlay: "site1" },
      b: { ...B, local: "2001:db8::2", underlay: "site2" },
    };
    const derived = await construct({ vni: 1, ...ends }, { "2001:db8::1": 1500, "2001:db8::2": 9000 });
    assert.equal(derived.state.mtu, 1430);
    assert.deepEqual(derived.notes.asked[0], ["pathTo", "2001:db8::2", "2001:db8::1", undefined, "site1", A.provider]);
    const given = await construct({ vni: 1, mtu: 1280, ...ends });
    assert.equal(given.state.mtu, 1280);
    assert.deepEqual(given.notes.asked, []);
  });

  it("has an MTU that is not known yet where the way is not there yet, or where it begins is not known", async () => {
    const early = await construct({ vni: 1, a: A, b: B }, { "192.0.2.1": 1500 });
    assert.equal(early.state.mtu, Unknown.value);
    const open = await construct({ vni: 1, a: { ...A, device: Unknown.value }, b: B }, { "192.0.2.2": 1500 });
    assert.equal(open.state.mtu, Unknown.value);
    assert.equal(open.notes.asked.length, 1);
    assert.deepEqual((open.state.a as Json).ifindex, Unknown.value);
  });

  it("says which inputs each value hangs on", async () => {
    const { notes } = await construct({ vni: 1, a: A, b: B }, { "192.0.2.1": 1500, "192.0.2.2": 1500 });
    const { inputs } = notes.made[1] ?? assert.fail("one end alone");
    assert.deepEqual(inputs.namespace?.of, [["b", "namespace"]]);
    assert.deepEqual(inputs.remote?.of, [["a", "local"]]);
    assert.deepEqual(inputs.vni?.of, [["vni"]]);
    assert.equal(inputs.mtu?.of.length, 6);
  });

  it("refuses ends that cannot be those of a cable", () => {
    assert.deepEqual(faultsOf({ vni: 1, a: A, b: { ...B, local: A.local } }), [
      "b.local is the address of end `a`: each host needs its own",
    ]);
    assert.deepEqual(faultsOf({ vni: 1, a: { ...A, local: "239.1.1.1" }, b: { ...B, local: "fe80::1" } }), [
      "a.local is a multicast address, which cannot be a host's",
      "b.local is not of the family of end `a`'s",
    ]);
    assert.deepEqual(faultsOf({ vni: 1, a: A, b: { ...A, local: "192.0.2.9" } }), [
      "b.name is the name of end `a` in the same namespace: the two ends must differ",
    ]);
    assert.deepEqual(faultsOf({ vni: 1, a: { ...A, provider: "lab1" }, b: B }), [
      "a.provider must be a provider of netns",
    ]);
    assert.deepEqual(faultsOf({ vni: 1, a: A, b: { ...A, namespace: Unknown.value, local: "192.0.2.9" } }), []);
    assert.deepEqual(faultsOf({ vni: 1, a: A }), ["b is required"]);
  });
});
