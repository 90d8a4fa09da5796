import assert from "node:assert/strict";
import { callsOf, changing } from "../support/engine/calls";
import { DEFAULT_PROVIDER } from "../support/engine/project";
import { Breakpoint } from "../support/faults/breakpoint";
import { star } from "../support/inputs/star";
import { pluginsOf } from "../support/labHost/plugins";
import { comparable } from "../support/labHost/snapshot";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { changesOf, done, inNetns, unchanged } from "../support/suites/exampleSuite";
import { stackSuite } from "../support/suites/stackSuite";
import { until } from "../support/suites/until";

const program = (inputs: object) => `exports.lab = new netns.Topology("lab", ${JSON.stringify(inputs)}).namespaces;`;

stackSuite("A Topology through Pulumi's engine", ["nft"], (fixture) => {
  const networks = async () => comparable(await stableSnapshot(fixture.host));

  it("is one resource: made, then nothing to do, read by others, and taken away [1] [2] [11] [24]", async () => {
    const before = await networks();
    const stack = await fixture.stackOf(program(star(20)));
    assert.deepEqual(changesOf(done(await stack.preview())), [
      "create Stack lab-test",
      `create netns ${DEFAULT_PROVIDER}`,
      "create Topology lab",
    ]);
    assert.deepEqual(await networks(), before);
    done(await stack.up());
    const { lab } = (await stack.outputs()) as { lab: { name: string; path: string }[] };
    assert.equal(lab[20]?.path, "/run/netns/h20");
    assert.deepEqual(changing(await callsOf(stack, async () => void unchanged(await stack.up()))), []);
    unchanged(await stack.refresh());
    done(await stack.destroy());
    assert.deepEqual(await networks(), before);
  });

  it("shows in a preview just the elements that change, and a replacement of one as such [5]", async () => {
    const stack = await fixture.stackOf(program(star([1, 2, 4, 5])));
    done(await stack.up());
    const wanted = star([1, 2, 3, 4, 5], { 1: { mtu: 1400 } }) as { addresses: { address: string }[] };
    wanted.addresses = wanted.addresses.map((one, index) =>
      index === 1 ? { ...one, broadcast: "10.0.255.255" } : one,
    );
    await fixture.edit(stack, program(wanted));
    const preview = done(await stack.preview("--diff"));
    assert.deepEqual(changesOf(preview), ["update Topology lab"]);
    assert.deepEqual([...(preview.steps.find(({ op }) => op === "update")?.diff ?? [])].sort(), [
      "addresses[1]",
      "addresses[2]",
      "namespaces[3]",
      "vethPairs[0].a.mtu",
      "vethPairs[2]",
    ]);
    assert.match(preview.text, /addresses\[1\] is replaced, alone: its broadcast cannot be changed in place/);
    assert.match(preview.text, /\+ \[3\]: \{\s+\+ loopbackUp: true\s+\+ name +: "h3"/);
    assert.match(preview.text, /\+ mtu: 1400/);
    assert.doesNotMatch(preview.text, /"h4"|"h5"/);
    done(await stack.up());
    unchanged(await stack.preview());
  });

  it("is compared with the host by a plain up, which repairs just what was changed or deleted by hand [20] [21]", async () => {
    const stack = await fixture.stackOf(program(star(4)));
    done(await stack.up());
    const before = await networks();
    await fixture.host.ip("netns del h2");
    await fixture.host.ip("-n switch link set p3 down");
    const preview = done(await stack.preview());
    assert.deepEqual(preview.steps.find(({ op }) => op === "update")?.diff, [
      "addresses[1]",
      "namespaces[2]",
      "vethPairs[1]",
      "vethPairs[2].b.up",
    ]);
    assert.deepEqual(changesOf(done(await stack.up())), ["update Topology lab"]);
    assert.deepEqual(await networks(), before);
    await fixture.host.reboot();
    done(await stack.up());
    assert.deepEqual(await networks(), before);
    unchanged(await stack.up());
  });

  it("undoes what was made when the run is interrupted, and the next up makes all of it [36]", async () => {
    const before = await networks();
    const breakpoint = await Breakpoint.before(/nft create table/);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(
      program({
        ...star(40),
        sysctls: [{ namespace: "h9", key: "net.ipv4.ip_forward", value: 1 }],
        firewalls: [{ namespace: "h9", name: "wall", rules: "chain in { type filter hook input priority 0; }" }],
      }),
    );
    const run = stack.start("up", breakpoint.env);
    await breakpoint.reached();
    run.kill("SIGINT");
    assert.notEqual((await run).exitCode, 0);
    await until("the end of the plugins", async () => (await pluginsOf(fixture.host)).length === 0);
    assert.deepEqual(await networks(), before);
    done(await stack.up());
    assert.equal((await inNetns(fixture.host, "h9", "ping -c 1 -W 2 10.0.0.9")).exitCode, 0);
    unchanged(await stack.up());
  });

  it("hears an interrupt between two requests to the kernel, and undoes what was made [36]", async () => {
    const before = await networks();
    const breakpoint = await Breakpoint.before(/mount target=\/run\/netns\/h9 flags=4096/);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(program(star(200)));
    const run = stack.start("up", breakpoint.env);
    const plugin = await breakpoint.reached();
    /** The bytes that it has been sent and has not read. */
    const unread = async () => {
      const sockets = (await fixture.host.run(["ss", "-Htnp"]))
        .split("\n")
        .filter((line) => line.includes(`pid=${plugin},`));
      return sockets.reduce((sum, line) => sum + Number(line.split(/\s+/)[1]), 0);
    };
    const read = await unread();
    run.kill("SIGINT");
    await until("the Cancel at the plugin", async () => (await unread()) > read);
    await breakpoint.resume();
    const { exitCode, stdout } = await run;
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /Topology .*could not set lo up/);
    await until("the end of the plugins", async () => (await pluginsOf(fixture.host)).length === 0);
    assert.deepEqual(await networks(), before);
    assert.ok(!(await stack.resources()).some(({ type }) => String(type).endsWith(":Topology")));
  });

  it("is imported by a list of namespaces, with inputs whose next preview is empty [26]", async () => {
    const lab = [
      ...["netns add switch", "netns add h1", "netns add h2"],
      ...["-n switch link set lo up", "-n h1 link set lo up"],
      "link add eth0 netns h1 mtu 1400 up type veth peer name p1 netns switch",
      "link add eth0 netns h2 up type veth peer name p2 netns switch",
      ...["-n switch link set p1 mtu 1400 up", "-n switch link set p2 up"],
      ...["-n h1 addr add 10.0.0.1/16 dev eth0", "-n h2 addr add 2001:db8::2/64 dev eth0 nodad"],
    ];
    for (const line of lab) await fixture.host.ip(line);
    const before = await networks();
    const stack = await fixture.stackOf("");
    done(await stack.up());
    done(
      await stack.import("netns:index:Topology", "lab", "switch,h[1-2]", "--protect=false", "--generate-code=false"),
    );
    const inputs = (await stack.resources()).find(({ type }) => type === "netns:index:Topology")?.inputs as object;
    await fixture.edit(stack, program(inputs));
    unchanged(await stack.preview());
    unchanged(await stack.up());
    assert.deepEqual(await networks(), before);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("stands beside single resources: takes names from them, and they from it; values unknown yet are no error [4]", async () => {
    const stack = await fixture.stackOf(`
const net = new netns.Namespace("net");
const lab = new netns.Topology("lab", {
  namespaces: [{ name: "h1" }],
  vethPairs: [{ a: { name: "eth0", namespace: "h1" }, b: { name: "p1", namespace: net.name } }],
  addresses: [{ namespace: net.name, device: "p1", address: pulumi.secret("10.0.0.77/24") }],
});
new netns.Address("one", { namespace: lab.namespaces[0].name, device: lab.vethPairs[0].a.name, address: "10.0.0.1/24" });
`);
    const preview = done(await stack.preview());
    assert.doesNotMatch(preview.text, /04da6b54/);
    const up = done(await stack.up());
    assert.doesNotMatch(up.text, /10\.0\.0\.77/);
    const recorded = (await stack.resources()).filter(({ type }) => type === "netns:index:Topology");
    assert.doesNotMatch(JSON.stringify(recorded), /10\.0\.0\.77/);
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("has all its faults told by preview, each at its element [13]", async () => {
    const end = (name: string, namespace: string) => ({ name, namespace });
    const stack = await fixture.stackOf(
      program({
        namespaces: [{ name: "n0" }, { name: "n1" }, { name: "n0" }],
        vethPairs: [
          { a: end("v0", "n0"), b: end("v1", "n1") },
          { a: end("v1", "n1"), b: { ...end("v2", "n0"), mtu: 20 } },
        ],
        addresses: [
          { namespace: "n0", device: "v1", address: "10.0.0.1/24" },
          { namespace: "n1", device: "v1", address: "fd00::2/64" },
          { namespace: "n1", device: "v1", address: "fd00::2/128", labell: "x" },
        ],
        hubs: [],
      }),
    );
    const { exitCode, text } = await stack.preview();
    assert.notEqual(exitCode, 0);
    for (const fault of [
      /namespaces\[2\].*is the same as `namespaces\[0\]`/,
      /vethPairs\[1\]\.a\.name.*is the name of `vethPairs\[0\]\.b\.name` in the same namespace/,
      /vethPairs\[1\]\.b\.mtu.*68/,
      /addresses\[0\]\.device.*is a device that the topology has in another namespace, at `vethPairs\[1\]\.a\.name`/,
      /addresses\[2\]\.address.*is that of `addresses\[1\]\.address`/,
      /addresses\[2\]\.labell.*did you mean `label`/,
      /hubs.*is not a property of this/,
    ]) {
      assert.match(text, fault);
    }
  });
});
