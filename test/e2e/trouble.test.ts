import assert from "node:assert/strict";
import { remove, scratch } from "../support/engine/project";
import type { Stack } from "../support/engine/pulumi";
import { Breakpoint } from "../support/faults/breakpoint";
import { makeForeignObjects } from "../support/labHost/foreignObjects";
import { type Snapshot, snapshot } from "../support/labHost/snapshot";
import { done, unchanged } from "../support/suites/exampleSuite";
import { stackSuite } from "../support/suites/stackSuite";
import { until } from "../support/suites/until";

const LAB = `
  const net0 = new netns.Namespace("net0");
  const net1 = new netns.Namespace("net1");
  const mtu = Number(process.env.MTU || 1500);
  const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu }, b: { name: "veth1", namespace: net1.name } });
  new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
  new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
  new netns.Firewall("wall", { name: "wall", namespace: net1.name, rules: "chain in { type filter hook input priority 0; }" });
  new netns.Sysctl("filter", { namespace: net0.name, key: pulumi.interpolate\`net.ipv4.conf.\${link.a.name}.rp_filter\`, value: 2 });
`;

stackSuite("A run that meets trouble", ["nft"], (fixture) => {
  let before: Snapshot;
  beforeEach(async function () {
    // Up to ten runs of the engine each.
    this.currentTest?.timeout(300_000);
    await makeForeignObjects(fixture.host);
    before = await snapshot(fixture.host);
  });

  /** A plain up makes the lab whole, and destroy leaves what was there before. */
  async function converges(stack: Stack): Promise<void> {
    done(await stack.up());
    unchanged(await stack.preview());
    assert.match(await fixture.host.ip("-n net0 addr show veth0"), /UP.*10\.0\.1\.1\/24/s);
    assert.match(await fixture.host.ip("-n net1 addr show veth1"), /UP.*10\.0\.1\.2\/24/s);
    done(await stack.destroy());
    assert.deepEqual(await snapshot(fixture.host), before);
  }

  /** An up that something happens to, when it comes to the breakpoint. */
  async function disturbed(stack: Stack, breakpoint: Breakpoint, happen: (pid: number) => Promise<unknown>) {
    fixture.atEnd(() => breakpoint.close());
    const run = stack.start("up", breakpoint.env);
    await Promise.race([
      breakpoint.reached(),
      run.then(({ stdout, stderr }) => assert.fail(`${stdout}\n${stderr}`)),
    ]).then(happen);
    await breakpoint.resume();
    const { exitCode, stdout } = await run;
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stdout, /failed in a way it does not know|exited prematurely/);
    return stdout;
  }

  /** A file system on which there is room for nothing more, and one that has it again. */
  const full = async (at: string) => {
    await fixture.host.tryRun(["dd", "if=/dev/zero", `of=${at}/filler`]);
    // Again where something has made a file between the two.
    await until("the end of the inodes", async () => {
      const [, used = ""] = (await fixture.host.run(["df", "--output=iused", at])).split("\n");
      const most = ["mount", "-n", "-o", `remount,nr_inodes=${used.trim()}`, at];
      return (await fixture.host.tryRun(most)).exitCode === 0;
    });
  };
  const roomy = async (at: string) => {
    await fixture.host.run(["mount", "-n", "-o", "remount,nr_inodes=10000", at]);
    await fixture.host.run(["rm", `${at}/filler`]);
  };

  it("swaps the names of a pair and a bridge, leaves the pair where the other device is not the stack's, and says who has a name", async () => {
    const programOf = (end: string, bridge: string, options = "") => `
      const h = new netns.Namespace("h");
      const p = new netns.VethPair("p", { a: { name: "e0", namespace: h.name }, b: { name: "${end}", namespace: h.name } });
      const b = new netns.Bridge("b", { name: "${bridge}", namespace: h.name }, { ${options} });
      new netns.Address("one", { namespace: h.name, device: p.a.name, address: "10.0.0.1/24" });
    `;
    const stack = await fixture.stackOf(programOf("e1", "swap"));
    done(await stack.up());
    const up = async (...names: Parameters<typeof programOf>) => {
      await fixture.edit(stack, programOf(...names));
      return stack.up();
    };
    done(await up("swap", "e1"));
    unchanged(await stack.up());
    done(await up("e1", "swap"));

    await fixture.host.ip("-n h link add theirs type bridge");
    const links = await fixture.host.ip("-n h -br link");
    const foreign = await up("theirs", "swap");
    assert.match(foreign.text, /Pair h\/e0: it already exists, and is not in this stack's state\n.*a device h\/theirs/);
    assert.deepEqual(await fixture.host.ip("-n h -br link"), links);
    // The engine deletes what is on it first.
    done(await up("e1", "swap"));

    const late = await up("swap", "e1", "dependsOn: p");
    assert.match(
      late.text,
      /Pair h\/e0: resource `b` of this stack already has it\n.*a device h\/swap[^\n]*\n.*an earlier update/,
    );
    done(await up("e1", "swap"));
    unchanged(await stack.up());
    await fixture.host.ip("-n h link del theirs");
    done(await stack.destroy());
  });

  it("the disk of the state is full: before anything is made, and for a time in the middle", async () => {
    const disk = await scratch("disk");
    fixture.atEnd(() => remove(disk));
    await fixture.host.run(["mount", "-n", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
    const stack = await fixture.stackOf(LAB, { PULUMI_BACKEND_URL: `file://${disk}?metadata=skip` });
    await full(disk);
    assert.match((await stack.up()).text, /no space left on device/);
    await roomy(disk);
    assert.deepEqual(await snapshot(fixture.host), before);
    const breakpoint = await Breakpoint.before(/RTM_NEWADDR .*local=10\.0\.1\.1$/);
    fixture.atEnd(() => breakpoint.close());
    const run = stack.start("up", breakpoint.env);
    await breakpoint.reached();
    await full(disk);
    await breakpoint.resume();
    await until("the address", async () => (await fixture.host.ip("-n net0 addr show veth0")).includes("10.0.1.1/24"));
    // The engine tries to store its state for half a minute.
    await roomy(disk);
    const { exitCode, stdout } = await run;
    assert.equal(exitCode, 0, stdout);
    await converges(stack);
  });

  it("/run is full: before anything is made, and in the middle", async () => {
    const stack = await fixture.stackOf(LAB);
    await fixture.host.run(["mount", "-n", "-o", "remount,size=64k", "/run"]);
    await full("/run");
    const { text } = await stack.up();
    assert.match(text, /could not be written\n.*\n.*Make room on the file system of \/run\/pulumi-netns/);
    await roomy("/run");
    assert.deepEqual(await snapshot(fixture.host), before);
    const halfway = await disturbed(stack, await Breakpoint.before(/mount target=\/run\/netns /), () => full("/run"));
    assert.match(halfway, /Namespace net[01]: could not make the namespace\n.*No space left on device\n.*Make room/);
    await roomy("/run");
    await converges(stack);
  });

  it("nft is killed while it makes a table", async () => {
    const stack = await fixture.stackOf(LAB);
    const breakpoint = await Breakpoint.before(/nft create table/);
    const text = await disturbed(stack, breakpoint, async (pid) => process.kill(pid, "SIGKILL"));
    assert.match(text, /Something killed it \(out of memory\?\): run `pulumi up` again/);
    await converges(stack);
  });

  it("a command hangs in a read, and in a delete: what cannot be told is not gone [25] [35]", async () => {
    const stack = await fixture.stackOf(LAB);
    await stack.config("netns:timeoutSeconds", "3");
    done(await stack.up());
    for (const [pattern, command] of [
      [/nft list table/, "refresh"],
      [/nft delete table/, "destroy"],
    ] as const) {
      const breakpoint = await Breakpoint.before(pattern);
      fixture.atEnd(() => breakpoint.close());
      Object.assign(stack.env, breakpoint.env);
      const { exitCode, text } = await stack[command]();
      assert.notEqual(exitCode, 0);
      assert.match(text, /Raise `customTimeouts` of the resource or `netns:timeoutSeconds`/);
      assert.equal((await stack.resources()).filter(({ type }) => type === "netns:index:Firewall").length, 1);
    }
    Object.assign(stack.env, { NODE_OPTIONS: undefined, LAB_FAULTS: undefined });
    await converges(stack);
  });

  it("a namespace is deleted, and an end of a pair renamed, while a device in it is changed", async () => {
    const stack = await fixture.stackOf(LAB);
    done(await stack.up());
    stack.env.MTU = "1400";
    const atFirst = () => Breakpoint.before(/net0 RTM_NEWLINK ifname=veth0 mtu=/);
    const deleted = await disturbed(stack, await atFirst(), () => fixture.host.ip("netns del net0"));
    assert.match(deleted, /VethPair net0\/veth0: it is gone right after it was made\n(.*\n)?.*run `pulumi up` again/);
    done(await stack.up());
    stack.env.MTU = "1300";
    const rename = () => fixture.host.ip("-n net0 link set veth0 down name other");
    const renamed = await disturbed(stack, await atFirst(), rename);
    assert.match(renamed, /VethPair net0\/veth0: could not set mtu of end a\n.*Cannot find device "veth0"/);
    await converges(stack);
  });

  it("an end of a pair is renamed, or moved, by another program", async () => {
    const stack = await fixture.stackOf(LAB);
    done(await stack.up());
    await fixture.host.ip("-n net0 link set veth0 down name other");
    done(await stack.up());
    await fixture.host.ip("-n net1 link set veth1 netns foreign0 name other");
    await converges(stack);
  });

  it("a plain file is in the place of a namespace", async () => {
    const stack = await fixture.stackOf(LAB);
    done(await stack.up());
    await fixture.host.ip("netns del net0");
    await fixture.host.run(["sh", "-c", "echo mine > /run/netns/net0"]);
    const refused = await stack.up();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.text, /there is the plain file \/run\/netns\/net0; it is left as it is\n.*Remove it/);
    assert.equal(await fixture.host.run(["cat", "/run/netns/net0"]), "mine");
    await fixture.host.run(["rm", "/run/netns/net0"]);
    await converges(stack);
  });
});
