import assert from "node:assert/strict";
import type { VerbTests } from "../../support/suites/cliLab";
import { until } from "../../support/suites/until";
import { WITHOUT_RIGHTS } from "./ls";

export const exec: VerbTests = (lab) => {
  it("runs a command in a host, with or without `--`, and passes its exit code on", async () => {
    const ping = await lab().type("netns exec left -- ping -c 1 -W 5 10.3.2.2");
    assert.match(ping.stdout, /1 received/);
    assert.deepEqual(await lab().type("netns exec left sh -c 'ls /sys/class/net; exit 7'"), {
      exitCode: 7,
      stdout: "eth0\nlo",
      stderr: "",
    });
  });

  it("leaves it input, output and error as they are", async () => {
    const ran = await lab().type("echo in | netns exec left -- sh -c 'cat; echo err >&2'");
    assert.deepEqual(ran, { exitCode: 0, stdout: "in", stderr: "err" });
    // Its output is the pipe that it was, which breaks.
    assert.equal((await lab().type("set -o pipefail; netns exec left yes | head -n 1")).exitCode, 141);
    const { stdout } = await lab().typeOnTerminal("netns exec left -- sh -c 'test -t 0 && test -t 1 && tty'");
    assert.match(stdout, /^\/dev\/pts\/\d+$/);
  });

  it("is the command itself, from its process to the signal that ends it", async () => {
    const { stdout } = await lab().type("netns exec left -- sleep 60 >/dev/null 2>&1 & echo $!");
    const pid = Number(stdout);
    await until("sleep", async () => (await lab().host.run(["cat", `/proc/${pid}/comm`])) === "sleep");
    assert.equal((await lab().host.ip(`netns identify ${pid}`)).trim(), "left");
    process.kill(pid, "SIGTERM");
    await until("its end", async () => !(await lab().host.processes()).includes(pid));
    assert.equal((await lab().type("netns exec left -- sh -c 'kill -TERM $$'; echo $?")).stdout, "143");
  });

  it("shows it the host's own files of /etc/netns in the place of those in /etc", async () => {
    const { host } = lab();
    await host.run(["sh", "-c", OWN_ETC]);
    try {
      const ran = await lab().type("netns exec left cat /etc/resolv.conf");
      assert.equal(ran.stdout, "nameserver 10.3.1.1");
      assert.equal(ran.stderr, "netns: mount --bind /etc/netns/left/nowhere /etc/nowhere: ENOENT");
      const other = await lab().type("netns exec right cat /etc/resolv.conf");
      assert.deepEqual(other, { ...other, exitCode: 0, stderr: "" });
      assert.doesNotMatch(other.stdout, /10\.3\.1\.1/);
    } finally {
      await host.run(["sh", "-c", "umount /etc; rm -r /run/etc"]);
    }
  });

  it("says what cannot be run, as env(1) does", async () => {
    assert.deepEqual(await lab().type("netns exec left -- no-such-program"), {
      exitCode: 127,
      stdout: "",
      stderr: "error: could not start no-such-program\n  No such file or directory",
    });
    assert.equal((await lab().type("netns exec left /etc/passwd")).exitCode, 126);
  });

  it("says which hosts there are not", async () => {
    assert.deepEqual(await lab().type("netns exec rigth true"), {
      exitCode: 125,
      stdout: "",
      stderr: "error: the stack has no host rigth\n  Did you mean right? `netns ls` lists the hosts.",
    });
  });

  it("says that a host has gone", async () => {
    const { host } = lab();
    await host.run(["sh", "-c", "touch /run/kept; mount --bind /run/netns/right /run/kept; ip netns del right"]);
    try {
      assert.deepEqual(await lab().type("netns exec right true"), {
        exitCode: 125,
        stdout: "",
        stderr:
          "error: the host right is not there\n  there is no /run/netns/right\n" +
          "  It is in the stack, so it was there: `pulumi up` makes it again. Is this the machine that the lab is on?",
      });
    } finally {
      await host.run(["sh", "-c", "touch /run/netns/right; mount --bind /run/kept /run/netns/right; umount /run/kept"]);
    }
  });

  it("says who may not", async () => {
    const ran = await lab().type(`${WITHOUT_RIGHTS} netns exec left true`);
    assert.equal(ran.exitCode, 125);
    assert.match(
      ran.stderr,
      /^error: this user may not enter the host left\n {2}the process lacks CAP_NET_ADMIN and CAP_SYS_ADMIN\n {2}Run it as root: sudo /,
    );
  });

  it("does nothing on a machine that is not the lab's", async () => {
    const ran = await lab().type("NETNS_OFFLINE=true netns exec left true");
    assert.equal(ran.exitCode, 125);
    assert.match(ran.stderr, /`netns:offline` is set: this is not the machine of the lab/);
  });
};

/** An /etc of the lab's own, with files for one of its hosts, one of which has no place in /etc. */
const OWN_ETC = `
  cp -a /etc /run/etc
  mkdir -p /run/etc/netns/left
  echo nameserver 10.3.1.1 >/run/etc/netns/left/resolv.conf
  touch /run/etc/resolv.conf /run/etc/netns/left/nowhere
  mount --bind /run/etc /etc`;
