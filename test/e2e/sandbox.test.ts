import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { chmod } from "node:fs/promises";
import path from "node:path";
import type { Sandbox } from "../../provider/place/sandbox";
import { exampleFolder, makeProject, remove, root } from "../support/engine/project";
import type { Stack } from "../support/engine/pulumi";
import { ovsStage } from "../support/labHost/ovs";
import { type Snapshot, snapshot } from "../support/labHost/snapshot";
import { commandOf, settingsOf } from "../support/labHost/unit";
import { UserLab } from "../support/labHost/userLab";
import { changesOf, done } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";
import { cases, sample } from "../support/suites/soak";
import { until } from "../support/suites/until";
import { cloneRepository } from "./clone";

/** The processes of a run, by their words. */
const PROCESSES: Record<string, RegExp> = {
  keeper: /^sh -c .* pulumi-netns-sandbox killed$/,
  worker: /^\S*node \S+ --worker=/,
  plugin: /^\S*node \S+pulumi-resource-netns 127/,
  engine: /^pulumi up /,
};

/** The examples that are not among "each", and why. */
const ELSEWHERE: Record<string, string> = {
  container: "has runc make a container, which takes root",
  ovs: "has a test of its own",
  star: "has a test of its own",
  testing: "is no project",
  "testing-python": "is no project",
  languages: "is three projects, with tests of their own",
  "one-host-one-address": "has no ping that is answered",
  "two-hosts": "is on lab hosts, over ssh",
  "vlan-bridge": "takes CONFIG_BRIDGE_VLAN_FILTERING",
};

const LAB = `
const netns = require("pulumi-netns");
new netns.Namespace("net0");
`;

/** What is the machine's, but for the last. */
const BEYOND = `
const netns = require("pulumi-netns");
new netns.Vlan("vlan", { parent: "eth0", name: "eth0.5", vid: 5 });
new netns.LinkSettings("settings", { device: "eth0", mtu: 1400 });
new netns.Sysctl("sysctl", { key: "net.core.rmem_max", value: 4190208 });
new netns.Sysctl("hidden", { key: "net.core.netdev_max_backlog", value: 999 });
new netns.Tap("tap", { name: "tap0" });
`;

describe("pulumi of a user without rights, in a sandbox", function () {
  this.timeout(240_000);
  let user: UserLab;
  let empty: Snapshot;
  before(needs("root", "setpriv", "nsenter", "ip", "ping", "pulumi"));
  before(async () => {
    user = await UserLab.start();
    // It makes the folder of records.
    await user.call("list");
    empty = await snapshot(user.lab);
  });
  afterEach("nothing is left, and the machine is as it was", async () => {
    // The engine does not wait for the sandbox to end with its run.
    await until("the end of all sandboxes", async () => (await sandboxes()).length === 0);
    assert.deepEqual(await snapshot(user.lab), empty);
  });
  after(() => user?.stop());

  const sandboxes = async () => (await user.call<Sandbox[]>("list")).map(({ name }) => name);

  /** Brings an example up in a sandbox, and destroys it after its test. */
  async function during(example: string, sandbox: string, test: (stack: Stack) => Promise<void>, config = {}) {
    const stack = await user.stack(exampleFolder(example), sandbox);
    for (const [key, value] of Object.entries<string>(config)) await stack.config(key, value);
    try {
      done(await stack.up());
      await test(stack);
    } finally {
      const destroyed = await stack.destroy();
      await stack.close();
      done(destroyed);
    }
  }

  /** What the example says to try next, typed in its sandbox. */
  async function tries(stack: Stack, sandbox: string): Promise<void> {
    const { try: command } = await stack.outputs();
    const words = String(command).split(" ");
    const once = words.includes("ping") ? ["-c", "1", "-W", "5"] : [];
    // The first packet may come before a port forwards.
    const works = async () => {
      const { stdout } = await user.within(sandbox).tryRun([...words, ...once]);
      return / 0% packet loss|state forwarding|Hello from the lab|Name:\s+h2\.lab/.test(stdout);
    };
    await until(`an answer: ${command}`, works);
  }

  it("makes each example that needs no device of the machine", async () => {
    const names = readdirSync(path.join(root, "examples")).filter((name) => !(name in ELSEWHERE));
    assert.ok(names.length >= 9, names.join());
    for (const name of sample(names, cases(4, Infinity))) {
      const config = name === "one-host-arp" ? { answers: "true" } : {};
      await during(name, "each", (stack) => tries(stack, "each"), config);
      await until("the end of the sandbox", async () => (await sandboxes()).length === 0);
    }
  });

  it("makes the star of a hundred hosts", () =>
    during("star", "star", (stack) => tries(stack, "star"), { hosts: "100" }));

  it("makes a lab on Open vSwitch in userspace, whose daemons run in the sandbox", async function () {
    needs("ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ethtool").call(this);
    const [inside, stage] = [user.within("ovs"), ovsStage()];
    await stage.set(inside);
    await during("ovs", "ovs", async () => {
      const ping = await inside.run(["ip", "netns", "exec", "red1", "ping", "-c", "1", "-W", "20", "10.0.6.2"]);
      assert.match(ping, / 0% packet loss/);
    });
    assert.deepEqual(await sandboxes(), ["ovs"]);
    await user.call("removeAll");
    await stage.clear(inside);
  });

  it("makes the same lab twice in two sandboxes, and a change of one leaves the other alone", async () => {
    await during("two-namespaces", "one", async (one) => {
      await during("two-namespaces", "two", async (two) => {
        assert.deepEqual((await sandboxes()).sort(), ["one", "two"]);
        await user.within("one").ip("netns del net0");
        await tries(two, "two");
        assert.deepEqual(changesOf(done(await two.refresh())), []);
        done(await one.refresh());
        assert.notDeepEqual(changesOf(done(await one.up())), []);
        await tries(one, "one");
      });
    });
  });

  it("is what npm run up takes by itself for a user without rights, and says so", async () => {
    const folder = await cloneRepository(user.lab, "/mnt/repository");
    try {
      await user.lab.run(["chown", "-R", `${user.uid}:${user.uid}`, folder]);
      const type = (line: string) => user.tryRun(["bash", "-c", line], { cwd: folder });
      const up = await type("npm run up");
      assert.equal(up.exitCode, 0, up.stdout + up.stderr);
      assert.match(up.stderr, /^This user is not root, so the lab is in a sandbox, lab: /m);
      assert.match(up.stdout, /\+ 6 created/);
      const [, next = ""] = /^Try next: (.*)$/m.exec(up.stdout) ?? [];
      assert.match((await type(`${next} -c 1 -W 5`)).stdout, / 0% packet loss/, next);
      const destroyed = await type("npm run refresh && npm run destroy");
      assert.equal(destroyed.exitCode, 0, destroyed.stdout + destroyed.stderr);
    } finally {
      await remove(folder);
    }
  });

  it("comes back by the unit for boots, run as this user, when all that was below /run is gone", async () => {
    const folder = await makeProject(LAB, { plugin: "/mnt/repository/dist/plugin", modules: "/mnt/repository" });
    const stack = await user.stack(folder, "boot");
    try {
      const { file } = await settingsOf(stack);
      await user.lab.run(["chown", "-R", `${user.uid}:${user.uid}`, folder, stack.home]);
      const { argv, env } = await commandOf(`${file}\nNETNS_SANDBOX=boot`, { user: "ann", home: user.home });
      for (const _ of ["first", "second"]) {
        const ran = await user.tryRun(argv, { env, timeoutMs: 100_000 });
        assert.match(ran.stdout, / net0 created /, `${ran.exitCode} ${ran.stdout}${ran.stderr}`);
        // What the unit has no XDG_RUNTIME_DIR for; the sandbox outlives its command.
        const [there] = JSON.parse(await user.run(user.driver("list"), { env })) as Sandbox[];
        assert.equal(there?.name, "boot");
        process.kill(there?.pid ?? 0, "SIGKILL");
        await until("the end of the sandbox", async () => (await sandboxes()).length === 0);
      }
    } finally {
      await stack.close();
      await remove(folder);
      await user.lab.run(["rm", "-rf", `/tmp/pulumi-netns-${user.uid}`]);
    }
  });

  it("says what it cannot do without root", async () => {
    const folder = await makeProject(BEYOND, { plugin: "/mnt/repository/dist/plugin" });
    await chmod(folder, 0o755);
    const stack = await user.stack(folder, "beyond");
    const up = await stack.up("--continue-on-error");
    assert.notEqual(up.exitCode, 0);
    for (const what of [
      "Vlan eth0.5: could not make",
      "LinkSettings eth0: there is",
      "Sysctl :net.core.rmem_max",
      "Sysctl :net.core.netdev_max_backlog",
    ])
      assert.match(up.text, new RegExp(`error: netns:index:${what}.*\\n( +.*\\n)+ +This is in the sandbox beyond, `));
    assert.match(await user.within("beyond").ip("-br link"), /^tap0 /m);
    done(await stack.destroy());
    await stack.close();
    await remove(folder);
  });

  it("goes on with the next up when its keeper, worker, plugin or engine is killed in the middle", async () => {
    const stack = await user.stack(exampleFolder("router"), "killed");
    for (const what of Object.keys(PROCESSES)) {
      const running = stack.start("up");
      await Promise.race([killed(what), running.then(() => Promise.reject(new Error(`${what} was not killed`)))]);
      await running;
      await stack.run(["cancel", "--yes", "--non-interactive"]);
    }
    done(await stack.refresh("--clear-pending-creates"));
    done(await stack.up());
    await tries(stack, "killed");
    done(await stack.destroy());
    await stack.close();
  });

  /** Kills one of the processes of a run, as soon as its sandbox is there. */
  async function killed(what: string): Promise<void> {
    await until(what, async () => {
      const listed = await user.lab.run(["ps", "-o", "pid=,args=", "-U", String(user.uid)]).catch(() => "");
      const rows = listed.split("\n").map((line) => line.trim().split(/ +(.*)/s));
      const [pid] = rows.find(([, args = ""]) => PROCESSES[what]?.test(args)) ?? [];
      const isBegun = pid && (await user.tryRun(user.driver("find", "killed"))).stdout !== "null\n";
      return isBegun && process.kill(Number(pid), "SIGKILL");
    });
  }
});
