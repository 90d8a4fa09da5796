import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

const PAIR = { a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "y" } };

kernelSuite("VethPair on the kernel", (fixture) => {
  it("makes the ends where they belong, up and marked, with what the kernel says of them", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", {
      a: { ...PAIR.a, mac: "02:00:00:00:00:0A", mtu: 1400 },
      b: { ...PAIR.b, up: false },
    });
    assert.equal(made.id, "x/va");
    const [va, vb] = [await linkIn(lab, "x", "va"), await linkIn(lab, "y", "vb")];
    assert.deepEqual([va.mtu, va.address, vb.mtu], [1400, "02:00:00:00:00:0a", 1500]);
    assert.deepEqual([va.flags.includes("UP"), vb.flags.includes("UP")], [true, false]);
    assert.deepEqual([va.ifalias, vb.ifalias], [made.state.__mark, made.state.__mark]);
    assert.deepEqual([va.group, vb.group], ["default", "default"]);
    assert.deepEqual(made.state.a, {
      ...PAIR.a,
      mac: va.address,
      mtu: 1400,
      up: true,
      ifindex: va.ifindex,
      operState: va.operstate,
    });
    assert.deepEqual(await provider.read("VethPair", "link", made), made);
    await provider.delete("VethPair", "link", made);
    assert.equal(await provider.read("VethPair", "link", made), undefined);
    await provider.delete("VethPair", "link", made);
  });

  it("returns when both ends are in operation", async () => {
    const made = await fixture.provider.create("VethPair", "link", PAIR);
    assert.deepEqual([(made.state.a as Json).operState, (made.state.b as Json).operState], ["UP", "UP"]);
    await fixture.provider.delete("VethPair", "link", made);
  });

  it("changes mac, mtu and up in place, and only what differs", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", PAIR);
    const before = await linkIn(lab, "x", "va");
    const news = { a: PAIR.a, b: { ...PAIR.b, mac: "02:00:00:00:00:0b", mtu: 9000, up: false } };
    assert.deepEqual(provider.diff("VethPair", made, provider.check("VethPair", "link", news).inputs).details, [
      "b.mac: ADD",
      "b.mtu: ADD",
      "b.up: UPDATE",
    ]);
    provider.commands.length = 0;
    const now = await provider.update("VethPair", "link", made, news);
    assert.ok(
      provider.commands.every((command) => !/set.*\bva\b/.test(command)),
      "it touched end a",
    );
    const after = await linkIn(lab, "y", "vb");
    assert.deepEqual([after.mtu, after.address, after.flags.includes("UP")], [9000, "02:00:00:00:00:0b", false]);
    const { mtu, address } = await linkIn(lab, "x", "va");
    assert.deepEqual({ mtu, address }, { mtu: before.mtu, address: before.address });
    await provider.delete("VethPair", "link", now);
  });

  it("puts the kernel's mtu back when mtu leaves the program, and gives a new mac", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", {
      ...PAIR,
      a: { ...PAIR.a, mtu: 1400, mac: "02:00:00:00:00:0a" },
    });
    assert.deepEqual(provider.diff("VethPair", made, provider.check("VethPair", "link", PAIR).inputs).details, [
      "a.mac: DELETE",
      "a.mtu: DELETE",
    ]);
    const now = await provider.update("VethPair", "link", made, PAIR);
    const va = await linkIn(lab, "x", "va");
    assert.equal(va.mtu, 1500);
    assert.notEqual(va.address, "02:00:00:00:00:0a");
    await provider.delete("VethPair", "link", now);
  });

  it("takes back a changed mtu, and leaves alone what the program never said", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", { ...PAIR, b: { ...PAIR.b, mtu: 1400 } });
    await lab.ip("-n y link set vb mtu 1300");
    await lab.ip("-n x link set va mtu 1200");
    const seen = await provider.read("VethPair", "link", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("VethPair", seen, made.inputs).details, ["b.mtu: UPDATE"]);
    const now = await provider.update("VethPair", "link", seen, made.inputs);
    assert.equal((await linkIn(lab, "y", "vb")).mtu, 1400);
    assert.equal((await linkIn(lab, "x", "va")).mtu, 1200);
    await provider.delete("VethPair", "link", now);
  });

  it("replaces for name and namespace, naming the end", async () => {
    const made = await fixture.provider.create("VethPair", "link", PAIR);
    const news = fixture.provider.check("VethPair", "link", { a: PAIR.a, b: { name: "vc", namespace: "x" } }).inputs;
    const { details, replaces, response } = fixture.provider.diff("VethPair", made, news);
    assert.deepEqual(details, ["b.name: UPDATE_REPLACE", "b.namespace: UPDATE_REPLACE"]);
    assert.deepEqual([replaces, response.getDeletebeforereplace()], [["b"], true]);
    await fixture.provider.delete("VethPair", "link", made);
  });

  it("takes the provider's own namespace where none is given, and a namespace by its path", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("VethPair", "link", {
      a: { name: "va" },
      b: { name: "vb", namespace: "/run/netns/y" },
    });
    assert.equal(made.id, "va");
    assert.equal((await lab.json<unknown[]>(["ip", "-j", "link", "show", "va"])).length, 1);
    await linkIn(lab, "y", "vb");
    assert.deepEqual((await provider.import("VethPair", "va", "link"))?.inputs.b, {
      name: "vb",
      namespace: "y",
      up: true,
    });
    assert.deepEqual(await provider.read("VethPair", "link", made), made);
    await provider.delete("VethPair", "link", made);
    const other = await provider.create("VethPair", "link", { a: { name: "va", namespace: "x" }, b: { name: "vb" } });
    assert.equal((await lab.json<unknown[]>(["ip", "-j", "link", "show", "vb"])).length, 1);
    await provider.delete("VethPair", "link", other);
  });

  it("takes names that a batch of ip could not hold, as they are", async () => {
    const { lab, provider } = fixture;
    const names = ["a#b", "'q\"", "$(x);&", "help", "type", "ünïcode"];
    for (const name of names) {
      const made = await provider.create("VethPair", "link", {
        a: { name, namespace: "x" },
        b: { name, namespace: "y" },
      });
      assert.equal((await linkIn(lab, "x", name)).ifalias, made.state.__mark);
      await provider.delete("VethPair", "link", made);
    }
  });

  it("says which namespace is missing", async () => {
    await assert.rejects(
      fixture.provider.create("VethPair", "link", { ...PAIR, b: { name: "vb", namespace: "gone" } }),
      /could not make the pair\n.*gone.*\n.*There is no namespace gone\. Make it first/s,
    );
  });
});
