import assert from "node:assert/strict";
import path from "node:path";
import { exampleFolder, root } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { SshLab } from "../support/labHost/sshLab";
import { looksAsInPicture } from "../support/suites/examplePicture";
import { changesOf, done, inNetns, unchanged } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

const NETNS = path.join(root, "dist/cli/netns");

describe("examples/two-hosts, on two machines that ssh leads to", function () {
  this.timeout(180_000);
  let lab: SshLab;
  let stack: Stack;
  /** What is there of a lab on the machines: namespaces, devices, and sockets of VXLAN. */
  const seen = () =>
    Promise.all(
      lab.hosts.map((host) =>
        host.lab.run(["sh", "-c", "ip netns list; ip -o link show type vxlan; ss -Huln 'sport = 4789'"], { cwd: "/" }),
      ),
    );
  const ping = (from: "h1" | "h2", bytes = 84) => {
    const [machine, to] = from === "h1" ? [lab.host("lab1"), "10.4.0.2"] : [lab.host("lab2"), "10.4.0.1"];
    return inNetns(machine.lab, from, `ping -c 1 -W 2 -M do -s ${bytes - 28} ${to}`);
  };

  before(needs("root", "nsenter", "ip", "ping", "pulumi", "ssh", "sshd"));
  before(async () => {
    lab = await SshLab.start({ hosts: ["lab1", "lab2"] });
    stack = await Stack.open({ host: lab.engine, folder: exampleFolder("two-hosts"), env: lab.env });
    done(await stack.up());
  });
  after(async () => {
    await stack?.close();
    await lab?.stop();
  });

  it("looks as in its picture", () => looksAsInPicture(lab.engine, stack));

  it("has each host on its machine, which reach each other by packets of the MTU of the path, and of no more", async () => {
    assert.deepEqual(await stack.outputs(), { ...(await stack.outputs()), mtu: 1450 });
    assert.equal((await ping("h1", 1450)).exitCode, 0);
    assert.equal((await ping("h2", 1450)).exitCode, 0);
    assert.match((await ping("h1", 1451)).stderr, /message too long, mtu[=:] ?1450/);
  });

  it("is as it should be: a second up changes nothing", async () => {
    unchanged(await stack.up());
  });

  it("is pinged by netns from either machine, captured at both ends of its cable, and no matter of why", async () => {
    const netns = (line: string) =>
      lab.engine.tryRun(["sh", "-c", `${NETNS} ${line}`], { cwd: stack.folder, env: stack.env });
    const pinged = await netns("ping");
    assert.equal(pinged.exitCode, 0, pinged.stdout + pinged.stderr);
    assert.match(pinged.stdout, /^h1\th2\t10\.4\.0\.2\tyes\tyes\t.*\nh2\th1\t10\.4\.0\.1\tyes\tyes\t/);
    let isOver = false;
    const capturing = netns("capture cable icmp -c 2").finally(() => (isOver = true));
    await until("two frames", async () => (await ping("h1")).exitCode === 0 && isOver);
    const captured = await capturing;
    assert.match(captured.stderr, /^listening on h1\/eth0, h2\/eth0\n/);
    const { exitCode, stderr } = await netns("why h2 10.4.0.1");
    assert.equal(exitCode, 3);
    assert.match(stderr, /h1 is in another place than h2\n +h1 is on ssh:\/\/root@lab1, .*\n.*netns ping h2 h1/);
  });

  it("has the half of a machine back that has restarted, and leaves the other one as it is", async () => {
    await lab.host("lab2").reboot();
    assert.notEqual((await ping("h1")).exitCode, 0);
    const lost = ["create Address right", "create Namespace h2", "create Vxlan cable-b"];
    assert.deepEqual(changesOf(done(await stack.up())).sort(), lost);
    // Its MAC address is another one by now, of which the other machine hears when it is asked for its own.
    assert.equal((await ping("h2")).exitCode, 0);
  });

  it("leaves nothing behind after destroy", async () => {
    done(await stack.destroy());
    assert.deepEqual(await stack.resources(), []);
    assert.deepEqual(await seen(), ["", ""]);
  });
});
