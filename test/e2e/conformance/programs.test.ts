import assert from "node:assert/strict";
import { callsOf, changing } from "../../support/engine/calls";
import { stableNetwork } from "../../support/labHost/stableSnapshot";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

stackSuite("A program", ["sudo"], (fixture) => {
  it("in another order is the same: nothing is called that changes the host [53]", async () => {
    const lines = [
      'new netns.Namespace("net0");',
      'new netns.Namespace("net1");',
      'new netns.VethPair("link", { a: { name: "va", namespace: "net0" }, b: { name: "vb", namespace: "net1" } }, { dependsOn });',
      'new netns.Sysctl("forward", { namespace: "net1", key: "net.ipv4.ip_forward", value: 1 }, { dependsOn });',
    ];
    const [net0, net1, ...others] = lines;
    const ordered = (...order: (string | undefined)[]) =>
      `const dependsOn = [${order.slice(0, 2).join(",").replaceAll(";", "")}];\n${order.slice(2).join("\n")}`;
    const stack = await fixture.stackOf(ordered(net0, net1, ...others));
    done(await stack.up());
    const before = await stableNetwork(fixture.host, "net1");
    await fixture.edit(stack, ordered(net1, net0, ...others.reverse()));
    assert.deepEqual(changing(await callsOf(stack, async () => unchanged(await stack.up()))), []);
    assert.deepEqual(await stableNetwork(fixture.host, "net1"), before);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("reads with `get` what it does not manage, and destroy leaves that as it is [54]", async () => {
    await fixture.host.ip("netns add foreign");
    await fixture.host.ip("-n foreign link add va type veth peer name vb");
    await fixture.host.ip("-n foreign addr add 10.0.0.1/24 dev va");
    const stack = await fixture.stackOf(`
      exports.path = netns.Namespace.get("net", "foreign").path;
      exports.mtu = netns.VethPair.get("link", "foreign/va").b.mtu;
      exports.network = netns.Address.get("one", "foreign/va/10.0.0.1/24").network;
      exports.forward = netns.Sysctl.get("forward", "foreign:net.ipv4.ip_forward").value;
    `);
    const before = await stableNetwork(fixture.host, "foreign");
    const calls = await callsOf(stack, async () => {
      done(await stack.up());
      const seen = { path: "/run/netns/foreign", mtu: 1500, network: "10.0.0.0/24", forward: "0" };
      assert.deepEqual(await stack.outputs(), seen);
      done(await stack.refresh());
      done(await stack.destroy());
    });
    assert.deepEqual(changing(calls), []);
    assert.deepEqual(await stableNetwork(fixture.host, "foreign"), before);
  });

  it("has two providers of its own configuration, components above, transforms, and no default provider [58]", async () => {
    const stack = await fixture.stackOf(`
      const plain = new netns.Provider("plain", { timeoutSeconds: 50 });
      const sudo = new netns.Provider("sudo", { sudo: true });
      const lowered = ({ type, props, opts }) => type === "netns:index:VethPair" ? { props: { ...props, a: { ...props.a, mtu: 1300 } }, opts } : undefined;
      class Lab extends pulumi.ComponentResource {
        constructor(name, opts) {
          super("lab:index:Lab", name, {}, { ...opts, transforms: [lowered] });
          const net = new netns.Namespace(name, {}, { parent: this });
          this.link = new netns.VethPair(name + "-link", { a: { name: "va", namespace: net.name }, b: { name: "vb", namespace: net.name } }, { parent: this });
        }
      }
      new Lab("one", { providers: [plain] });
      new Lab("two", { providers: { netns: sudo } });
      if (process.env.LOOSE) new netns.Namespace("loose");
    `);
    await stack.config("pulumi:disable-default-providers[0]", "netns", "--path");
    stack.env.LOOSE = "true";
    const refused = await stack.preview();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.text, /Default provider for 'netns' disabled/);
    delete stack.env.LOOSE;
    const up = done(await stack.up("--debug"));
    assert.equal(new Set(up.text.match(/sudo -n -- .*/g)).size, 1, up.text);
    for (const name of ["one", "two"]) {
      assert.match(await fixture.host.ip(`-n ${name} link show va`), /mtu 1300/);
      assert.match(await fixture.host.ip(`-n ${name} link show vb`), /mtu 1500/);
    }
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
