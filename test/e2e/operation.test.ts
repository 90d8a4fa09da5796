import assert from "node:assert/strict";
import path from "node:path";
import { Gate } from "../support/gate";
import { LabHost } from "../support/labHost";
import { needs } from "../support/need";
import { makeProject, pluginFolder, remove } from "../support/project";
import { Stack } from "../support/pulumi";

const NETNS = 'const netns = require("pulumi-netns"); const pulumi = require("@pulumi/pulumi");\n';

describe("Operation through the engine", function () {
  this.timeout(120_000);
  let host: LabHost;
  const open: (() => Promise<void>)[] = [];
  before(needs("root", "sudo"));
  beforeEach(async () => {
    host = await LabHost.start();
  });
  afterEach(async () => {
    for (const close of open.splice(0)) await close();
    await host.stop();
  });

  async function stackOf(program: string, env: NodeJS.ProcessEnv = {}): Promise<Stack> {
    const folder = await makeProject(NETNS + program);
    const stack = await Stack.open({ host, folder, env });
    open.push(
      () => stack.close(),
      () => remove(folder),
    );
    return stack;
  }
  const namespaces = async () =>
    (await host.run(["ip", "netns", "list"]))
      .split("\n")
      .map((line) => line.split(" ")[0])
      .filter(Boolean)
      .sort();

  it("shows each command that it runs when asked for debug lines", async () => {
    const stack = await stackOf('new netns.Namespace("net0");');
    const { text } = await stack.up("--debug");
    assert.match(text, /debug: unshare --net sh -c '/);
    assert.match(text, /debug: nsenter --net=\/run\/netns\/net0 ip link set dev lo up/);
  });

  it("keeps a secret secret: in the state, in what is printed, in debug lines and in errors", async () => {
    const stack = await stackOf(`
      const net0 = new netns.Namespace("net0");
      const mac = pulumi.secret("02:5e:c2:e7:00:01");
      new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mac }, b: { name: "veth1", namespace: net0.name } });
      new netns.Address("one", { namespace: net0.name, device: "lo", address: pulumi.secret("10.77.88.99/32") });
      new netns.Address("bad", { namespace: net0.name, device: "none", address: pulumi.secret("10.77.88.98/32") });
    `);
    const { text, exitCode } = await stack.up("--debug");
    assert.notEqual(exitCode, 0);
    assert.match(text, /could not add the address/);
    // Pulumi's own Node SDK prints every answer of the engine whole when debug lines are asked for.
    const told = text.split("\n").filter((line) => !line.includes("RPC finished"));
    assert.ok(told.some((line) => /debug: .*link add .*\[secret\]/.test(line)));
    for (const secret of ["02:5e:c2:e7:00:01", "10.77.88.98"]) {
      assert.deepEqual(
        told.filter((line) => line.includes(secret)),
        [],
      );
    }
    const state = JSON.stringify(await stack.resources());
    assert.ok(!state.includes("02:5e:c2:e7:00:01"));
    assert.equal(state.match(/10\.77\.88\.99/g)?.length, 1, "only the id, which is never secret, shows the address");
    assert.ok((await host.run(["ip", "-n", "net0", "link"])).includes("02:5e:c2:e7:00:01"));
    await stack.destroy();
  });

  it("stops a command that hangs at the resource's own timeout, with nothing left of it", async () => {
    const gate = await Gate.before("*addr\\ add*");
    open.push(() => gate.close());
    const stack = await stackOf(
      `const net0 = new netns.Namespace("net0");
       new netns.Address("one", { namespace: net0.name, device: "lo", address: "10.0.0.1/32" }, { customTimeouts: { create: "1s" } });`,
      { PATH: gate.path },
    );
    const failed = await stack.up();
    assert.match(failed.text, /Address net0\/lo\/10\.0\.0\.1\/32: could not add the address/);
    assert.match(failed.text, /Raise `customTimeouts` of the resource or `netns:timeoutSeconds`/);
    assert.deepEqual(
      (await stack.resources()).filter((one) => String(one.type).endsWith("Address")),
      [],
    );
    await gate.open();
    const second = await stack.up();
    assert.deepEqual(second.changes, { create: 1, same: 2 }, second.text);
    await stack.destroy();
  });

  it("ends in order on an interrupt in the middle: the state is true, and the next up goes on", async () => {
    const gate = await Gate.before("*addr\\ add*");
    open.push(() => gate.close());
    const stack = await stackOf(`
      const net0 = new netns.Namespace("net0");
      new netns.Address("one", { namespace: net0.name, device: "lo", address: "10.0.0.1/32" });
      new netns.Address("two", { namespace: net0.name, device: "lo", address: "10.0.0.2/32" });
    `);
    const run = stack.start("up", { PATH: gate.path });
    await gate.reached();
    run.kill("SIGINT");
    const { exitCode, stdout, stderr } = await run;
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stdout + stderr, /exited prematurely|bug/);
    const held = (await stack.resources()).map((one) => String(one.type).split(":").at(-1)).sort();
    assert.deepEqual(held, ["Namespace", "Stack", "netns"]);
    assert.doesNotMatch(await host.run(["ip", "-n", "net0", "addr"]), /10\.0\.0\./);
    const second = await stack.up();
    assert.deepEqual(second.changes, { create: 2, same: 2 }, second.text);
    await stack.destroy();
    assert.deepEqual(await namespaces(), []);
  });

  it("compares with the live kernel in a plain up: repairs what drifted, rebuilds after a reboot", async () => {
    const stack = await stackOf(`
      const net0 = new netns.Namespace("net0");
      const net1 = new netns.Namespace("net1");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu: 1400 }, b: { name: "veth1", namespace: net1.name } });
      new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
      new netns.Sysctl("forward", { namespace: net1.name, key: "net.ipv4.ip_forward", value: 1 });
    `);
    assert.equal((await stack.up()).exitCode, 0);
    await host.run(["ip", "-n", "net0", "link", "set", "veth0", "mtu", "1300"]);
    await host.run(["ip", "netns", "exec", "net1", "sysctl", "-w", "net.ipv4.ip_forward=0"]);
    const preview = await stack.preview();
    const updates = preview.steps
      .filter((step) => step.op === "update")
      .map(({ resource, diff }) => `${resource} ${diff}`);
    assert.deepEqual(updates.sort(), ["Sysctl forward value", "VethPair link a.mtu"]);
    const repaired = await stack.up();
    assert.deepEqual(repaired.changes, { update: 2, same: 4 }, repaired.text);
    assert.match(await host.run(["ip", "-n", "net0", "link", "show", "veth0"]), /mtu 1400/);

    await host.reboot();
    const rebuilt = await stack.up();
    assert.deepEqual(rebuilt.changes, { create: 5, same: 1 }, rebuilt.text);
    await host.reboot();
    await host.run(["ip", "netns", "add", "net0"]);
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await namespaces(), ["net0"], "somebody else's net0 is left alone");
  });

  it("refuses a second stack on the same names, and `state delete` makes a thing foreign", async () => {
    const program = 'new netns.Namespace("net0");';
    const [first, second] = [await stackOf(program), await stackOf(program)];
    await first.up();
    const refused = await second.up();
    assert.match(refused.text, /Namespace net0: it exists already, and this stack does not know it/);
    assert.match(refused.text, /pulumi import netns:index:Namespace net0 net0/);
    await first.run([
      "state",
      "delete",
      "urn:pulumi:test::lab::netns:index:Namespace::net0",
      "--yes",
      "--stack",
      "test",
    ]);
    assert.match((await first.up()).text, /it exists already/);
    const imported = await first.import(
      "netns:index:Namespace",
      "net0",
      "net0",
      "--protect=false",
      "--generate-code=false",
    );
    assert.equal(imported.exitCode, 0, imported.text);
    assert.deepEqual((await first.preview()).changes, { same: 2 });
    await first.destroy();
    assert.deepEqual(await namespaces(), []);
  });

  it("works from two engines at once on one host", async () => {
    const lab = (name: string) => `
      for (let i = 0; i < 8; i++) {
        const ns = new netns.Namespace("${name}" + i);
        const link = new netns.VethPair("${name}-link" + i, { a: { name: "a", namespace: ns.name }, b: { name: "b", namespace: ns.name } });
        new netns.Address("${name}-address" + i, { namespace: ns.name, device: link.a.name, address: "10.0.0.1/24" });
      }`;
    const stacks = [await stackOf(lab("one")), await stackOf(lab("two"))];
    const ups = await Promise.all(stacks.map((stack) => stack.up()));
    for (const up of ups) assert.equal(up.changes.create, 25, up.text);
    await Promise.all(stacks.map((stack) => stack.destroy()));
    assert.deepEqual(await namespaces(), []);
    assert.equal((await host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  });

  it("previews offline from the recorded state, on a machine without the lab, and changes nothing there", async () => {
    const stack = await stackOf('new netns.Namespace("net0");');
    await stack.up();
    await host.reboot();
    const offline = { NETNS_OFFLINE: "true", PATH: "/nowhere" };
    const { PATH: _, ...env } = stack.env;
    const paths = { ...env, ...offline, PATH: process.env.PATH };
    const preview = await stack.run(["preview", "--json", "--stack", "test"], { env: paths });
    assert.deepEqual(JSON.parse(preview.stdout).changeSummary, { same: 2 }, preview.stderr);
    await stack.config("netns:offline", "true");
    const refused = await stack.run(["destroy", "--yes", "--stack", "test"], { env: paths });
    assert.match(refused.stdout, /nothing may be changed, for the provider is offline/);
  });

  it("ends at once without the rights, with one clear error that gives the sudo line; a preview needs none", async () => {
    const stack = await stackOf('new netns.Namespace("net0"); new netns.Namespace("net1");');
    const bounds = ["setpriv", "--bounding-set", "-sys_admin,-net_admin", "--"];
    const powerless = (words: string[]) =>
      host.tryRun([...bounds, "pulumi", ...words], { cwd: stack.folder, env: stack.env });
    const preview = await powerless(["preview", "--json", "--stack", "test"]);
    assert.deepEqual(JSON.parse(preview.stdout).changeSummary, { create: 3 });
    const up = await powerless(["up", "--yes", "--skip-preview", "--color", "never", "--stack", "test"]);
    assert.notEqual(up.exitCode, 0);
    const errors = [...up.stdout.matchAll(/error: (netns:index:Namespace.*)/g)].map(([, line]) => line);
    assert.ok(
      errors.some((line) => /this user may not change the host's network namespaces$/.test(String(line))),
      up.stdout,
    );
    assert.match(up.stdout, /the provider's process lacks CAP_NET_ADMIN and CAP_SYS_ADMIN/);
    assert.equal(new Set(up.stdout.match(/Run it as root: sudo .* pulumi up/g)).size, 1);
    assert.deepEqual(await namespaces(), []);
  });

  it("runs every command through sudo when told so", async () => {
    const stack = await stackOf(`
      const net0 = new netns.Namespace("net0");
      new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: 1 });
      new netns.Address("one", { namespace: net0.name, device: "lo", address: "10.0.0.1/32" });
    `);
    await stack.config("netns:sudo", "true");
    const { text, changes } = await stack.up("--debug");
    assert.deepEqual(changes, { create: 4 }, text);
    assert.match(text, /debug: sudo -n -- unshare --net/);
    assert.deepEqual((await stack.preview()).changes, { same: 4 });
    assert.equal((await stack.destroy()).exitCode, 0);
    assert.deepEqual(await namespaces(), []);
    assert.equal((await host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  });

  it("replaces by deleting first, what stands on it as well, and ends in a working lab", async () => {
    const stack = await stackOf(`
      const net0 = new netns.Namespace("net0", { name: process.env.NAME });
      const net1 = new netns.Namespace("net1");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name }, b: { name: "veth1", namespace: net1.name } });
      new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
      new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
    `);
    stack.env.NAME = "old";
    await stack.up();
    stack.env.NAME = "new";
    const preview = await stack.preview();
    const replaced = preview.steps.filter((step) => step.op === "replace");
    assert.deepEqual(replaced.map(({ resource }) => resource).sort(), [
      "Address left",
      "Address right",
      "Namespace net0",
      "VethPair link",
    ]);
    assert.deepEqual(replaced.find(({ resource }) => resource === "Namespace net0")?.diff, ["name"]);
    const up = await stack.up();
    assert.equal(up.exitCode, 0, up.text);
    assert.deepEqual(await namespaces(), ["net1", "new"]);
    const again = await stack.up();
    await host.run(["ip", "netns", "exec", "new", "ping", "-c", "1", "-W", "2", "10.0.1.2"]);
    assert.deepEqual(again.changes, { same: 6 }, again.text);
    await stack.destroy();
    assert.deepEqual(await namespaces(), []);
  });

  it("keeps a thing through a rename with an alias, and with retainOnDelete", async () => {
    const stack = await stackOf(`
      const renamed = process.env.STEP === "2";
      new netns.Namespace(renamed ? "new" : "old", { name: "net0" }, { aliases: renamed ? [{ name: "old" }] : [], retainOnDelete: true });
    `);
    await stack.up();
    const inode = await host.run(["stat", "-L", "-c", "%i", "/run/netns/net0"]);
    stack.env.STEP = "2";
    const renamed = await stack.up();
    assert.deepEqual(renamed.changes, { same: 2 }, renamed.text);
    await stack.destroy();
    assert.equal(await host.run(["stat", "-L", "-c", "%i", "/run/netns/net0"]), inode);
  });

  it("lists what is on the host by ids that import", async () => {
    const stack = await stackOf("");
    await host.run(["ip", "netns", "add", "b"]);
    await host.run(["ip", "netns", "add", "a"]);
    const words = [
      "do",
      "--package",
      path.join(pluginFolder, "pulumi-resource-netns"),
      "netns:index:Namespace",
      "list",
    ];
    const listed = await stack.run(words);
    assert.deepEqual(
      JSON.parse(listed.stdout),
      ["a", "b"].map((name) => ({ id: name, name })),
      listed.stderr,
    );
  });
});
