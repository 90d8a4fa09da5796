import assert from "node:assert/strict";
import { done, unchanged } from "../support/example";
import { seed } from "../support/foreign";
import { Gate } from "../support/gate";
import { remove, scratch } from "../support/project";
import type { Stack } from "../support/pulumi";
import { type Snapshot, snapshot } from "../support/snapshot";
import { stackSuite } from "../support/stackSuite";
import { until } from "../support/until";

const LAB = `
  const net0 = new netns.Namespace("net0");
  const net1 = new netns.Namespace("net1");
  const mtu = Number(process.env.MTU || 1500);
  const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu }, b: { name: "veth1", namespace: net1.name } });
  new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
  new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
  new netns.Sysctl("filter", { namespace: net0.name, key: pulumi.interpolate\`net.ipv4.conf.\${link.a.name}.rp_filter\`, value: 2 });
`;

stackSuite("A run that meets trouble", [], (desk) => {
  let before: Snapshot;
  beforeEach(async function () {
    // Up to ten runs of the engine each.
    this.currentTest?.timeout(300_000);
    await seed(desk.host);
    before = await snapshot(desk.host);
  });

  /** A plain up makes the lab whole, and destroy leaves what was there before. */
  async function converges(stack: Stack): Promise<void> {
    done(await stack.up());
    unchanged(await stack.preview());
    assert.match(await desk.host.ip("-n net0 addr show veth0"), /UP.*10\.0\.1\.1\/24/s);
    assert.match(await desk.host.ip("-n net1 addr show veth1"), /UP.*10\.0\.1\.2\/24/s);
    done(await stack.destroy());
    assert.deepEqual(await snapshot(desk.host), before);
  }

  /** An up that something happens to, when it comes to a command of `ip`. */
  async function disturbed(stack: Stack, pattern: string, happen: (pid: number) => Promise<unknown>) {
    const gate = await Gate.before(pattern);
    desk.atEnd(() => gate.close());
    const run = stack.start("up", { PATH: gate.path });
    await Promise.race([gate.reached(), run.then(({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`))]).then(
      happen,
    );
    await gate.open();
    const { exitCode, stdout } = await run;
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stdout, /failed in a way it does not know|exited prematurely/);
    return stdout;
  }

  /** A file system on which there is room for nothing more, and one that has it again. */
  const full = async (at: string) => {
    await desk.host.tryRun(["dd", "if=/dev/zero", `of=${at}/filler`]);
    // Again where something has made a file between the two.
    await until("the end of the inodes", async () => {
      const [, used = ""] = (await desk.host.run(["df", "--output=iused", at])).split("\n");
      const most = ["mount", "-n", "-o", `remount,nr_inodes=${used.trim()}`, at];
      return (await desk.host.tryRun(most)).exitCode === 0;
    });
  };
  const roomy = async (at: string) => {
    await desk.host.run(["mount", "-n", "-o", "remount,nr_inodes=10000", at]);
    await desk.host.run(["rm", `${at}/filler`]);
  };

  it("swaps the names of a pair and a bridge, leaves the pair where the other device is not the stack's, and says who has a name", async () => {
    const programOf = (end: string, bridge: string, options = "") => `
      const h = new netns.Namespace("h");
      const p = new netns.VethPair("p", { a: { name: "e0", namespace: h.name }, b: { name: "${end}", namespace: h.name } });
      const b = new netns.Bridge("b", { name: "${bridge}", namespace: h.name }, { ${options} });
      new netns.Address("one", { namespace: h.name, device: p.a.name, address: "10.0.0.1/24" });
    `;
    const stack = await desk.stackOf(programOf("e1", "swap"));
    done(await stack.up());
    const up = async (...names: Parameters<typeof programOf>) => {
      await desk.edit(stack, programOf(...names));
      return stack.up();
    };
    done(await up("swap", "e1"));
    unchanged(await stack.up());
    done(await up("e1", "swap"));

    await desk.host.ip("-n h link add theirs type bridge");
    const links = await desk.host.ip("-n h -br link");
    const foreign = await up("theirs", "swap");
    assert.match(foreign.text, /Pair h\/e0: it exists already, and is not in this stack's state\n.*a device h\/theirs/);
    assert.deepEqual(await desk.host.ip("-n h -br link"), links);
    // The engine deletes what is on it first.
    done(await up("e1", "swap"));

    const late = await up("swap", "e1", "dependsOn: p");
    assert.match(
      late.text,
      /Pair h\/e0: resource `b` of this stack has it already\n.*a device h\/swap[^\n]*\n.*an update before/,
    );
    done(await up("e1", "swap"));
    unchanged(await stack.up());
    await desk.host.ip("-n h link del theirs");
    done(await stack.destroy());
  });

  it("the disk of the state is full: before anything is made, and for a time in the middle", async () => {
    const disk = await scratch("disk");
    desk.atEnd(() => remove(disk));
    await desk.host.run(["mount", "-n", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    const stack = await desk.stackOf(LAB, { PULUMI_BACKEND_URL: `file://${disk}?metadata=skip` });
    await full(disk);
    assert.match((await stack.up()).text, /no space left on device/);
    await roomy(disk);
    assert.deepEqual(await snapshot(desk.host), before);
    const gate = await Gate.before("*addr\\ add\\ 10.0.1.1*");
    desk.atEnd(() => gate.close());
    const run = stack.start("up", { PATH: gate.path });
    await gate.reached();
    await full(disk);
    await gate.open();
    await until("the address", async () => (await desk.host.ip("-n net0 addr show veth0")).includes("10.0.1.1/24"));
    // The engine tries to store its state for half a minute.
    await roomy(disk);
    const { exitCode, stdout } = await run;
    assert.equal(exitCode, 0, stdout);
    await converges(stack);
  });

  it("/run is full: before anything is made, and in the middle", async () => {
    const stack = await desk.stackOf(LAB);
    await desk.host.run(["mount", "-n", "-o", "remount,size=64k", "/run"]);
    await full("/run");
    const { text } = await stack.up();
    assert.match(text, /could not be written\n.*\n.*Make room on the file system of \/run\/pulumi-netns/);
    await roomy("/run");
    assert.deepEqual(await snapshot(desk.host), before);
    const halfway = await disturbed(stack, "*netns\\ attach\\ net1*", () => full("/run"));
    assert.match(halfway, /Namespace net1: could not make the namespace\n.*No space left on device\n.*Make room/);
    await roomy("/run");
    await converges(stack);
  });

  it("iproute2 is killed while it makes a namespace, a pair, an address", async () => {
    const stack = await desk.stackOf(LAB);
    for (const pattern of ["*netns\\ attach\\ net0*", "*link\\ add*", "*addr\\ add*"]) {
      const text = await disturbed(stack, pattern, async (pid) => process.kill(pid, "SIGKILL"));
      assert.match(text, /Something killed it \(out of memory\?\): run `pulumi up` again/);
    }
    await converges(stack);
  });

  it("a command hangs in a read, and in a delete: what cannot be told is not gone [25] [35]", async () => {
    const stack = await desk.stackOf(LAB);
    await stack.config("netns:timeoutSeconds", "3");
    done(await stack.up());
    const { PATH } = stack.env;
    for (const [pattern, command] of [
      ["*addr\\ show*", "refresh"],
      ["*addr\\ del*", "destroy"],
    ] as const) {
      const gate = await Gate.before(pattern);
      desk.atEnd(() => gate.close());
      stack.env.PATH = gate.path;
      const { exitCode, text } = await stack[command]();
      assert.notEqual(exitCode, 0);
      assert.match(text, /Raise `customTimeouts` of the resource or `netns:timeoutSeconds`/);
      assert.equal((await stack.resources()).filter(({ type }) => type === "netns:index:Address").length, 2);
    }
    stack.env.PATH = PATH;
    await converges(stack);
  });

  it("a namespace is deleted, and an end of a pair renamed, while a device in it is changed", async () => {
    const stack = await desk.stackOf(LAB);
    done(await stack.up());
    stack.env.MTU = "1400";
    const deleted = await disturbed(stack, "*link\\ set*mtu*", () => desk.host.ip("netns del net0"));
    assert.match(deleted, /VethPair net0\/veth0: it is not there after it was made\n(.*\n)?.*run `pulumi up` again/);
    done(await stack.up());
    stack.env.MTU = "1300";
    const rename = () => desk.host.ip("-n net0 link set veth0 down name other");
    const renamed = await disturbed(stack, "*link\\ set*mtu*", rename);
    assert.match(renamed, /VethPair net0\/veth0: could not set mtu of end a\n.*Cannot find device "veth0"/);
    await converges(stack);
  });

  it("an end of a pair is renamed, or moved, by another program", async () => {
    const stack = await desk.stackOf(LAB);
    done(await stack.up());
    await desk.host.ip("-n net0 link set veth0 down name other");
    done(await stack.up());
    await desk.host.ip("-n net1 link set veth1 netns foreign0 name other");
    await converges(stack);
  });

  it("a plain file is in the place of a namespace", async () => {
    const stack = await desk.stackOf(LAB);
    done(await stack.up());
    await desk.host.ip("netns del net0");
    await desk.host.run(["sh", "-c", "echo mine > /run/netns/net0"]);
    const refused = await stack.up();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.text, /there is the plain file \/run\/netns\/net0; it is left as it is\n.*Remove it/);
    assert.equal(await desk.host.run(["cat", "/run/netns/net0"]), "mine");
    await desk.host.run(["rm", "/run/netns/net0"]);
    await converges(stack);
  });
});
