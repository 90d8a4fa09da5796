import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { star } from "../support/inputs/star";
import { comparable } from "../support/labHost/snapshot";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

/** A command that changes the host, alone or in a batch. */
const CHANGE = /\b(?:link|addr) (?:add|set|del) [^\n]*?(?=\n| \/run\/|$)/g;

kernelSuite("Topology on the kernel", (fixture) => {
  const make = (inputs: Json) => fixture.provider.create("Topology", "lab", inputs);
  const changes = () => fixture.provider.commands.flatMap((command) => command.match(CHANGE) ?? []);

  it("makes a whole lab that works, is found as it is, and takes it away without a trace", async () => {
    const { lab, provider } = fixture;
    const before = comparable(await stableSnapshot(lab));
    const made = await make(star(4));
    assert.equal(made.id, "switch,h[1-4]");
    await lab.ip("netns exec switch sysctl -qw net.ipv4.ip_forward=1");
    await lab.ip("-n switch addr add 10.0.9.9/16 dev p1");
    await lab.ip("netns exec h1 ping -c 1 -W 2 10.0.9.9");
    await lab.ip("-n switch addr del 10.0.9.9/16 dev p1");
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    await provider.delete("Topology", "lab", made);
    assert.deepEqual(comparable(await stableSnapshot(lab)), before);
    await provider.delete("Topology", "lab", made);
  });

  it("has one address on several devices of a host, as the kernel does, and takes away each", async () => {
    const { lab, provider } = fixture;
    const before = comparable(await stableSnapshot(lab));
    const shared = ["10.255.0.1/32", "fd00::1/128"].flatMap((address) =>
      ["lo", "eth0"].map((device) => ({ namespace: "r", device, address })),
    );
    const inputs = (addresses: Json[]) => ({
      namespaces: [{ name: "r" }, { name: "s" }],
      vethPairs: [{ a: { name: "eth0", namespace: "r" }, b: { name: "eth0", namespace: "s" } }],
      addresses,
    });
    const made = await make(inputs(shared));
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    const onEth0 = inputs(shared.filter(({ device }) => device === "eth0"));
    const now = await provider.update("Topology", "lab", made, provider.check("Topology", "lab", onEth0).inputs);
    assert.deepEqual(await provider.read("Topology", "lab", now), now);
    await provider.delete("Topology", "lab", now);
    assert.deepEqual(comparable(await stableSnapshot(lab)), before);
  });

  it("gives outputs of each element, in the order of the program", async () => {
    const made = await make(star(2));
    const { namespaces, vethPairs, addresses, sysctls } = made.state as Record<string, Json[]>;
    assert.deepEqual(
      namespaces?.map(({ name }) => name),
      ["switch", "h1", "h2"],
    );
    assert.ok(namespaces?.every(({ inode }) => typeof inode === "number"));
    assert.deepEqual(
      vethPairs?.map(({ a }) => (a as Json).operState),
      ["UP", "UP"],
    );
    assert.deepEqual(
      addresses?.map(({ network }) => network),
      ["10.0.0.0/16", "10.0.0.0/16"],
    );
    assert.deepEqual(sysctls, []);
    await fixture.provider.delete("Topology", "lab", made);
  });

  it("changes one mtu by one command, and nothing else", async () => {
    const { lab, provider } = fixture;
    const made = await make(star(3));
    provider.commands.length = 0;
    const now = await provider.update("Topology", "lab", made, star(3, { 2: { mtu: 1400 } }));
    assert.deepEqual(changes(), ["link set dev eth0 mtu 1400"]);
    assert.equal((await linkIn(lab, "h2", "eth0")).mtu, 1400);
    assert.equal((now.state.vethPairs as { a: Json }[])[1]?.a.mtu, 1400);
    await provider.delete("Topology", "lab", now);
  });

  it("inserts in the middle without a touch on the others", async () => {
    const { provider } = fixture;
    const hosts = [1, 2, 4, 5];
    const made = await make(star(hosts));
    const wanted = provider.check("Topology", "lab", star([1, 2, 3, 4, 5])).inputs;
    assert.deepEqual(provider.diff("Topology", made, wanted).details, [
      "addresses[2]: ADD",
      "namespaces[3]: ADD",
      "vethPairs[2]: ADD",
    ]);
    const now = await provider.update("Topology", "lab", made, wanted);
    const ids = (state: Json) => (state.namespaces as Json[]).map(({ name, inode }) => [name, inode]);
    assert.deepEqual(
      ids(now.state).filter(([name]) => name !== "h3"),
      ids(made.state),
    );
    assert.deepEqual(await provider.read("Topology", "lab", now), now);
    await provider.delete("Topology", "lab", now);
  });

  it("replaces just the element whose property cannot be changed in place, and shows it whole", async () => {
    const { lab, provider } = fixture;
    const made = await make(star(2));
    const { addresses = [], ...rest } = made.inputs as Record<string, Json[]>;
    const wanted = { ...rest, addresses: [{ ...addresses[0], broadcast: "10.0.255.255" }, ...addresses.slice(1)] };
    assert.deepEqual(provider.diff("Topology", made, wanted).details, ["addresses[0]: UPDATE"]);
    assert.deepEqual(provider.diff("Topology", made, wanted).replaces, []);
    provider.commands.length = 0;
    const now = await provider.update("Topology", "lab", made, wanted);
    assert.deepEqual(changes(), [
      "addr del 10.0.0.1/16 dev eth0",
      "addr add 10.0.0.1/16 dev eth0 broadcast 10.0.255.255",
    ]);
    assert.equal((await linkIn(lab, "h1", "eth0")).addr_info[0]?.broadcast, "10.0.255.255");
    await provider.delete("Topology", "lab", now);
  });

  it("renames and moves ends: what was there goes first, for a name is taken once", async () => {
    const { lab, provider } = fixture;
    const pair = (a: Json, b: Json) => ({ vethPairs: [{ a, b }] });
    const made = await make(pair({ name: "va", namespace: "x" }, { name: "vb", namespace: "y" }));
    const moved = await provider.update(
      "Topology",
      "lab",
      made,
      pair({ name: "vc", namespace: "x" }, { name: "vb", namespace: "y" }),
    );
    assert.equal((await linkIn(lab, "y", "vb")).ifname, "vb");
    const swapped = await provider.update(
      "Topology",
      "lab",
      moved,
      pair({ name: "vb", namespace: "y" }, { name: "vc", namespace: "x" }),
    );
    assert.deepEqual(await provider.read("Topology", "lab", swapped), swapped);
    await provider.delete("Topology", "lab", swapped);
  });

  it("hands names from one kind to another and swaps them, all in one update", async () => {
    const { lab, provider } = fixture;
    const mac = (last: number) => `02:00:00:00:00:0${last}`;
    const pairs = (one: string, two: string) => [
      { a: { name: one, namespace: "x", mac: mac(1) }, b: { name: "e1", namespace: "y" } },
      { a: { name: two, namespace: "x", mac: mac(2) }, b: { name: "e2", namespace: "y" } },
    ];
    const addresses = (one: string, two: string) => [
      { namespace: "x", device: one, address: "10.0.1.1/24" },
      { namespace: "x", device: two, address: "10.0.2.1/24" },
    ];
    const bridge = (name: string) => [{ name, namespace: "x", mac: mac(3) }];
    const steps: Json[] = [
      { vethPairs: pairs("one", "two"), bridges: bridge("sw"), addresses: addresses("one", "two") },
      { vethPairs: pairs("two", "one"), bridges: bridge("sw"), addresses: addresses("two", "one") },
      { vethPairs: pairs("two", "sw"), bridges: bridge("one"), addresses: addresses("one", "sw") },
      { vethPairs: pairs("one", "two").slice(0, 1), bridges: bridge("two"), addresses: addresses("one", "two") },
    ];
    let now = await make(steps[0] ?? {});
    for (const wanted of [...steps.slice(1), ...steps.slice(0, 1)]) {
      now = await provider.update("Topology", "lab", now, wanted);
      const [first] = wanted.addresses as Json[];
      assert.equal((await linkIn(lab, "x", String(first?.device))).addr_info[0]?.local, "10.0.1.1");
      const [sw] = wanted.bridges as Json[];
      assert.equal((await linkIn(lab, "x", String(sw?.name))).address, mac(3));
      assert.deepEqual(await provider.read("Topology", "lab", now), now);
    }
    await provider.delete("Topology", "lab", now);
  });

  it("sets sysctls before addresses, remembers what it found, and puts that back", async () => {
    const { lab, provider } = fixture;
    const sysctl = async (key: string) => (await lab.ip(`netns exec x sysctl -n ${key}`)).trim();
    const made = await make({
      vethPairs: [{ a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "y" } }],
      sysctls: [
        { namespace: "x", key: "net.ipv4.ip_forward", value: 1 },
        { namespace: "x", key: "net.ipv6.conf.va.accept_dad", value: 0 },
      ],
      addresses: [{ namespace: "x", device: "va", address: "2001:db8::1/64" }],
    });
    assert.deepEqual(
      (made.state.sysctls as Json[]).map(({ previousValue }) => previousValue),
      ["0", "1"],
    );
    assert.equal(await sysctl("net.ipv4.ip_forward"), "1");
    assert.equal(await sysctl("net.ipv6.conf.va.accept_dad"), "0");
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    await provider.delete("Topology", "lab", made);
    assert.equal(await sysctl("net.ipv4.ip_forward"), "0");
  });

  it("makes rules of both families, and takes them away by themselves", async () => {
    const { lab, provider } = fixture;
    const rule = (priority: number, more: Json) => ({ namespace: "n", priority, table: 7, ...more });
    const four = [rule(100, { from: "10.0.0.0/8" }), rule(101, { iif: "lo" })];
    const six = [rule(100, { from: "2001:db8::/32" }), rule(101, {})].map((one) => ({ ...one, family: "inet6" }));
    const shown = async () => {
      const lines = [...(await lab.ip("-n n -4 rule")).split("\n"), ...(await lab.ip("-n n -6 rule")).split("\n")];
      return lines.filter((line) => /^10\d:/.test(line)).map((line) => line.replace(/\s+/g, " ").trim());
    };
    const made = await make({ namespaces: [{ name: "n" }], rules: [...four, ...six] });
    assert.deepEqual(await shown(), [
      "100: from 10.0.0.0/8 lookup 7",
      "101: from all iif lo lookup 7",
      "100: from 2001:db8::/32 lookup 7",
      "101: from all lookup 7",
    ]);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    const fewer = { namespaces: [{ name: "n" }], rules: [...four.slice(1), ...six.slice(0, 1)] };
    const now = await provider.update("Topology", "lab", made, fewer);
    assert.deepEqual(await shown(), ["101: from all iif lo lookup 7", "100: from 2001:db8::/32 lookup 7"]);
    assert.deepEqual(await provider.read("Topology", "lab", now), now);
    await provider.delete("Topology", "lab", now);
  });

  for (const [family, prefix] of [
    ["inet", "10.1.0.0/16"],
    ["inet6", "2001:db8:1::/48"],
  ] as const) {
    it(`has several rules of one priority of ${family}, told apart by all that they have`, async () => {
      const { lab, provider } = fixture;
      const option = family === "inet" ? "-4" : "-6";
      const shown = async () => {
        const text = await lab.ip(`-n x ${option} rule show priority 100`);
        return text
          .trim()
          .split("\n")
          .map((line) => line.replace(/\s+/g, " ").trim());
      };
      const rule = (more: Json) => ({ namespace: "x", family, priority: 100, ...more });
      // The kernel takes the first for the third, if that comes later.
      const rules = [rule({ to: prefix, table: 7 }), rule({ to: prefix, table: 8 }), rule({ table: 7 })];
      const [narrow, other, wide] = [`to ${prefix} lookup 7`, `to ${prefix} lookup 8`, "lookup 7"];
      const lines = (...all: string[]) => all.map((words) => `100: from all ${words}`).sort();
      await lab.ip(`-n x ${option} rule add priority 100 iif lo table 7`);
      const foreign = "iif lo lookup 7";
      let now = await make({ rules });
      assert.deepEqual((await shown()).sort(), lines(foreign, narrow, other, wide));
      for (const [index, words] of [narrow, other, wide].entries()) {
        await lab.ip(`-n x ${option} rule del priority 100 ${words}`);
        if (words === wide) {
          // The kernel has taken the foreign one, which comes first.
          await lab.ip(`-n x ${option} rule add priority 100 iif lo table 7`);
          await lab.ip(`-n x ${option} rule del priority 100 lookup 7`);
        }
        const seen = await provider.read("Topology", "lab", now);
        assert.ok(seen);
        assert.deepEqual(provider.diff("Topology", seen, now.inputs).details, [`rules[${index}]: ADD`]);
        now = await provider.update("Topology", "lab", seen, now.inputs);
        assert.deepEqual((await shown()).sort(), lines(foreign, narrow, other, wide));
        assert.deepEqual(await provider.read("Topology", "lab", now), now);
      }
      now = await provider.update("Topology", "lab", now, { rules: [rules[0], rule({ to: prefix, table: 9 })] });
      assert.deepEqual((await shown()).sort(), lines(foreign, narrow, `to ${prefix} lookup 9`));
      now = await provider.update("Topology", "lab", now, { rules });
      await provider.delete("Topology", "lab", now);
      assert.deepEqual(await shown(), lines(foreign));
      await lab.ip(`-n x ${option} rule del priority 100`);
    });
  }

  it("takes back what was changed by hand, element by element, and just that", async () => {
    const { lab, provider } = fixture;
    const made = await make(star(3));
    await lab.ip("-n h1 link set eth0 mtu 1300");
    await lab.ip("-n h2 addr del 10.0.0.2/16 dev eth0");
    await lab.ip("-n switch link set p3 down");
    await lab.ip("-n h3 addr add 10.9.9.9/24 dev eth0");
    const inputs = star(3, { 1: { mtu: 1500 } });
    const seen = await provider.read("Topology", "lab", {
      ...made,
      inputs: provider.check("Topology", "lab", inputs).inputs,
    });
    assert.ok(seen);
    const wanted = provider.check("Topology", "lab", inputs).inputs;
    assert.deepEqual(provider.diff("Topology", seen, wanted).details, [
      "addresses[1]: ADD",
      "vethPairs[0].a.mtu: UPDATE",
      "vethPairs[2].b.up: UPDATE",
    ]);
    provider.commands.length = 0;
    const now = await provider.update("Topology", "lab", seen, inputs);
    assert.deepEqual(changes().sort(), [
      "addr add 10.0.0.2/16 dev eth0",
      "link set dev eth0 mtu 1500",
      "link set dev p3 up",
    ]);
    await provider.delete("Topology", "lab", now);
  });

  it("survives being deleted by hand: in part, and as a whole", async () => {
    const { lab, provider } = fixture;
    const made = await make(star(3));
    await lab.ip("netns del h2");
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Topology", seen, made.inputs).details, [
      "addresses[1]: ADD",
      "namespaces[2]: ADD",
      "vethPairs[1]: ADD",
    ]);
    const now = await provider.update("Topology", "lab", seen, made.inputs);
    assert.deepEqual(await provider.read("Topology", "lab", now), now);
    for (const name of ["switch", "h1", "h2", "h3"]) await lab.ip(`netns del ${name}`);
    assert.equal(await provider.read("Topology", "lab", now), undefined);
    await provider.delete("Topology", "lab", now);
  });
});
