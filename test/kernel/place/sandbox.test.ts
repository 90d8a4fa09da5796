import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Sandbox } from "../../../provider/place/sandbox";
import { UserLab } from "../../support/labHost/userLab";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

type Ensured = { sandbox: Sandbox; isNew: boolean };

describe("A sandbox of a user without rights", () => {
  let user: UserLab;
  before(async () => {
    user = await UserLab.start();
  });
  afterEach("nothing is left", async () => {
    await user.call("removeAll");
    assert.equal(await user.lab.run(["find", user.runtime, "-type", "f"]), "");
  });
  after(() => user.stop());

  const inside = (name: string, script: string) => user.run(user.inside(name, "sh", "-ec", script));
  const isThere = (pid: number) =>
    readFile(`/proc/${pid}/stat`, "utf8").then(
      (stat) => !/\) Z/.test(stat),
      () => false,
    );
  const gone = (pid: number) => until(`the end of ${pid}`, async () => !(await isThere(pid)));

  it("is made once, found again and entered as its root", async () => {
    const made = await user.call<Ensured>("ensure", "one");
    assert.equal(made.isNew, true);
    assert.deepEqual(await user.call("ensure", "one"), { sandbox: made.sandbox, isNew: false });
    assert.deepEqual(await user.call("find", "one"), made.sandbox);
    assert.deepEqual(await user.call("list"), [made.sandbox]);
    assert.equal(await user.call("find", "two"), null);
    assert.equal(await inside("one", "id -u; id -g"), "0\n0");
  });

  it("shows its root nothing of the machine's network, /run and processes", async () => {
    await user.lab.ip("netns add of-the-machine");
    await user.lab.ip("link add of-machine type bridge");
    const seen = await inside(
      "one",
      "ls /sys/class/net; ip netns; ip -br link | cut -d' ' -f1; find /run; ls /proc | grep -c '^[0-9]'",
    );
    assert.deepEqual(seen.split("\n").slice(0, -1), ["lo", "lo", "/run", "/run/netns"]);
    assert.ok(Number(seen.split("\n").at(-1)) < 10, seen);
    const refused = await user.tryRun(
      user.inside("one", "sh", "-c", "sysctl -w kernel.hostname=x kernel.pid_max=999; ip link del of-machine"),
    );
    assert.notEqual(refused.exitCode, 0);
    await user.lab.ip("link del of-machine");
    await user.lab.ip("netns del of-the-machine");
  });

  it("has things of the same names as another, and the machine sees none of them", async () => {
    for (const name of ["one", "two"]) await inside(name, "ip netns add h1; ip link add br0 type bridge; touch /run/x");
    for (const name of ["one", "two"]) assert.equal(await inside(name, "ip netns; ls /run"), "h1\nnetns\nx");
    assert.equal(await user.lab.run(["ip", "netns"]), "");
    assert.doesNotMatch(await user.lab.run(["ip", "link"]), /br0/);
  });

  it("has more uids than root's where newuidmap gives them", async function () {
    needs("newuidmap").call(this);
    const lines = async (name: string) => (await inside(name, "cat /proc/self/uid_map")).split("\n").length;
    assert.equal(await lines("alone"), 1);
    await user.lab.run(["sh", "-c", "echo ann:3000000:65536 | tee /etc/subuid >/etc/subgid"]);
    assert.equal(await lines("many"), 2);
    await inside("many", "touch /run/x; chown 33:33 /run/x; setpriv --reuid=33 --regid=33 --clear-groups -- true");
    await user.lab.run(["rm", "/etc/subuid", "/etc/subgid"]);
  });

  it("is one where many make it at once", async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => user.call<Ensured>("ensure", "one")));
    assert.equal(made.filter(({ isNew }) => isNew).length, 1);
    assert.equal(new Set(made.map(({ sandbox }) => sandbox.pid)).size, 1);
    assert.equal((await user.call<Sandbox[]>("list")).length, 1);
  });

  it("ends with all that runs in it, by its removal or by a signal from within", async () => {
    const pids = [];
    for (const name of ["one", "two"]) {
      const { sandbox } = await user.call<Ensured>("ensure", name);
      await inside(name, "setsid sleep 1000 >/dev/null 2>&1 &");
      pids.push(sandbox.pid, ...(await children(sandbox.pid)));
    }
    assert.ok(pids.length >= 6, String(pids));
    await user.call("removeAll");
    assert.deepEqual(
      await Promise.all(pids.map(isThere)),
      pids.map(() => false),
    );
    const { sandbox } = await user.call<Ensured>("ensure", "three");
    assert.equal((await user.tryRun(user.inside("three", "sh", "-c", "exit 7"))).exitCode, 7);
    assert.equal(await isThere(sandbox.pid), true);
    await user.tryRun(user.inside("three", "kill", "-TERM", "1"));
    await gone(sandbox.pid);
  });

  it("leaves a record alone when its keeper is killed, and the next takes its place", async () => {
    const { sandbox } = await user.call<Ensured>("ensure", "one");
    await inside("one", "setsid sleep 1000 >/dev/null 2>&1 &");
    const within = await children(sandbox.pid);
    process.kill(sandbox.pid, "SIGKILL");
    await Promise.all([sandbox.pid, ...within].map(gone));
    assert.equal(
      await user.lab.run(["find", user.runtime, "-type", "f"]),
      `${user.runtime}/pulumi-netns/sandboxes/one.json`,
    );
    assert.equal(await user.call("find", "one"), null);
    const next = await user.call<Ensured>("ensure", "one");
    assert.equal(next.isNew, true);
    process.kill(next.sandbox.pid, "SIGKILL");
    await gone(next.sandbox.pid);
    assert.deepEqual(await user.call("list"), []);
  });

  it("is whole or not there when who makes it is killed at any moment", async () => {
    for (let ms = 20; ms < 140; ms += 15) {
      const maker = user.lab.spawn([...user.as, ...user.driver("ensure", "one")], { cwd: "/", env: user.env });
      await Promise.race([wait(ms), maker]);
      for (const pid of await makers()) process.kill(pid, "SIGKILL");
      await maker;
      const { sandbox } = await user.call<Ensured>("ensure", "one");
      assert.deepEqual(await user.call("list"), [sandbox]);
      assert.equal(await inside("one", "ls /run"), "netns");
      await user.call("removeAll");
    }
  });

  it("is found without its record, which ends with a login", async () => {
    const { sandbox } = await user.call<Ensured>("ensure", "one");
    await user.lab.run(["rm", "-r", `${user.runtime}/pulumi-netns`]);
    assert.deepEqual(await user.call("find", "one"), sandbox);
    assert.deepEqual(await user.call("ensure", "one"), { sandbox, isNew: false });
  });

  it("ends with its owner, however that ends", async () => {
    const owner = user.lab.spawn([...user.as, ...user.driver("own", "one")], {
      cwd: "/",
      env: user.env,
    });
    const [line] = (await once(owner.stdout, "data")) as [Buffer];
    const { pid } = JSON.parse(String(line)) as Sandbox;
    await inside("one", "setsid sleep 1000 >/dev/null 2>&1 &");
    const within = await children(pid);
    for (const maker of await makers()) process.kill(maker, "SIGKILL");
    await Promise.all([pid, ...within].map(gone));
    await owner;
    assert.deepEqual(await user.call("list"), []);
  });

  it("is refused in a folder for records that is not this user's alone", async () => {
    const env = { ...user.env, XDG_RUNTIME_DIR: "/run/not-there", TMPDIR: "/run/tmp" };
    await user.lab.run(["sh", "-ec", `mkdir -m 1777 /run/tmp; ln -s ${user.home} /run/tmp/pulumi-netns-${user.uid}`]);
    const { exitCode, stderr } = await user.tryRun(user.driver("ensure", "one"), { env });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^could not keep the records .*\n {2}it is not a folder\n {2}Remove it/);
    await user.lab.run(["rm", `/run/tmp/pulumi-netns-${user.uid}`]);
    assert.match(await user.run(user.driver("ensure", "one"), { env }), /"isNew":true/);
    assert.equal(
      await user.lab.run(["find", "/run/tmp", "-type", "f", "-printf", "%P %m"]),
      `pulumi-netns-${user.uid}/sandboxes/one.json 600`,
    );
    await user.run(user.driver("removeAll"), { env });
    await user.lab.run(["rm", "-r", "/run/tmp"]);
  });

  for (const kind of ["user", "net", "mnt", "pid"]) {
    it(`is refused where user.max_${kind}_namespaces is 0`, async () => {
      const forbid = `echo 0 >/proc/sys/user/max_${kind}_namespaces; exec "$@"`;
      const own = ["unshare", "--user", "--map-root-user", "sh", "-ec", forbid, "sh"];
      const { exitCode, stderr } = await user.tryRun([...own, ...user.driver("ensure", "one")]);
      assert.equal(exitCode, 1);
      assert.match(stderr, new RegExp(`^could not make a sandbox\\n {2}user.max_${kind}_namespaces is 0 here: `));
      assert.match(stderr, new RegExp(`\\n {2}Allow it: sudo sysctl -w user.max_${kind}_namespaces=15000 `));
    });
  }

  it("is refused without util-linux", async () => {
    const { stderr } = await user.tryRun([
      "unshare",
      "--user",
      "--map-root-user",
      "--mount",
      "sh",
      "-ec",
      'mount --bind /dev/null /usr/bin/unshare; exec "$@"',
      "sh",
      ...user.driver("ensure", "one"),
    ]);
    assert.match(stderr, /^could not make a sandbox\n {2}there is no program unshare here\n {2}Install util-linux/);
  });

  async function children(pid: number): Promise<number[]> {
    const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
    return text.trim().split(" ").filter(Boolean).map(Number);
  }

  async function makers(): Promise<number[]> {
    const found = await user.lab.processes();
    const words = await Promise.all(found.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
    return found.filter((_, at) => words[at]?.startsWith(`${process.execPath}\0${user.folder}/driver.js`));
  }
});
