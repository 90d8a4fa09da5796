import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

const PATHS = [
  { from: "net0", to: "net1", sender: "10.0.1.1", target: "10.0.1.2" },
  { from: "net1", to: "net0", sender: "10.0.1.2", target: "10.0.1.1" },
];
const ENDS = [
  { namespace: "net0", device: "veth0" },
  { namespace: "net1", device: "veth1" },
];

exampleSuite("two-namespaces", (lab) => {
  for (const { from, to, sender, target } of PATHS) {
    it(`carries a ping from ${from} to ${to}, seen at both ends`, async () => {
      const captures = await Promise.all(ENDS.map((end) => Capture.start(lab.host, { ...end, filter: "icmp" })));
      const ping = await inNetns(lab.host, from, `ping -c 1 -W 2 ${target}`);
      assert.equal(ping.exitCode, 0, ping.stdout);
      for (const capture of captures) {
        await capture.until(/echo reply/);
        const lines = (await capture.stop()).map((line) => line.replace(/, id .*/, ""));
        const expected = [`${sender} > ${target}: ICMP echo request`, `${target} > ${sender}: ICMP echo reply`];
        assert.deepEqual(
          lines,
          expected.map((line) => `IP ${line}`),
        );
      }
    });
  }

  it("has the connected route that the kernel made, and no other", async () => {
    const routes = await Promise.all(
      ENDS.map(({ namespace }) => lab.host.json(["ip", "-n", namespace, "-j", "route"])),
    );
    const route = (dev: string, prefsrc: string) => [
      { dst: "10.0.1.0/24", dev, protocol: "kernel", scope: "link", prefsrc, flags: [] },
    ];
    assert.deepEqual(routes, [route("veth0", "10.0.1.1"), route("veth1", "10.0.1.2")]);
  });

  it("has a loopback of its own in each namespace", async () => {
    const capture = await Capture.start(lab.host, { namespace: "net1", device: "lo", filter: "icmp" });
    assert.equal((await inNetns(lab.host, "net0", "ping -c 1 -W 2 127.0.0.1")).exitCode, 0);
    assert.equal((await inNetns(lab.host, "net1", "ping -c 1 -W 2 127.0.0.2")).exitCode, 0);
    await capture.until(/echo reply/);
    assert.deepEqual(
      (await capture.stop()).filter((line) => !line.includes("127.0.0.2")),
      [],
    );
  });

  it("shows the command to try", async () => {
    const { try: command } = await lab.stack.outputs();
    assert.equal(command, "ip netns exec net0 ping 10.0.1.2");
  });

  it("is repaired by one plain up after somebody has deleted a namespace [20]", async () => {
    await lab.host.run(["ip", "netns", "del", "net0"]);
    const lost = ["Namespace net0", "VethPair link", "Address left", "Address right"];
    assert.deepEqual(changesOf(done(await lab.stack.preview())).sort(), lost.map((what) => `create ${what}`).sort());
    assert.deepEqual(changesOf(done(await lab.stack.up())).sort(), lost.map((what) => `create ${what}`).sort());
    assert.equal((await inNetns(lab.host, "net0", "ping -c 1 -W 2 10.0.1.2")).exitCode, 0);
    unchanged(await lab.stack.preview());
  });

  it("is rebuilt by one plain up after a reboot [23] [60]", async () => {
    await lab.host.reboot();
    done(await lab.stack.up());
    assert.equal((await inNetns(lab.host, "net1", "ping -c 1 -W 2 10.0.1.1")).exitCode, 0);
    unchanged(await lab.stack.preview());
  });

  it("leaves an mtu alone that it does not manage [22]", async () => {
    await lab.host.run(["ip", "-n", "net0", "link", "set", "veth0", "mtu", "1400"]);
    unchanged(await lab.stack.preview());
    unchanged(await lab.stack.up());
    const [link] = await lab.host.json<[{ mtu: number }]>(["ip", "-n", "net0", "-j", "link", "show", "veth0"]);
    assert.equal(link.mtu, 1400);
    await lab.host.run(["ip", "-n", "net0", "link", "set", "veth0", "mtu", "1500"]);
  });

  it("sets a link up again that somebody has set down [21]", async () => {
    await lab.host.run(["ip", "-n", "net1", "link", "set", "veth1", "down"]);
    const preview = done(await lab.stack.preview());
    assert.deepEqual(changesOf(preview), ["update VethPair link"]);
    assert.deepEqual(preview.steps.find(({ op }) => op === "update")?.diff, ["b.up"]);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update VethPair link"]);
    assert.equal((await inNetns(lab.host, "net0", "ping -c 1 -W 2 10.0.1.2")).exitCode, 0);
  });
});
