import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, mapLeaves, Unknown } from "../../../provider/core/values";
import { anything, lists, named, pair, topology } from "../../support/inputs/topologyInputs";
import { checked } from "../server/rpc";

const unknown = Unknown.value;
const address = (text: string, ip: string, more: Json = {}): Json => {
  const [namespace, device] = text.split("/");
  return { namespace, device, address: ip, ...more };
};
const faults = (news: Json) =>
  checked(topology, { news }).failures.map(([path, reason = ""]) =>
    path === "" ? reason.replace(": ", " ") : `${path} ${reason}`,
  );

/** What a preview knows where each text of these is an output of a resource that is yet to be made. */
const without = (lab: Json, ...texts: string[]) =>
  mapLeaves(lab, (leaf) => (texts.includes(String(leaf)) ? unknown : leaf)) as Json;

describe("the faults inside an element", () => {
  it("are told at its path, beside those of other elements", () => {
    const news = {
      namespaces: [{ name: "a" }, { name: "a/b", more: 1 }],
      vethPairs: [{ a: { name: "x", mtu: 1 }, b: { name: "y" } }, { a: { name: "v" }, b: { name: "v" } }, {}],
      addresses: [address("a/x", "fd00::1/64", { broadcast: "10.0.0.1" })],
    };
    assert.deepEqual(faults(news), [
      "namespaces[1].name must not contain `/`: it is the name of a file under /run/netns",
      "namespaces[1].more is not a property of this; there are `name`, `loopbackUp`",
      "vethPairs[0].a.mtu is below 68, the minimum of IPv4 (RFC 791)",
      "vethPairs[2].a is required",
      "vethPairs[2].b is required",
      "vethPairs[1].b.name is the name of end `a` in the same namespace: the two ends must differ",
      "addresses[0].broadcast is only for IPv4: IPv6 has no broadcast",
    ]);
  });

  it("are told of what is no list, or no element", () => {
    const names = lists.map(({ name }) => `\`${name}\``).join(", ");
    assert.deepEqual(faults({ namespaces: ["a"], vethPairs: {}, cables: [] }), [
      "namespaces[0] must be an object",
      "vethPairs must be a list",
      `cables is not a property of this; there are ${names}`,
    ]);
  });
});

describe("the faults between elements", () => {
  it("are none where each is another thing", () => {
    const lab = {
      namespaces: named("a", "b"),
      vethPairs: [pair("a/x", "b/x"), pair("a/y", "/x"), pair("there/x", "/y")],
      sysctls: ["a", "b"].map((namespace) => ({ namespace, key: "net.ipv4.ip_forward", value: 1 })),
      addresses: [address("a/x", "10.0.0.1/24"), address("b/x", "10.0.0.1/24"), address("there/lo", "10.0.0.1/32")],
    };
    assert.deepEqual(faults(lab), []);
  });

  it("are no two rules of one priority, unless they are the same", () => {
    const rule = (more: Json) => ({ namespace: "a", priority: 100, ...more });
    const rules = [
      rule({ to: "10.0.0.0/8" }),
      rule({ to: "10.0.0.0/9" }),
      rule({ to: "10.0.0.0/8", table: 7 }),
      rule({}),
    ];
    assert.deepEqual(faults({ rules }), []);
    assert.deepEqual(faults({ rules: [...rules, rule({ table: 254, action: "lookup" })] }), [
      "rules[4] is the same as `rules[3]`",
    ]);
    // A prefix that is not known yet may be another one.
    assert.deepEqual(faults({ rules: [rules[3], rule({ to: unknown })] } as Json), []);
  });

  it("are two that are the same", () => {
    const sysctl = { namespace: "a", key: "net.ipv4.ip_forward", value: 1 };
    assert.deepEqual(faults({ namespaces: named("a", "b", "a"), sysctls: [sysctl, { ...sysctl, value: 0 }] }), [
      "namespaces[2] is the same as `namespaces[0]`",
      "sysctls[1] is the same as `sysctls[0]`",
    ]);
    assert.deepEqual(faults({ addresses: [address("a/x", "fd00::1/64"), address("a/x", "FD00:0::1/64")] }), [
      "addresses[1] is the same as `addresses[0]`",
      "addresses[1].address is that of `addresses[0].address` in the same namespace",
    ]);
  });

  it("are two devices of one name in one namespace", () => {
    assert.deepEqual(faults({ vethPairs: [pair("a/x", "b/x"), pair("c/x", "b/x"), pair("/x", "a/x")] }), [
      "vethPairs[1].b.name is the name of `vethPairs[0].b.name` in the same namespace",
      "vethPairs[2].b.name is the name of `vethPairs[0].a.name` in the same namespace",
    ]);
  });

  it("are no equal addresses on several devices, nor of IPv4 with several lengths: the kernel takes them", () => {
    const vip = ["10.255.0.1/32", "fd00::1/128"].flatMap((own) => [address("a/lo", own), address("a/eth0", own)]);
    assert.deepEqual(faults({ addresses: [...vip, address("a/lo", "10.255.0.1/24")] }), []);
  });

  it("are two equal addresses of IPv6 on one device, with any length of their prefixes, and with a peer", () => {
    for (const second of [address("a/x", "fd00::1/128"), address("a/x", "fd00::1/128", { peer: "fd00::2" })]) {
      assert.deepEqual(faults({ addresses: [address("a/x", "fd00::1/64"), second] }), [
        "addresses[1].address is that of `addresses[0].address` in the same namespace",
      ]);
    }
  });

  it("are none in an address that several links to peers share, those that are not known yet as well", () => {
    const twice = (first: Json, second: Json) => [
      address("net0/p1", "10.0.0.1/32", first),
      address("net0/p2", "10.0.0.1/32", second),
    ];
    for (const [first, second] of [
      [{ peer: "10.0.0.2" }, { peer: "10.0.0.3" }],
      [{ peer: "10.0.0.2" }, { peer: unknown }],
      [{}, { peer: "10.0.0.3" }],
    ] as [Json, Json][]) {
      assert.deepEqual(faults({ addresses: twice(first, second) }), []);
    }
  });

  it("are no addresses of one link each, of which every device can have the same", () => {
    const routers = [address("r/a", "fe80::1/64"), address("r/b", "fe80::1/64")];
    assert.deepEqual(faults({ addresses: routers }), []);
    assert.deepEqual(faults({ addresses: [...routers, address("r/b", "fe80::1/128")] }), [
      "addresses[2].address is that of `addresses[1].address` in the same namespace",
    ]);
  });

  it("are an address on a device that the topology has in another namespace", () => {
    const lab = { namespaces: named("a", "b"), vethPairs: [pair("a/x", "b/y")] };
    assert.deepEqual(faults({ ...lab, addresses: [address("b/x", "10.0.0.1/24"), address("b/y", "10.0.0.2/24")] }), [
      "addresses[0].device is a device that the topology has in another namespace, at `vethPairs[0].a.name`",
    ]);
    assert.deepEqual(faults({ ...lab, addresses: [address("b/lo", "10.0.0.1/24")] }), []);
    assert.deepEqual(faults({ ...lab, addresses: [address("there/x", "10.0.0.1/24")] }), [], "it may have one");
  });

  it("are told beside other faults", () => {
    assert.deepEqual(
      faults({ namespaces: [{ name: "a" }, { name: "a", loopbackUp: 1 }, { name: "a" }], addresses: [7] }),
      [
        "namespaces[1].loopbackUp must be true or false",
        "addresses[0] must be an object",
        "namespaces[1] is the same as `namespaces[0]`",
        "namespaces[2] is the same as `namespaces[0]`",
      ],
    );
  });
});

describe("what is not known yet", () => {
  it("makes nothing the same as something else", () => {
    const lab = {
      namespaces: named("a", "b"),
      vethPairs: [pair("a/x", "a/y"), pair("b/x", "b/y"), pair("/x", "/y")],
      sysctls: ["a", "b"].map((namespace) => ({ namespace, key: "net.ipv4.ip_forward", value: 1 })),
      addresses: ["a/x", "b/x", "/x"]
        .map((at) => address(at, "10.0.0.1/24"))
        .map(({ namespace, ...rest }) => (namespace === "" ? rest : { namespace, ...rest })),
    };
    for (const texts of [["a", "b"], ["a"], ["b"], ["a", "x"], ["10.0.0.1/24"], ["a", "b", "x", "y"]]) {
      assert.deepEqual(faults(without(lab, ...texts)), [], texts.join());
    }
  });

  it("still leaves two the same that are so whatever it will be", () => {
    const one = { name: "a", loopbackUp: unknown };
    assert.deepEqual(faults({ namespaces: [one, one] }), ["namespaces[1] is the same as `namespaces[0]`"]);
  });

  it("may be the very device that an address is on", () => {
    const lab = (vethPairs: unknown) => ({
      namespaces: named("a", "b"),
      vethPairs,
      addresses: [address("b/x", "10.0.0.1/24")],
    });
    const known = pair("a/x", "a/y");
    assert.equal(faults(lab([known])).length, 1);
    assert.equal(faults(lab([known, pair("c/x", "c/y")])).length, 1);
    assert.deepEqual(faults(lab([known, unknown])), []);
    assert.deepEqual(faults(lab([known, { ...pair("c/x", "c/y"), a: unknown }])), []);
    assert.deepEqual(faults(lab([known, without(pair("q/x", "c/y"), "q")])), []);
    assert.deepEqual(faults(lab([known, without(pair("b/q", "c/y"), "q")])), []);
    assert.deepEqual(faults(lab(unknown)), []);
  });

  it("claims nothing wrongly, whatever it is", () => {
    fc.assert(
      fc.property(anything, fc.infiniteStream(fc.nat(3)), (lab, dice) => {
        fc.pre(faults(lab).length === 0);
        assert.deepEqual(faults(mapLeaves(lab, (leaf) => (dice.next().value === 0 ? unknown : leaf)) as Json), []);
      }),
      { numRuns: 100 },
    );
  });
});
