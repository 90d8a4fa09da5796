import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";

kernelSuite("Sysctl on the kernel", (fixture) => {
  const FORWARD = "net.ipv4.ip_forward";
  const value = async (netns: string, key: string) =>
    (await fixture.lab.ip(`netns exec ${netns} sysctl -n ${key}`)).trim();

  it("sets a value in its namespace alone, remembers what it found, and puts that back", async () => {
    const { provider } = fixture;
    const made = await provider.create("Sysctl", "forward", { namespace: "x", key: FORWARD, value: 1 });
    assert.equal(made.id, `x:${FORWARD}`);
    assert.equal(made.state.previousValue, "0");
    assert.deepEqual([await value("x", FORWARD), await value("y", FORWARD)], ["1", "0"]);
    assert.deepEqual(await provider.read("Sysctl", "forward", made), made);
    await provider.delete("Sysctl", "forward", made);
    assert.equal(await value("x", FORWARD), "0");
    await provider.delete("Sysctl", "forward", made);
  });

  it("leaves the value with restoreOnDelete false", async () => {
    const { provider, lab } = fixture;
    const made = await provider.create("Sysctl", "forward", {
      namespace: "x",
      key: FORWARD,
      value: "1",
      restoreOnDelete: false,
    });
    await provider.delete("Sysctl", "forward", made);
    assert.equal(await value("x", FORWARD), "1");
    await lab.ip(`netns exec x sysctl -w ${FORWARD}=0`);
  });

  it("updates in place and still puts back what was there at first", async () => {
    const { provider } = fixture;
    const key = "net.ipv4.tcp_rmem";
    const before = (await value("x", key)).replace(/\s+/g, " ");
    const made = await provider.create("Sysctl", "rmem", { namespace: "x", key, value: "4096  131072\t6291456" });
    assert.equal(made.inputs.value, "4096 131072 6291456");
    const now = await provider.update("Sysctl", "rmem", made, { namespace: "x", key, value: "4096 65536 6291456" });
    assert.equal((await value("x", key)).replace(/\s+/g, " "), "4096 65536 6291456");
    assert.equal(now.state.previousValue, before);
    await provider.delete("Sysctl", "rmem", now);
    assert.equal((await value("x", key)).replace(/\s+/g, " "), before);
  });

  it("puts back a value that was empty: after a delete, and where the kernel reads the new one otherwise", async () => {
    const { provider } = fixture;
    const setting = { namespace: "x", key: "net.ipv4.ip_local_reserved_ports" };
    const made = await provider.create("Sysctl", "ports", { ...setting, value: "7" });
    assert.equal(made.state.previousValue, "");
    await provider.delete("Sysctl", "ports", made);
    assert.equal(await value("x", setting.key), "");
    const otherwise = { ...setting, value: "1,1,2" };
    await assert.rejects(provider.create("Sysctl", "ports", otherwise), /did not take/);
    await assert.rejects(provider.create("Topology", "lab", { sysctls: [otherwise] }), /did not take/);
    assert.equal(await value("x", setting.key), "");
  });

  it("takes back a value changed by hand", async () => {
    const { provider, lab } = fixture;
    const made = await provider.create("Sysctl", "forward", { namespace: "x", key: FORWARD, value: 1 });
    await lab.ip(`netns exec x sysctl -w ${FORWARD}=0`);
    const seen = await provider.read("Sysctl", "forward", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Sysctl", seen, made.inputs).details, ["value: UPDATE"]);
    await provider.delete("Sysctl", "forward", await provider.update("Sysctl", "forward", seen, made.inputs));
    assert.equal(await value("x", FORWARD), "0");
  });

  it("reaches the keys of a device with a dot in its name", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link add name eth0.100 type veth peer name p");
    const key = "net.ipv4.conf.eth0/100.accept_local";
    const made = await provider.create("Sysctl", "dotted", { namespace: "x", key, value: 1 });
    assert.equal(await value("x", key), "1");
    await lab.ip("-n x link del eth0.100");
    assert.equal(await provider.read("Sysctl", "dotted", made), undefined);
    await provider.delete("Sysctl", "dotted", made);
  });

  it("takes the key of a device that was made anew for gone, even where the value is as wanted", async () => {
    const { lab, provider } = fixture;
    for (const family of ["ipv4.conf", "ipv6.conf", "ipv4.neigh", "ipv6.neigh"]) {
      const key = `net.${family}.v/1.${family.endsWith("conf") ? "forwarding" : "retrans_time_ms"}`;
      await lab.ip("-n x link add name v.1 type veth peer name p");
      const made = await provider.create("Sysctl", "of-device", { namespace: "x", key, value: await value("x", key) });
      assert.deepEqual(await provider.read("Sysctl", "of-device", made), made);
      await lab.ip("-n x link del v.1");
      await lab.ip("-n x link add name v.1 type veth peer name p");
      assert.equal(await provider.read("Sysctl", "of-device", made), undefined, key);
      await provider.delete("Sysctl", "of-device", made);
      await lab.ip("-n x link del v.1");
    }
  });

  it("says which it is that is not there: the key, or the namespace", async () => {
    const inputs = { namespace: "x", key: "net.ipv4.conf.none.rp_filter", value: 1 };
    await assert.rejects(fixture.provider.create("Sysctl", "none", inputs), {
      message: [
        "netns:index:Sysctl x:net.ipv4.conf.none.rp_filter: there is nothing to set",
        "  The kernel has no such key there: look with `sysctl -a`. A device's keys exist only as long as the device.",
      ].join("\n"),
    });
    await assert.rejects(fixture.provider.create("Sysctl", "none", { ...inputs, namespace: "nowhere" }), {
      message: [
        "netns:index:Sysctl nowhere:net.ipv4.conf.none.rp_filter: there is nothing to set",
        "  There is no namespace nowhere. Make it first, and take its name from that resource (`net0.name`); or, if something has removed it meanwhile, run `pulumi up` again.",
      ].join("\n"),
    });
  });

  it("says what the kernel refused, and leaves the old value", async () => {
    await assert.rejects(
      fixture.provider.create("Sysctl", "forward", { namespace: "x", key: "net.ipv4.ip_default_ttl", value: "900" }),
      /could not set the value\n.*Invalid argument/,
    );
    assert.equal(await value("x", "net.ipv4.ip_default_ttl"), "64");
  });

  it("makes an error of a value that the kernel reads otherwise, and puts the old one back", async () => {
    await assert.rejects(
      fixture.provider.create("Sysctl", "hex", { namespace: "x", key: "net.ipv4.ip_default_ttl", value: "0x20" }),
      /the kernel did not take value = 0x20\n {2}it shows 32/,
    );
    assert.equal(await value("x", "net.ipv4.ip_default_ttl"), "64");
  });

  it("refuses a folder of keys and a key that can only be written, before anything is written", async () => {
    for (const [key, reason] of [
      ["net.ipv4.conf.lo", /it is a folder of keys/],
      ["net.ipv4.route.flush", /it can be written only: it is an action|could not read sysctl/],
    ] as const) {
      await assert.rejects(fixture.provider.create("Sysctl", "odd", { namespace: "x", key, value: 1 }), reason);
      await assert.rejects(fixture.provider.import("Sysctl", `x:${key}`), reason);
    }
  });

  it("refuses a second resource on the same key, until the first gives it up", async () => {
    const { provider } = fixture;
    const want = { namespace: "x", key: FORWARD, value: 1 };
    const made = await provider.create("Sysctl", "one", want);
    await assert.rejects(provider.create("Sysctl", "two", want), /resource `one` of this stack already sets it/);
    const later = new TestProvider(fixture.lab);
    await later.read("Sysctl", "one", made);
    await assert.rejects(later.create("Sysctl", "two", want), /resource `one` of this stack already sets it/);
    await provider.delete("Sysctl", "one", made);
    await provider.delete("Sysctl", "two", await provider.create("Sysctl", "two", want));
    assert.equal(await value("x", FORWARD), "0");
  });

  it("refuses to be made before what it replaces is deleted, but not where the namespace was made anew", async () => {
    const { lab } = fixture;
    // Made by the provider, and so told by its mark: the kernel gives the number of a namespace that is gone to the next.
    const net = await fixture.provider.create("Namespace", "z", {});
    const want = { namespace: "z", key: FORWARD, value: 1 };
    const made = await fixture.provider.create("Sysctl", "one", want);
    const later = new TestProvider(lab);
    await later.read("Sysctl", "one", made);
    await assert.rejects(
      later.create("Sysctl", "one", { ...want, value: 2 }),
      /is still there\n.*`deleteBeforeReplace: true`/,
    );
    assert.equal(await value("z", FORWARD), "1");
    await fixture.provider.delete("Namespace", "z", net);
    const anew = await later.create("Namespace", "z", {});
    assert.equal((await later.create("Sysctl", "one", want)).state.previousValue, "0");
    await later.delete("Namespace", "z", anew);
  });

  it("remembers what was there before a run that died", async () => {
    await fixture.provider.create("Sysctl", "forward", { namespace: "x", key: FORWARD, value: 1 });
    const made = await new TestProvider(fixture.lab).create("Sysctl", "forward", {
      namespace: "x",
      key: FORWARD,
      value: 1,
    });
    assert.equal(made.state.previousValue, "0");
    await fixture.provider.delete("Sysctl", "forward", made);
    assert.equal(await value("x", FORWARD), "0");
  });

  it("imports a setting, with inputs whose next diff is empty", async () => {
    const found = await fixture.provider.import("Sysctl", `x:${FORWARD}`);
    assert.deepEqual(found?.inputs, { namespace: "x", key: FORWARD, value: "0", restoreOnDelete: true });
    const { inputs } = fixture.provider.check("Sysctl", "found", found.inputs);
    assert.deepEqual(fixture.provider.diff("Sysctl", found, inputs).details, []);
    assert.equal(await fixture.provider.import("Sysctl", "x:net.none.such"), undefined);
    await assert.rejects(fixture.provider.import("Sysctl", "x:kernel.hostname"), /is not an id of this kind/);
  });

  it("lists settings by ids that import", async () => {
    const ids = await fixture.provider.list("Sysctl", { namespace: "x" });
    assert.ok(ids.includes(`x:${FORWARD}`));
  });
});
