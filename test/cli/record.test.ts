import assert from "node:assert/strict";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { LabHost } from "../support/labHost/labHost";
import { needs, skipThis } from "../support/suites/needs";

const NETNS = path.join(distDir, "cli", "netns");

const LAB = `#!/bin/sh -e
echo "in $PWD, given $1"
ip netns add a
ip netns add b
ip link add v0 netns a type veth peer name v1 netns b
ip -n a link set v0 up
ip -n b link set v1 up
ip -n a addr add 10.0.0.1/24 dev v0
ip netns exec b sysctl -qw net.ipv4.ip_forward=1
ip link add br0 type bridge
ip link set br0 up
ls /sys/class/net
`;

const PROGRAM = `import * as netns from "pulumi-netns";

const a = new netns.Namespace("a", { loopbackUp: false });
const b = new netns.Namespace("b", { loopbackUp: false });

const aB = new netns.VethPair("a-b", {
  a: { name: "v0", namespace: a.name },
  b: { name: "v1", namespace: b.name },
});

new netns.Bridge("br0");

new netns.Sysctl("ip_forward", {
  namespace: b.name,
  key: "net.ipv4.ip_forward",
  value: 1,
});

new netns.Address("v0", {
  namespace: a.name,
  device: aB.a.name,
  address: "10.0.0.1/24",
});
`;

describe("netns record", function () {
  this.timeout(60_000);
  let host: LabHost;
  let folder: string;
  before(needs("root", "nsenter", "ip", "unshare", "setpriv"));
  before(async () => {
    host = await LabHost.start();
    folder = await mkdtemp("/tmp/netns-record-");
    await chmod(folder, 0o755);
    for (const [name, text, mode] of [
      ["lab.sh", LAB, 0o755],
      ["empty.sh", "", 0o644],
      ["failing.sh", "ip netns add half\nfalse || exit 7\n", 0o644],
      ["daemons.sh", "ip netns add a\nsetsid sh -c 'sleep 600' &\nsleep 601 >/dev/null 2>&1 &\n", 0o644],
      ["endless.sh", "ip netns add a\nsleep 602\n", 0o644],
    ] as const) {
      await writeFile(path.join(folder, name), text);
      await chmod(path.join(folder, name), mode);
    }
  });
  after(async () => {
    await rm(folder, { recursive: true });
    await host.stop();
  });
  afterEach("nothing is left of the script", async () => {
    assert.deepEqual(await readdir(`/proc/${host.pid}/root/run/netns`), []);
    assert.deepEqual(await host.processes(), []);
    assert.doesNotMatch(await host.run(["ip", "-br", "link"]), /br0/);
  });

  const record = (words: string[], before: string[] = []) =>
    host.tryRun([...before, process.execPath, NETNS, "record", ...words], { cwd: folder });

  it("writes what a script makes as a program, and keeps apart what the script writes", async () => {
    const ran = await record(["lab.sh", "word"]);
    assert.deepEqual(ran, { exitCode: 0, stdout: PROGRAM.trimEnd(), stderr: `in ${folder}, given word\nbr0\nlo` });
  });

  it("does the same without rights, where the kernel lets users make namespaces", async function () {
    const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const isAble =
      (await host.tryRun([...nobody, "unshare", "--user", "--map-root-user", "--net", "true"])).exitCode === 0;
    const mayRead = (await host.tryRun([...nobody, process.execPath, NETNS, "--version"])).exitCode === 0;
    if (!isAble) skipThis(this, "namespaces of users");
    if (!mayRead) skipThis(this, "a clone that other users may read");
    const ran = await record(["lab.sh", "word"], nobody);
    assert.equal(ran.stdout, PROGRAM.trimEnd(), ran.stderr);
    assert.equal(ran.exitCode, 0);
  });

  it("passes on that a script fails, with what it had made until then", async () => {
    const ran = await record(["failing.sh"]);
    assert.equal(ran.exitCode, 7);
    assert.match(ran.stdout, /new netns\.Namespace\("half"/);
    assert.match(ran.stderr, /ended with exit code 7/);
  });

  it("ends what a script leaves running, and a script that does not end", async () => {
    const left = await record(["daemons.sh"]);
    assert.equal(left.exitCode, 0);
    assert.match(left.stderr, /left processes running, which no resource describes: .*sleep/);
    const late = await record(["--timeout", "1", "endless.sh"]);
    assert.equal(late.exitCode, 124);
    assert.match(late.stdout, /new netns\.Namespace\("a"/);
    assert.match(late.stderr, /ran for more than 1 s/);
  });

  it("says that there is no such script, and writes nothing", async () => {
    for (const [script, stderr] of [
      ["nowhere.sh", "error: could not record nowhere.sh\n  there is no such file"],
      ["", 'error: could not record ""\n  there is no such file'],
      ["/tmp", "error: could not record /tmp\n  it is a folder"],
      ["/dev/null", "error: could not record /dev/null\n  it is no regular file"],
    ] as const) {
      assert.deepEqual(await record([script]), { exitCode: 125, stdout: "", stderr });
    }
  });

  it("says, as `netns code` does, where there is nothing to write a program for", async () => {
    const stdout = 'import * as netns from "pulumi-netns";\n';
    const stderr = "Nothing was found that a resource describes: the program is empty.";
    assert.deepEqual(await record(["empty.sh"]), { exitCode: 0, stdout, stderr });
    const code = [process.execPath, NETNS, "code"];
    assert.deepEqual(await host.tryRun(code), { exitCode: 0, stdout, stderr });
    assert.match((await host.tryRun([...code, ""])).stderr, /\n {2}there is no namespace ""\n/);
  });
});
