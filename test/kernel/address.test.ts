import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

kernelSuite("Address on the kernel", (fixture) => {
  beforeEach(async () => {
    await fixture.lab.ip("link add name va netns x type veth peer name vb netns y");
    for (const [netns, name] of [
      ["x", "va"],
      ["y", "vb"],
    ] as const) {
      await fixture.lab.ip(`-n ${netns} link set ${name} up`);
    }
  });
  afterEach(() => fixture.lab.ip("-n x link del va"));

  const on = (address: string, more = {}) => ({ namespace: "x", device: "va", address, ...more });
  const addresses = async () =>
    (await linkIn(fixture.lab, "x", "va")).addr_info
      .filter((info) => info.scope !== "link" || !info.local.startsWith("fe80"))
      .map((info) => `${info.local}/${info.prefixlen}`);

  it("adds an address, the kernel adds the connected route, and delete takes both", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Address", "left", on("10.0.1.1/24"));
    assert.equal(made.id, "x/va/10.0.1.1/24");
    assert.deepEqual([made.state.family, made.state.network], ["inet", "10.0.1.0/24"]);
    assert.deepEqual(await addresses(), ["10.0.1.1/24"]);
    const routes = await lab.json<{ dst: string; protocol: string }[]>(["ip", "-n", "x", "-j", "route"]);
    assert.deepEqual(
      routes.map(({ dst, protocol }) => [dst, protocol]),
      [["10.0.1.0/24", "kernel"]],
    );
    assert.deepEqual(await provider.read("Address", "left", made), made);
    await provider.delete("Address", "left", made);
    assert.deepEqual(await addresses(), []);
    assert.equal(await provider.read("Address", "left", made), undefined);
    await provider.delete("Address", "left", made);
  });

  it("gives peer, broadcast, label and scope as asked", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create(
      "Address",
      "all",
      on("10.0.1.1/32", { peer: "10.0.2.1", label: "va:1", scope: "link" }),
    );
    const [info] = (await linkIn(lab, "x", "va")).addr_info.filter((one) => one.local === "10.0.1.1");
    assert.deepEqual([info?.address, info?.prefixlen, info?.label, info?.scope], ["10.0.2.1", 32, "va:1", "link"]);
    assert.equal(made.state.network, "10.0.2.1/32");
    assert.deepEqual(provider.diff("Address", made, made.inputs).details, []);
    await provider.delete("Address", "all", made);
    const wide = await provider.create("Address", "wide", on("10.0.3.1/24", { broadcast: "10.0.3.255" }));
    assert.equal(
      (await linkIn(lab, "x", "va")).addr_info.find((one) => one.local === "10.0.3.1")?.broadcast,
      "10.0.3.255",
    );
    await provider.delete("Address", "wide", wide);
  });

  it("returns an IPv6 address when it can be used", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Address", "six", on("2001:DB8:0::1/64"));
    assert.equal(made.id, "x/va/2001:db8::1/64");
    const [link] = await lab.json<{ addr_info: { local: string; tentative?: boolean }[] }[]>([
      "ip",
      "-n",
      "x",
      "-j",
      "addr",
      "show",
      "dev",
      "va",
    ]);
    assert.equal(link?.addr_info.find((one) => one.local === "2001:db8::1")?.tentative, undefined);
    await lab
      .run(["ip", "netns", "exec", "x", "ping", "-c1", "-W1", "-I", "2001:db8::1", "2001:db8::1"])
      .catch(() => {});
    await provider.delete("Address", "six", made);
  });

  it("says so when another host has the address", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n y addr add 2001:db8::1/64 dev vb nodad");
    await assert.rejects(provider.create("Address", "six", on("2001:db8::1/64")), /another host has this address/);
    assert.deepEqual(await addresses(), []);
    const made = await provider.create("Address", "six", on("2001:db8::1/64", { noDad: true }));
    await provider.delete("Address", "six", made);
  });

  it("does not wait for detection on a device that is down", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n y link set vb down");
    const made = await provider.create("Address", "six", on("2001:db8::1/64"));
    await provider.delete("Address", "six", made);
  });

  it("keeps the other addresses of a network when the first of it goes", async () => {
    const { lab, provider } = fixture;
    const first = await provider.create("Address", "first", on("10.0.1.1/24"));
    const second = await provider.create("Address", "second", on("10.0.1.2/24"));
    await lab.ip("-n x addr add 10.0.1.3/24 dev va");
    await provider.delete("Address", "first", first);
    assert.deepEqual(await addresses(), ["10.0.1.2/24", "10.0.1.3/24"]);
    const promote = ["ip", "netns", "exec", "x", "sysctl", "-n", "net.ipv4.conf.va.promote_secondaries"];
    assert.equal((await lab.run(promote)).trim(), "0");
    await provider.delete("Address", "second", second);
    assert.deepEqual(await addresses(), ["10.0.1.3/24"]);
  });

  it("adds and removes 30 addresses of one network side by side", async () => {
    const { provider } = fixture;
    const all = Array.from({ length: 30 }, (_, index) => `10.0.1.${index + 1}/24`);
    const made = await Promise.all(all.map((address) => provider.create("Address", address, on(address))));
    assert.equal((await addresses()).length, 30);
    await Promise.all(made.slice(0, 29).map((one) => provider.delete("Address", String(one.state.address), one)));
    assert.deepEqual(await addresses(), ["10.0.1.30/24"]);
    await provider.delete("Address", "10.0.1.30/24", made[29] as (typeof made)[number]);
  });

  it("replaces for every property", async () => {
    const made = await fixture.provider.create("Address", "left", on("10.0.1.1/24"));
    const { details } = fixture.provider.diff("Address", made, {
      ...made.inputs,
      address: "10.0.1.2/24",
      label: "va:2",
    });
    assert.deepEqual(details, ["address: UPDATE_REPLACE", "label: ADD_REPLACE"]);
    assert.deepEqual(
      fixture.provider.diff("Address", made, { ...made.inputs, label: "va", scope: "global" }).details,
      [],
    );
    await fixture.provider.delete("Address", "left", made);
  });

  it("leaves a foreign address alone and says so [31]", async () => {
    await fixture.lab.ip("-n x addr add 10.0.1.1/24 dev va");
    await assert.rejects(fixture.provider.create("Address", "left", on("10.0.1.1/24")), /already exists/);
    assert.deepEqual(await addresses(), ["10.0.1.1/24"]);
  });

  it("survives being deleted by hand, with its device or its namespace [34]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Address", "left", on("10.0.1.1/24"));
    await lab.ip("-n x link del va");
    assert.equal(await provider.read("Address", "left", made), undefined);
    await provider.delete("Address", "left", made);
    await provider.delete("Address", "left", { ...made, state: { ...made.state, namespace: "gone" } });
    await lab.ip("link add name va netns x type veth peer name vb netns y");
  });

  it("does not delete the like address on another device that has the name now", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Address", "left", on("10.0.1.1/24"));
    await lab.ip("-n x link del va");
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    await lab.ip("-n x addr add 10.0.1.1/24 dev va");
    await provider.delete("Address", "left", made);
    assert.deepEqual(await addresses(), ["10.0.1.1/24"]);
  });

  it("imports IPv4 and IPv6 addresses, with inputs whose next diff is empty", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x addr add 10.0.1.1/24 dev va label va:7");
    await lab.ip("-n x addr add 2001:db8::7/64 dev va nodad");
    for (const [id, more] of [
      ["x/va/10.0.1.1/24", { label: "va:7" }],
      ["x/va/2001:db8::7/64", { noDad: true }],
    ] as const) {
      const found = await provider.import("Address", id);
      assert.deepEqual(found?.inputs, on(id.slice(5), more));
      const { inputs, failures } = provider.check("Address", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Address", found, inputs).details], [[], []]);
      await provider.delete("Address", "found", found);
    }
  });

  it("goes on after a run that died before it could answer", async () => {
    const lost = await fixture.provider.create("Address", "left", on("10.0.1.1/24"));
    assert.deepEqual(await new TestProvider(fixture.lab).create("Address", "left", on("10.0.1.1/24")), lost);
    await fixture.provider.delete("Address", "left", lost);
  });

  it("keeps another address of a peer's network when the first of it goes", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Address", "first", on("10.0.0.1/24", { peer: "192.168.7.1" }));
    await lab.ip("-n x addr add 10.9.0.1 peer 192.168.7.2/24 dev va");
    await provider.delete("Address", "first", made);
    assert.deepEqual(await addresses(), ["10.9.0.1/24"]);
  });

  it("does not take a like address on a device made since for what a dead run was about to make", async () => {
    const { lab } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("addr add"));
    await assert.rejects(dying.create("Address", "left", on("10.0.1.1/24")));
    await lab.ip("-n x link del va");
    await lab.ip("link add name va index 4711 netns x type veth peer name vb netns y");
    await lab.ip("-n x addr add 10.0.1.1/24 dev va");
    await assert.rejects(fixture.provider.create("Address", "left", on("10.0.1.1/24")), /already exists/);
    const other = await fixture.provider.create("Address", "left", on("10.0.1.9/24"));
    await fixture.provider.delete("Address", "left", other);
    assert.deepEqual(await addresses(), ["10.0.1.1/24"]);
  });

  it("says what to do when the device is missing", async () => {
    await assert.rejects(
      fixture.provider.create("Address", "left", on("10.0.1.1/24", { device: "none" })),
      /could not add the address\n.*Cannot find device "none"/,
    );
  });
});
