import assert from "node:assert/strict";
import { pinged } from "../support/labHost/pings";
import { deviceSuite } from "../support/suites/deviceSuite";
import { hasGre } from "../support/suites/kernelOptions";

const ROW = { type: "Tunnel", linkType: "tunnel", option: "CONFIG_NET_IPGRE", isBuilt: hasGre };
const ENDS = { local: "10.0.0.1", remote: "10.0.0.2" };
const ENDS6 = { local: "2001:db8::1", remote: "2001:db8::2" };

deviceSuite(
  { ...ROW, props: { mode: "gretap", ...ENDS }, foreign: "type gretap remote 10.0.0.9", mtu: 1462 },
  () => {},
);

const gre = {
  ...ROW,
  props: { mode: "gre", ...ENDS },
  foreign: "type gre remote 10.0.0.9",
  mtu: 1476,
  mac: "none" as const,
};

deviceSuite(gre, (fixture, { namespace, name }) => {
  const place = { namespace, name };
  const show = async () => (await fixture.lab.ip("-n x -d link show it0")).replace(/\s+/g, " ");

  it("is of any mode, as the program says, and imported so", async () => {
    const { provider } = fixture;
    const rest = { device: "va", ttl: 9, tos: 16 };
    for (const [mode, more, shown, mtu] of [
      [
        "gre",
        { ...ENDS, ...rest, key: "0.0.1.0" },
        /gre remote 10.0.0.2 local 10.0.0.1 dev va ttl 9 tos 0x10 ikey 0.0.1.0/,
        1472,
      ],
      [
        "gretap",
        { ...ENDS, tos: "inherit", pmtudisc: false, ikey: 7, okey: 8 },
        /gretap remote .*ttl inherit tos inherit nopmtudisc ikey 0.0.0.7 okey 0.0.0.8/,
        1458,
      ],
      ["ipip", { ...ENDS, ...rest }, /ipip any remote 10.0.0.2 local 10.0.0.1 dev va ttl 9 tos 0x10/, 1480],
      ["sit", { ...ENDS, ttl: 64 }, /sit any remote 10.0.0.2 local 10.0.0.1 ttl 64/, 1480],
      [
        "ip6gre",
        { ...ENDS6, ...rest },
        /ip6gre remote 2001:db8::2 local 2001:db8::1 dev va hoplimit 9 encaplimit 4 tclass 0x10/,
        1448,
      ],
      [
        "ip6gretap",
        { ...ENDS6, encapLimit: "none", tos: "inherit", key: 5 },
        /ip6gretap remote .*hoplimit 64 encaplimit none tclass inherit .*ikey 0.0.0.5/,
        1438,
      ],
      [
        "ip6tnl",
        { ...ENDS6, ttl: "inherit" },
        /ip6tnl any remote 2001:db8::2 local 2001:db8::1 hoplimit inherit encaplimit 4/,
        1452,
      ],
    ] as const) {
      const made = await provider.create("Tunnel", "it0", { ...place, mode, ...more });
      assert.match(await show(), shown);
      assert.equal(made.state.mtu, mtu);
      assert.equal("mac" in made.state, mode.endsWith("tap"));
      assert.deepEqual(await provider.read("Tunnel", "it0", made), made);
      const found = await provider.import("Tunnel", "x/it0", "it0");
      assert.deepEqual(found?.inputs, made.inputs);
      await provider.delete("Tunnel", "it0", made);
    }
    // Those of the modules are nobody's.
    assert.deepEqual(await provider.list("Tunnel"), []);
  });

  it("is changed in place, keeps its mtu, and gets the kernel's own back", async () => {
    const { lab, provider } = fixture;
    for (const [mode, least, more, shown, plain] of [
      [
        "gre",
        ENDS,
        { local: "10.0.0.7", remote: "10.0.0.8", ttl: 5, tos: 4, pmtudisc: false, okey: 7 },
        /gre remote 10.0.0.8 local 10.0.0.7 .*ttl 5 tos 0x4 nopmtudisc okey 0.0.0.7/,
        /gre remote 10.0.0.2 local 10.0.0.1 ttl inherit addr/,
      ],
      [
        "ip6tnl",
        ENDS6,
        { remote: "2001:db8::8", ttl: 5, tos: 4, encapLimit: "none" },
        /remote 2001:db8::8 .*hoplimit 5 encaplimit none tclass 0x04/,
        /hoplimit 64 encaplimit 4 tclass 0x00/,
      ],
    ] as const) {
      const base = { ...place, mode, ...least, mtu: 1333 };
      const made = await provider.create("Tunnel", "it0", base);
      const { details } = provider.diff("Tunnel", made, { ...made.inputs, ...more });
      assert.ok(
        details.every((detail) => !detail.endsWith("REPLACE")),
        details.join(),
      );
      const now = await provider.update("Tunnel", "it0", made, { ...base, ...more });
      assert.match(await show(), shown);
      assert.deepEqual([now.state.mtu, now.state.ifindex], [1333, made.state.ifindex]);
      const back = await provider.update("Tunnel", "it0", now, base);
      assert.match(await show(), plain);
      await lab.ip(`-n x link set it0 type ${mode} ttl 3`);
      const seen = await provider.read("Tunnel", "it0", back);
      assert.equal(seen?.state.ttl, 3);
      await provider.delete("Tunnel", "it0", back);
    }
  });

  it("is refused beside one with the same ends, unless its key is another one", async () => {
    const { lab, provider } = fixture;
    const it0 = { ...place, mode: "gre", ...ENDS };
    await lab.ip("-n x link add name other type gre local 10.0.0.1 remote 10.0.0.2");
    await assert.rejects(provider.create("Tunnel", "it0", it0), /Another tunnel of this namespace has the same mode/);
    const made = await provider.create("Tunnel", "it0", { ...it0, key: 1 });
    await provider.delete("Tunnel", "it0", made);
    await lab.ip("-n x link del other");
  });

  it("carries packets between two namespaces", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link set vb netns y");
    for (const [netns, dev, own, other] of [
      ["x", "va", 1, 2],
      ["y", "vb", 2, 1],
    ] as const) {
      await lab.ip(`-n ${netns} addr add 10.0.0.${own}/24 dev ${dev}`);
      await lab.ip(`-n ${netns} link set ${dev} up`);
      const ends = { local: `10.0.0.${own}`, remote: `10.0.0.${other}`, device: dev };
      await provider.create("Tunnel", `it0-${netns}`, { namespace: netns, name: "it0", mode: "gre", ...ends, key: 7 });
      await lab.ip(`-n ${netns} addr add 10.1.0.${own}/24 dev it0`);
    }
    const counted = async () => JSON.parse(await lab.ip("-n y -s -j link show it0"))[0].stats64.rx.packets;
    const before = await counted();
    await pinged(lab, "x", "10.1.0.2");
    assert.ok((await counted()) > before);
    for (const netns of ["x", "y"]) await lab.ip(`-n ${netns} link del it0`);
  });
});
