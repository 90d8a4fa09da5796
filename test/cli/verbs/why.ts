import assert from "node:assert/strict";
import type { VerbTests } from "../../support/suites/cliLab";
import { WITHOUT_RIGHTS } from "./ls";

export const why: VerbTests = (lab) => {
  it("says that a packet gets there, and by which way", async () => {
    const { exitCode, stdout } = await lab().type("netns why left right");
    assert.equal(exitCode, 0);
    const [first = "", , title, ...way] = stdout.split("\n");
    assert.match(first, /^left reaches 10\.3\.2\.2: the answer came in [\d.]+ ms\.$/);
    assert.equal(title, "The way there:");
    assert.match(way[0] ?? "", /^ {2}left: out by eth0; .*via 10\.3\.1\.1 dev eth0/);
  });

  it("says first what stops it, with the resource to change, in red for people", async () => {
    await lab().host.run(["ip", "netns", "exec", "router", "sysctl", "-qw", "net.ipv4.ip_forward=0"]);
    try {
      const { exitCode, stdout } = await lab().typeOnTerminal("netns why left right --wait 0.3");
      assert.equal(exitCode, 1);
      const [first = ""] = stdout.split("\n");
      assert.ok(first.startsWith("\u001b[31mrouter gets a packet for 10.3.2.2, and does not forward"), first);
      assert.ok(first.includes("the Sysctl forwarding of the stack"), first);
      const { change, code } = JSON.parse((await lab().type("netns why left right --wait 0.3 --json")).stdout);
      assert.deepEqual([code, change.resource], ["no-forwarding", "forwarding value"]);
    } finally {
      await lab().host.run(["ip", "netns", "exec", "router", "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    }
  });

  it("knows whether somebody listens, on a port of tcp and of udp", async () => {
    const tcp = await lab().type("netns why left right --tcp 81");
    assert.match(tcp.stdout, /^Nobody on right listens on TCP port 81 of 10\.3\.2\.2: start a program on right/);
    const udp = await lab().type("netns why left right --udp 81");
    assert.match(udp.stdout, /^Nobody on right listens on UDP port 81 of 10\.3\.2\.2/);
    assert.deepEqual([tcp.exitCode, udp.exitCode], [1, 1]);
  });

  it("refuses what no packet can be, and hosts that are not in the stack", async () => {
    for (const [words, said] of [
      ["left right --tcp 0", /whole number from 1 to 65535/],
      ["left right --tcp 1 --udp 1", /cannot be used with/],
      ["left right --size 10", /whole number from 60/],
      ["left right -4 -6", /cannot be used with/],
    ] as const) {
      const { exitCode, stderr } = await lab().type(`netns why ${words}`);
      assert.match(stderr, said);
      assert.equal(exitCode, 2);
    }
    for (const [word, todo] of [
      ["fe80::1%eth0", "Write fe80::1 alone; `netns why` takes a device as `-I eth0`."],
      ["10.3.2.2/24", "Write 10.3.2.2 alone, without the length of its prefix."],
      ["300.1.1.1", "An address is written as 10.0.0.2 or 2001:db8::2; `netns ls` shows those of the hosts."],
    ]) {
      const { exitCode, stderr } = await lab().type(`netns why left ${word}`);
      const said = `error: ${word} is no address of one host, and no name of a host\n  ${todo}`;
      assert.deepEqual([exitCode, stderr], [3, said]);
    }
    for (const [words, said] of [
      ["left wright", /the stack has no host wright\n.*Did you mean right\?/],
      ["left 10.3.1.255", /10\.3\.1\.255 is the broadcast address of a network of (left|router)/],
      ["left ff02::1", /ff02::1 is a multicast address\n/],
      ["left right -I nope", /left has no device nope\n.*eth0/],
    ] as const) {
      const { exitCode, stderr } = await lab().type(`netns why ${words}`);
      assert.match(stderr, said);
      assert.equal(exitCode, 3);
    }
  });

  it("asks for rights where they are missing", async () => {
    const { exitCode, stderr } = await lab().type(`${WITHOUT_RIGHTS} netns why left right`);
    assert.equal(exitCode, 3);
    assert.match(
      stderr,
      /^error: this user may not enter the lab\n {2}the process lacks CAP_NET_ADMIN and CAP_SYS_ADMIN\n/,
    );
  });
};
