import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import type { LabHost } from "../support/labHost/labHost";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

const PING = "ping -c 2 -W 1 -I veth0 1.1.1.2";
const REQUEST = /Request who-has 1\.1\.1\.2 tell 1\.1\.1\.1,/;
const REPLY = /Reply 1\.1\.1\.2 is-at /;
const ECHO_REQUEST = /1\.1\.1\.1 > 1\.1\.1\.2: ICMP echo request/;
const ECHO_REPLY = /1\.1\.1\.2 > 1\.1\.1\.1: ICMP echo reply/;

exampleSuite("one-host-arp", (lab) => {
  let before: string;

  it("fails with the kernel's settings: veth1 gets the request, and gives no reply", async () => {
    before = await settings(lab.host);
    const captures = await listen(lab.host);
    const ping = await inNetns(lab.host, "host", PING);
    assert.equal(ping.exitCode, 1);
    assert.match(ping.stdout, /2 packets transmitted, 0 received, 100% packet loss/);
    await captures.veth1.until(REQUEST, 2);
    assert.deepEqual(
      (await captures.veth1.stop()).filter((line) => !REQUEST.test(line)),
      [],
    );
    await captures.veth0.stop();
    assert.deepEqual(await captures.lo.stop(), []);
  });

  it("makes nothing but the nine sysctls when it is to answer", async () => {
    await lab.stack.config("answers", "true");
    const { changes, ...outcome } = done(await lab.stack.up());
    assert.deepEqual(changes, { create: 9, same: 5 }, outcome.text);
    assert.equal(await settings(lab.host), ["1 0 0 0", "1 0 0 0", "0"].join("\n"));
  });

  it("then works: veth1 replies to ARP, requests cross the cable, replies take lo", async () => {
    const captures = await listen(lab.host);
    const ping = await inNetns(lab.host, "host", PING);
    assert.equal(ping.exitCode, 0, ping.stdout);
    assert.match(ping.stdout, /2 packets transmitted, 2 received, 0% packet loss/);

    await captures.lo.until(ECHO_REPLY, 2);
    assert.deepEqual(
      (await captures.lo.stop()).filter((line) => !ECHO_REPLY.test(line)),
      [],
    );
    const [{ address }] = await lab.host.json<[{ address: string }]>([
      "ip",
      "-n",
      "host",
      "-j",
      "link",
      "show",
      "veth1",
    ]);
    for (const end of [captures.veth0, captures.veth1]) {
      await end.until(ECHO_REQUEST, 2);
      const lines = await end.stop();
      assert.match(lines.find((line) => REPLY.test(line)) ?? "", new RegExp(`is-at ${address},`));
      assert.deepEqual(
        lines.filter((line) => ECHO_REPLY.test(line)),
        [],
      );
      assert.deepEqual(
        lines.filter((line) => line.includes("who-has 1.1.1.1")),
        [],
      );
    }
  });

  it("puts back one sysctl that somebody has changed, and nothing else", async () => {
    await lab.host.run(["ip", "netns", "exec", "host", "sysctl", "-q", "net.ipv4.conf.veth1.accept_local=0"]);
    assert.deepEqual(changesOf(done(await lab.stack.preview())), ["update Sysctl veth1-accept_local"]);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Sysctl veth1-accept_local"]);
    unchanged(await lab.stack.preview());
  });

  it("has the kernel's settings back when it is not to answer any more", async () => {
    await lab.stack.config("answers", "false");
    assert.deepEqual(done(await lab.stack.up()).changes, { delete: 9, same: 5 });
    assert.equal(await settings(lab.host), before);
    assert.equal((await inNetns(lab.host, "host", PING)).exitCode, 1);
  });
});

/** As /proc has them: a second reader beside sysctl(8). */
async function settings(host: LabHost): Promise<string> {
  const names = "{accept_local,rp_filter,arp_ignore,arp_announce}";
  const script = ["veth0", "veth1"].map((device) => `echo $(cat ${device}/${names})`).join("; ");
  return host.run([
    "ip",
    "netns",
    "exec",
    "host",
    "bash",
    "-c",
    `cd /proc/sys/net/ipv4/conf; ${script}; cat all/rp_filter`,
  ]);
}

async function listen(host: LabHost) {
  const start = (device: string) => Capture.start(host, { namespace: "host", device, filter: "arp or icmp" });
  const [veth0, veth1, lo] = await Promise.all([start("veth0"), start("veth1"), start("lo")]);
  return { veth0, veth1, lo };
}
