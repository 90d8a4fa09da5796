import assert from "node:assert/strict";
import { stackSuite } from "../support/suites/stackSuite";

/** Two sites with a cable between them, whose ends carry 1400 and 1500 bytes, and a host at each. */
const PROGRAM = `
  const hosts = ["1", "2"].map((n) => {
    const provider = new netns.Provider("lab" + n);
    const site = new netns.Namespace("site" + n);
    return { provider, site, host: new netns.Namespace("h" + n, {}, { provider }) };
  });
  const [one, two] = hosts;
  const wire = new netns.VethPair("wire", {
    a: { name: "eth0", namespace: one.site.name, mtu: 1400 },
    b: { name: "eth0", namespace: two.site.name },
  });
  const at = ({ site }, end, local) => new netns.Address("at-" + local, { namespace: site.name, device: end.name, address: local + "/24" });
  const [left, right] = [at(one, wire.a, "192.0.2.1"), at(two, wire.b, "192.0.2.2")];
  const end = ({ provider, site, host }, address, local) => ({ provider, namespace: host.name, name: "eth0", local, device: address.device, underlay: site.name });
  const cable = new netns.VxlanLink("cable", { vni: 42, a: end(one, left, "192.0.2.1"), b: end(two, right, "192.0.2.2") });
  for (const [key, address] of [["a", "10.4.0.1/24"], ["b", "10.4.0.2/24"]])
    new netns.Address("in-" + key, { namespace: cable[key].namespace, device: cable[key].name, address });
  exports.mtu = cable.mtu;
  exports.mac = cable.a.mac;
`;

stackSuite("A cable between two hosts", ["ping"], (fixture) => {
  it("is one object: two ends that send to each other alone, of the MTU of the path", async () => {
    const { host } = fixture;
    const stack = await fixture.stackOf(PROGRAM);
    const made = await stack.up();
    assert.equal(made.exitCode, 0, made.text);
    const show = (name: string) => host.ip(`-n ${name} -d link show eth0`);
    assert.match(await show("h1"), /mtu 1350 [\s\S]* vxlan id 42 remote 192\.0\.2\.2 local 192\.0\.2\.1 .*nolearning/);
    assert.match(await show("h2"), /mtu 1350 [\s\S]* vxlan id 42 remote 192\.0\.2\.1 local 192\.0\.2\.2 .*nolearning/);
    const ping = (bytes: number, from = "h1", to = "10.4.0.2") =>
      host.tryRun(["ip", "netns", "exec", from, "ping", "-c1", "-W2", "-M", "do", "-s", `${bytes - 28}`, to]);
    assert.equal((await ping(1350)).exitCode, 0);
    assert.match((await ping(1351)).stderr, /message too long, mtu[=:] ?1350/);
    const again = await stack.up();
    assert.deepEqual(Object.keys(again.changes), ["same"], again.text);

    const providers = (await stack.resources()).flatMap(({ urn, provider }) => {
      const [, name] = /::Vxlan::(.*)$/.exec(String(urn).replace("netns:index:VxlanLink$netns:index:", "::")) ?? [];
      return name === undefined ? [] : [`${name} ${/(\w+)::[^:]*$/.exec(String(provider))?.[1]}`];
    });
    assert.deepEqual(providers.sort(), ["cable-a lab1", "cable-b lab2"]);

    await host.ip("netns del h2");
    const back = await stack.up();
    assert.equal(back.exitCode, 0, back.text);
    assert.deepEqual(back.changes, { create: 3, same: 12 }, back.text);
    // Its MAC address is another one by now, of which the other site hears when it is asked for its own.
    assert.equal((await ping(1350, "h2", "10.4.0.1")).exitCode, 0);
    assert.equal((await ping(1350)).exitCode, 0);
    await host.reboot();
    const rebuilt = await stack.up();
    assert.equal(rebuilt.exitCode, 0, rebuilt.text);
    assert.equal((await ping(1350)).exitCode, 0);
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("says all that is wrong with it at once, each at its property", async () => {
    const stack = await fixture.stackOf(`
      const end = { namespace: "h1", name: "eth0", local: "192.0.2.1", provider: "lab1" };
      new netns.VxlanLink("cable", { vni: pulumi.secret(2 ** 24), a: end, b: { ...end, local: "2001:db8::1", naem: "x" } });
    `);
    const { text } = await stack.up();
    const said = [...text.matchAll(/- property (\S+) with value '.*' has a problem: (.*)/g)].map(([, ...one]) => one);
    const provider = "must be a provider of netns";
    assert.deepEqual(said, [
      ["a.provider", provider],
      ["b.provider", provider],
      ["b.naem", "is not a property of this; did you mean `name`?"],
      ["b.local", "is not of the family of end `a`'s"],
    ]);
    // Of a secret the engine would print the value.
    assert.match(text, /cannot be made of these inputs: vni must be a whole number from 0 to 16777215/);
    assert.doesNotMatch(text, /16777216|1\.6777216e/);
  });
});
