import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

kernelSuite("LinkSettings on the kernel", (fixture) => {
  beforeEach(() => fixture.lab.ip("link add name va netns x type veth peer name vb netns y"));
  afterEach(() => fixture.lab.tryRun(["ip", "-n", "x", "link", "del", "va"]));

  const on = (more: Json) => ({ namespace: "x", device: "va", ...more });
  const MAC = "02:00:00:00:00:0a";
  const seen = async () => {
    const link = await linkIn(fixture.lab, "x", "va");
    return [link.flags.includes("UP"), link.mtu, link.address, (link as unknown as { txqlen: number }).txqlen];
  };
  /** What ethtool prints of an offload, for people. */
  const offload = async (name: string) =>
    new RegExp(`^${name}: (on|off)`, "m").exec(await fixture.lab.ip("netns exec x ethtool -k va"))?.[1];

  it("sets what it is given alone, remembers what it found, and puts that back", async () => {
    const { provider } = fixture;
    const [, , mac] = await seen();
    const made = await provider.create("LinkSettings", "va", on({ up: true, mtu: 1400, mac: MAC, txQueueLength: 7 }));
    assert.equal(made.id, "x/va");
    assert.deepEqual(await seen(), [true, 1400, MAC, 7]);
    assert.deepEqual(made.state.previous, { up: false, mtu: 1500, mac, txQueueLength: 1000 });
    assert.deepEqual(await provider.read("LinkSettings", "va", made), made);
    await provider.delete("LinkSettings", "va", made);
    assert.deepEqual(await seen(), [false, 1500, mac, 1000]);
    await provider.delete("LinkSettings", "va", made);
  });

  it("puts back just what it has set", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400 }));
    await lab.ip("-n x link set va up txqueuelen 5");
    await provider.delete("LinkSettings", "va", made);
    assert.deepEqual(
      (await seen()).filter((_, index) => index !== 2),
      [true, 1500, 5],
    );
  });

  it("switches offloads off and on again", async () => {
    const { provider } = fixture;
    const offloads = { tx: false, rx: false, gso: false, gro: true };
    const made = await provider.create("LinkSettings", "va", on({ offloads }));
    const names = [
      ...["tx-checksumming", "rx-checksumming", "generic-segmentation-offload", "generic-receive-offload"],
      ...["tcp-segmentation-offload"],
    ];
    const shown = async () => Promise.all(names.map(offload));
    assert.deepEqual((await shown()).slice(0, 4), ["off", "off", "off", "on"]);
    assert.deepEqual(made.state.previous, { offloads: { tx: true, rx: true, gso: true, gro: false } });
    await provider.delete("LinkSettings", "va", made);
    assert.deepEqual(await shown(), ["on", "on", "on", "off", "on"]);
  });

  it("updates in place, remembers what is given anew, and gives back what leaves the program", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400, offloads: { gro: true } }));
    await lab.ip("-n x link set va txqueuelen 5");
    const now = await provider.update(
      "LinkSettings",
      "va",
      made,
      on({ mtu: 1300, txQueueLength: 6, offloads: { gso: false } }),
    );
    assert.deepEqual(
      (await seen()).slice(1).filter((_, index) => index !== 1),
      [1300, 6],
    );
    assert.deepEqual(
      [await offload("generic-receive-offload"), await offload("generic-segmentation-offload")],
      ["off", "off"],
    );
    assert.deepEqual(now.state.previous, { mtu: 1500, txQueueLength: 5, offloads: { gso: true } });
    const less = await provider.update("LinkSettings", "va", now, on({ txQueueLength: 6 }));
    assert.deepEqual(less.state.previous, { txQueueLength: 5 });
    assert.equal(await offload("generic-segmentation-offload"), "on");
    assert.deepEqual(
      (await seen()).slice(1).filter((_, index) => index !== 1),
      [1500, 6],
    );
    await provider.delete("LinkSettings", "va", less);
    assert.equal((await seen())[3], 5);
  });

  it("takes back what was changed by hand", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400, offloads: { gro: true } }));
    await lab.ip("-n x link set va mtu 1300");
    await lab.ip("netns exec x ethtool -K va gro off");
    const found = await provider.read("LinkSettings", "va", made);
    assert.ok(found);
    assert.deepEqual(provider.diff("LinkSettings", found, made.inputs).details, [
      "mtu: UPDATE",
      "offloads.gro: UPDATE",
    ]);
    const mended = await provider.update("LinkSettings", "va", found, made.inputs);
    assert.equal((await seen())[1], 1400);
    assert.equal(await offload("generic-receive-offload"), "on");
    assert.deepEqual(mended.state.previous, made.state.previous);
    await provider.delete("LinkSettings", "va", mended);
    assert.equal((await seen())[1], 1500);
  });

  it("leaves the like of a foreign device alone that has the name now, and says so [31]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400 }));
    await lab.ip("-n x link del va");
    await lab.ip("link add name va index 4711 mtu 1400 netns x type veth peer name vb netns y");
    assert.equal(await provider.read("LinkSettings", "va", made), undefined);
    await provider.delete("LinkSettings", "va", made);
    assert.equal((await seen())[1], 1400);
  });

  it("survives being deleted by hand, with its device or its namespace [34]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400 }));
    await lab.ip("-n x link del va");
    assert.equal(await provider.read("LinkSettings", "va", made), undefined);
    await provider.delete("LinkSettings", "va", made);
    await provider.delete("LinkSettings", "va", { ...made, state: { ...made.state, namespace: "gone" } });
  });

  it("goes on after a run that died, and still knows what was there before", async () => {
    const { lab, provider } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("ethtool -K"));
    const inputs = on({ mtu: 1400, offloads: { gro: true } });
    await assert.rejects(dying.create("LinkSettings", "va", inputs));
    assert.equal((await seen())[1], 1400);
    const made = await provider.create("LinkSettings", "va", inputs);
    assert.deepEqual(made.state.previous, { mtu: 1500, offloads: { gro: false } });
    await provider.delete("LinkSettings", "va", made);
    assert.equal((await seen())[1], 1500);
  });

  it("takes back a create and an update that the kernel refuses", async () => {
    const { provider } = fixture;
    const [, , mac] = await seen();
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400 }));
    const most = on({ mtu: 65536, mac: MAC });
    await assert.rejects(
      provider.update("LinkSettings", "va", made, most),
      /could not set mtu\n.*mtu greater than device maximum/,
    );
    assert.deepEqual((await seen()).slice(1, 3), [1400, mac]);
    await provider.delete("LinkSettings", "va", made);
    await assert.rejects(provider.create("LinkSettings", "va", most), /mtu greater than device maximum/);
    assert.deepEqual((await seen()).slice(1, 3), [1500, mac]);
    await assert.rejects(
      provider.create("LinkSettings", "lo", { namespace: "x", device: "lo", offloads: { tx: false } }),
      /the kernel did not take offloads.tx = false\n {2}it shows true/,
    );
  });

  it("imports a device's settings, with inputs whose next diff is empty, and lists the devices", async () => {
    const { provider } = fixture;
    assert.deepEqual(await provider.list("LinkSettings", { namespace: "x" }), ["x/lo", "x/va"]);
    for (const id of ["x/lo", "x/va"]) {
      const found = await provider.import("LinkSettings", id);
      assert.ok(found);
      const { inputs, failures } = provider.check("LinkSettings", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("LinkSettings", found, inputs).details], [[], []]);
      assert.equal("mac" in inputs, id === "x/va");
      await provider.delete("LinkSettings", "found", found);
    }
    assert.equal(await provider.import("LinkSettings", "x/none"), undefined);
  });

  it("refuses a second resource on the same device", async () => {
    const { provider } = fixture;
    const made = await provider.create("LinkSettings", "one", on({ mtu: 1400 }));
    await assert.rejects(
      provider.create("LinkSettings", "two", on({ mtu: 1300 })),
      /resource `one` of this stack already sets it/,
    );
    await provider.delete("LinkSettings", "one", made);
    await provider.delete("LinkSettings", "two", await provider.create("LinkSettings", "two", on({ mtu: 1300 })));
    assert.equal((await seen())[1], 1500);
  });

  it("says which device is missing, and what offloads need", async () => {
    const { provider } = fixture;
    await assert.rejects(
      provider.create("LinkSettings", "none", { namespace: "x", device: "none", mtu: 1400 }),
      /there is nothing to set\n {2}There is no device x\/none: make it first/,
    );
    provider.lacks("ethtool");
    const made = await provider.create("LinkSettings", "va", on({ mtu: 1400 }));
    await provider.delete("LinkSettings", "va", made);
    await assert.rejects(
      provider.create("LinkSettings", "va", on({ offloads: { tx: false } })),
      /ethtool is not installed here: `offloads` need it \(apt-get install ethtool\)/,
    );
  });
});
