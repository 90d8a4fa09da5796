import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { REMAINS } from "../../provider/lifecycle/state";
import { Container } from "../support/labHost/container";
import type { Recorded } from "../support/provider/rpcs";
import { kernelSuite } from "../support/suites/kernelSuite";
import { needs } from "../support/suites/needs";

/** What a container gets, in the order of making. */
const inIt = (namespace: string): [type: string, inputs: Json][] => [
  ["VethPair", { a: { name: "web0", namespace: "x" }, b: { name: "eth0", namespace } }],
  ["BridgePort", { namespace: "x", bridge: "br0", device: "web0" }],
  ["Address", { namespace, device: "eth0", address: "10.0.2.2/24" }],
  ["Route", { namespace, destination: "default", gateway: "10.0.2.1" }],
  ["Sysctl", { namespace, key: "net.ipv4.conf.eth0.rp_filter", value: "1" }],
];

kernelSuite("A container's network namespace on the kernel", (fixture) => {
  const name = `netns-one-${process.pid}`;
  const other = `netns-two-${process.pid}`;
  let web: Container;
  let second: Container;
  before(needs("root", "nsenter", "ip", "runc", "busybox"));
  before(async () => {
    web = await Container.start(fixture.lab, name);
    second = await Container.start(fixture.lab, other);
  });
  after(async () => {
    for (const one of [web, second]) await one?.remove();
  });

  const find = (args: Json) => fixture.provider.call("containerNamespace", args);
  const makeAll = async (namespace: string) => {
    const made: [string, Recorded][] = [];
    for (const [type, inputs] of inIt(namespace)) made.push([type, await fixture.provider.create(type, type, inputs)]);
    return made;
  };
  const removeAll = async (made: [string, Recorded][]) => {
    for (const [type, recorded] of [...made].reverse()) await fixture.provider.delete(type, type, recorded);
  };
  const bridge = async () => {
    const { provider } = fixture;
    const made = await provider.create("Bridge", "br0", { namespace: "x" });
    const gateway = { namespace: "x", device: "br0", address: "10.0.2.1/24" };
    return [["Bridge", made] as const, ["Address", await provider.create("Address", "gateway", gateway)] as const];
  };
  const devicesOf = async (one: Container) => (await one.exec("ip link")).stdout.match(/^\d+: \w+/gm)?.length;

  it("is found by a container's name and by a pid", async () => {
    const pid = await web.pid();
    const found = { path: `/proc/${pid}/ns/net`, pid };
    assert.deepEqual(await find({ runc: name }), found);
    assert.deepEqual(await find({ runc: name, root: "/run/runc" }), found);
    assert.deepEqual(await find({ pid }), found);
  });

  it("is an error at the argument where there is none", async () => {
    await assert.rejects(find({ runc: "nobody", root: "/run/elsewhere" }), (error: Error) => {
      const [, tried, said, todo] = error.message.split("\n");
      assert.equal(tried, "  runc: runc has no container nobody");
      assert.match(said ?? "", /^ {2}runc --root \/run\/elsewhere state nobody → exit 1: .*container does not exist/);
      assert.match(todo ?? "", /^ {2}Start it first, .* `runc --root \/run\/elsewhere list` lists those of /);
      return true;
    });
    fixture.provider.lacks("runc");
    await assert.rejects(find({ runc: name }), /\n {2}runc: could not ask runc .*\n.*\n +runc is not installed here/);
    fixture.provider.lacks(undefined);
    await assert.rejects(find({ pid: 4_194_304 }), {
      message: [
        "an argument is wrong",
        "  pid: the process 4194304 has no network namespace to work in",
        "  there is no /proc/4194304/ns/net",
        "  The process has ended: start it again, and give its new pid.",
      ].join("\n"),
    });
  });

  it("is an error where it is that of the provider itself", async () => {
    const keeper = Number(fixture.lab.door[2]);
    await assert.rejects(find({ pid: keeper }), (error: Error) => {
      assert.match(error.message, /\n {2}pid: the process \d+ has no network namespace of its own\n/);
      assert.match(error.message, /\n {2}\/proc\/\d+\/ns\/net is the namespace that the provider runs in\n/);
      return true;
    });
  });

  it("gets a cable to a bridge, an address, a way out and a sysctl, which are found as they are, and go again", async () => {
    const { provider } = fixture;
    const before = await web.exec("ip addr");
    const outside = await bridge();
    const made = await makeAll(await web.netns());
    assert.match((await web.exec("ping -c 1 -W 2 10.0.2.1")).stdout, / 1 packets received/);
    for (const [type, recorded] of made) {
      const seen = await provider.read(type, type, recorded);
      assert.deepEqual(seen, recorded);
      assert.deepEqual(provider.diff(type, seen ?? recorded, recorded.inputs).details, []);
    }
    await removeAll(made);
    for (const [type, recorded] of outside.reverse()) await provider.delete(type, type, recorded);
    assert.equal((await web.exec("ip addr")).stdout, before.stdout);
  });

  it("can be in a topology, which gives the next container what the dead one had", async () => {
    const { provider, lab } = fixture;
    const gateway = { namespace: "x", device: "br0", address: "10.0.2.1/24" };
    const inputs = (namespace: string) => {
      const [pair, port, address, route, sysctl] = inIt(namespace).map((one) => one[1]);
      return {
        bridges: [{ namespace: "x", name: "br0" }],
        ...{
          vethPairs: [pair],
          bridgePorts: [port],
          addresses: [gateway, address],
          routes: [route],
          sysctls: [sysctl],
        },
      };
    };
    const made = await provider.create("Topology", "lab", inputs(await web.netns()));
    assert.match((await web.exec("ping -c 1 -W 2 10.0.2.1")).stdout, / 1 packets received/);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    await web.remove();
    const seen = await provider.read("Topology", "lab", made);
    web = await Container.start(lab, name);
    const next = await provider.update("Topology", "lab", seen ?? made, inputs(await web.netns()));
    assert.match((await web.exec("ping -c 1 -W 2 10.0.2.1")).stdout, / 1 packets received/);
    assert.deepEqual(await provider.read("Topology", "lab", next), next);
    await provider.delete("Topology", "lab", next);
    assert.equal(await devicesOf(web), 1);
  });

  it("takes all with it when the container dies, which is seen, and the next container gets it anew", async () => {
    const { provider, lab } = fixture;
    const outside = await bridge();
    const made = await makeAll(await web.netns());
    await web.kill();
    await assert.rejects(find({ runc: name }), {
      message: [
        "an argument is wrong",
        `  runc: the container ${name} of runc is not running`,
        `  runc state ${name} → its pid is 0`,
        "  Start it, and run `pulumi up` again: that makes everything in it.",
      ].join("\n"),
    });
    for (const [type, recorded] of made) assert.equal(await provider.read(type, type, recorded), undefined, type);
    await removeAll(made);
    await web.remove();
    web = await Container.start(lab, name);
    const again = await makeAll(String((await find({ runc: name })).path));
    assert.match((await web.exec("ping -c 1 -W 2 10.0.2.1")).stdout, / 1 packets received/);
    await removeAll(again);
    for (const [type, recorded] of outside.reverse()) await provider.delete(type, type, recorded);
  });

  it("is not taken for that of another process that has the old one's number later", async () => {
    const { provider, lab } = fixture;
    const outside = await bridge();
    const [old, now] = [await web.netns(), await second.netns()];
    const made = await makeAll(old);
    // As if the first had died and the second had got its number, with the same in it, made by hand.
    const elsewhere = JSON.parse(JSON.stringify(made).replaceAll(old, now)) as typeof made;
    const by = (words: string) => lab.run(["nsenter", `--net=${now}`, "--", ...words.split(" ")]);
    await by("ip link add eth0 type veth peer name eth1");
    for (const device of ["eth0", "eth1"]) await by(`ip link set ${device} up`);
    await by("ip addr add 10.0.2.2/24 dev eth0");
    await by("ip route add default via 10.0.2.1 proto static");
    await by("sysctl -qw net.ipv4.conf.eth0.rp_filter=1");
    const before = await by("ip -4 addr");
    for (const [type, recorded] of elsewhere) {
      const seen = await provider.read(type, type, recorded);
      // Of the pair the end in `x` is seen, and that the other is not where it was.
      if (type === "VethPair") assert.equal(seen?.state[REMAINS], true);
      else if (type !== "BridgePort") assert.equal(seen, undefined, type);
      if (seen === undefined) await provider.delete(type, type, recorded);
    }
    assert.equal(await by("ip -4 addr"), before);
    assert.match(await by("ip route"), /default via 10.0.2.1/);
    await by("ip link del eth0");
    await removeAll(made);
    for (const [type, recorded] of outside.reverse()) await provider.delete(type, type, recorded);
  });
});
