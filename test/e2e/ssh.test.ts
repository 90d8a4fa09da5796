import assert from "node:assert/strict";
import { distDir } from "../../tools/places.mjs";
import { exampleFolder, makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { snapshot } from "../support/labHost/snapshot";
import { type SshHost, SshLab } from "../support/labHost/sshLab";
import { changesOf, done, unchanged } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

/** A namespace and a process on each of two hosts: of root on one, and in a sandbox of a user without rights on one of choice. */
const TWO_HOSTS = `
const netns = require("pulumi-netns");
const on = (name, config) => ({ provider: new netns.Provider(name, config) });
const lab1 = on("lab1", { host: "ssh://root@lab1" });
const lab2 = on("lab2", { host: process.env.SECOND, sandbox: process.env.SANDBOX || undefined });
for (const [name, options] of Object.entries({ lab1, lab2 })) {
  const a = new netns.Namespace(name + "-a", { name: "a" }, options);
  new netns.VethPair(name + "-cable", { a: { name: "to-b", namespace: a.name }, b: { name: "to-a" } }, options);
  new netns.Process(name + "-process", { name: "p", namespace: a.name, argv: ["sleep", "2345"] }, options);
}`;

/** What runs in its namespace. */
const COMMANDS = "ps -o args= $(ip netns pids a)";

describe("Labs on hosts over ssh", function () {
  this.timeout(180_000);
  let lab: SshLab;
  const opened: Stack[] = [];
  const folders: string[] = [];

  before(needs("root", "nsenter", "ip", "ping", "ssh", "sshd", "sudo", "pulumi"));
  before(async () => {
    lab = await SshLab.start({ hosts: ["lab1", "lab2", "far"], jump: true });
  });
  afterEach(async () => {
    for (const stack of opened.splice(0)) await stack.close();
    for (const folder of folders.splice(0)) await remove(folder);
  });
  after(() => lab?.stop());

  const open = async (folder: string, config: Record<string, string>): Promise<Stack> => {
    const stack = await Stack.open({ host: lab.engine, folder, env: { HOME: lab.env.HOME } });
    opened.push(stack);
    for (const [key, value] of Object.entries(config)) await stack.config(`netns:${key}`, value);
    return stack;
  };
  const project = async (program: string) => {
    const folder = await makeProject(program);
    folders.push(folder);
    return folder;
  };
  /** A line as one types it on the engine's machine, for a sandbox on a lab host. */
  const typeIn = (stack: Stack, line: string) => {
    const env = { ...stack.env, PATH: `${distDir}/cli:${lab.env.PATH}` };
    return lab.engine.tryRun(["bash", "-c", line], { cwd: stack.folder, env });
  };
  /** What is to be the same in the end: on the host, and where the engine is. */
  const all = async ({ lab: host }: SshHost) => [
    await snapshot(host),
    (await host.processes()).length,
    await snapshot(lab.engine),
    await lab.engine.processes(),
  ];

  it("live as they do here, for a user who may use sudo there; who only looks needs no host [1]", async () => {
    const host = lab.host("lab1");
    const empty = await all(host);
    const stack = await open(exampleFolder("two-namespaces"), { host: host.url("ann"), sudo: "true" });
    assert.deepEqual(done(await stack.preview()).changes, { create: 6 });
    assert.equal(await host.lab.run(["ls", "-A", "/home/ann"]), "");
    done(await stack.up());
    await host.lab.run(["ip", "netns", "exec", "net0", "ping", "-c1", "-W5", "10.0.1.2"]);
    unchanged(await stack.up());
    unchanged(await stack.preview());
    unchanged(await stack.refresh());
    await host.lab.ip("netns del net1");
    assert.deepEqual(changesOf(done(await stack.up("--refresh"))).sort(), [
      ...["create Address left", "create Address right", "create Namespace net1", "create VethPair link"],
    ]);
    done(await stack.destroy());
    assert.deepEqual(await all(host), empty);
  });

  it("are a Topology behind a host that one jumps through, for root, and come back after that was rebooted", async () => {
    const host = lab.host("far");
    const stack = await open(exampleFolder("star"), { host: host.url("root") });
    await stack.config("hosts", "5");
    done(await stack.up());
    unchanged(await stack.refresh());
    const made = await snapshot(host.lab);
    await host.reboot();
    const empty = await snapshot(host.lab);
    done(await stack.up("--refresh"));
    assert.deepEqual(Object.keys((await snapshot(host.lab)).networks), Object.keys(made.networks));
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await snapshot(host.lab), empty);
  });

  it("are on several hosts in one program, one in a sandbox there, and made anew on another one where that is named", async () => {
    const [first, second] = [lab.host("lab1"), lab.host("lab2")];
    const before = [await all(first), await all(second)];
    const stack = await open(await project(TWO_HOSTS), {});
    // All these hosts have the same processes: of two sandboxes of a name, each would be found on both.
    Object.assign(stack.env, { SECOND: second.url("ann"), SANDBOX: "second" });
    done(await stack.up());
    assert.match(await first.lab.ip("-n a -br link show to-b type veth"), /^to-b@/);
    assert.match(await first.lab.run(["sh", "-c", COMMANDS]), /^sleep 2345$/m);
    assert.equal(await second.lab.run(["ls", "/run/netns"]), "");
    const typed = await typeIn(
      stack,
      `netns sandbox enter second --host ${second.url("ann")} -- sh -c '${COMMANDS}; ip -n a -br link show to-b type veth'`,
    );
    assert.match(typed.stdout, /^sleep 2345$[\s\S]*^to-b@/m, typed.stderr);
    unchanged(await stack.up("--refresh"));
    Object.assign(stack.env, { SECOND: lab.host("far").url("ann"), SANDBOX: "third" });
    const shown = done(await stack.preview());
    assert.deepEqual(
      changesOf(shown).filter((each) => each.includes("lab1")),
      [],
      shown.text,
    );
    assert.deepEqual(shown.changes.replace, 4, shown.text);
    done(await stack.up());
    assert.deepEqual(await all(second), before[1]);
    const left = `netns sandbox list --host ${second.url("ann")}`;
    await until("the end of its sandbox", async () => /^third\t\d+$/.test((await typeIn(stack, left)).stdout));

    // It is gone for good, and its lab is to be where it was first.
    await lab.configure("far", ["Host far", "HostName nowhere.invalid"]);
    Object.assign(stack.env, { SECOND: second.url("root"), SANDBOX: "" });
    assert.match(
      (await stack.up()).text,
      /could not reach the lab host ssh:\/\/ann@far.*\n.*NETNS_DELETE_UNREACHABLE=true/s,
    );
    stack.env.NETNS_DELETE_UNREACHABLE = "true";
    const moved = done(await stack.up());
    assert.match(moved.text, /warning: .*taken for gone: could not reach the lab host/);
    assert.match(await second.lab.ip("-n a -br link show to-b type veth"), /^to-b@/);
    done(await stack.destroy());
    assert.deepEqual([await all(first), await all(second)], before);
  });
});
