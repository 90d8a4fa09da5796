import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { transfer } from "../support/labHost/transfer";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

const PATHS = [
  { from: "left", to: "right", address: "10.3.2.2" },
  { from: "right", to: "left", address: "10.3.1.2" },
];

exampleSuite("router", (lab) => {
  for (const { from, to, address } of PATHS) {
    it(`carries a ping from ${from} to ${to}, and takes one off its time to live`, async () => {
      const { stdout } = await inNetns(lab.host, from, `ping -c 1 -W 2 ${address}`);
      assert.match(stdout, new RegExp(`from ${address}: icmp_seq=1 ttl=63 `));
    });
  }

  it("has one route in each host that leads to the router, and those of its cables in the router", async () => {
    const routes = async (netns: string) => {
      const rows = await lab.host.json<Record<string, string>[]>(["ip", "-n", netns, "-j", "route"]);
      return rows.map(({ type, dst, gateway, dev }) => [type, dst, gateway, dev].filter(Boolean).join(" ")).sort();
    };
    assert.deepEqual(await routes("left"), ["10.3.1.0/24 eth0", "default 10.3.1.1 eth0"]);
    assert.deepEqual(await routes("right"), ["10.3.2.0/24 eth0", "default 10.3.2.1 eth0"]);
    const router = ["10.3.1.0/24 to-left", "10.3.2.0/24 to-right", "blackhole 10.3.9.0/24"];
    assert.deepEqual(await routes("router"), router);
  });

  it("lets what goes to the black hole vanish without a word, where it refuses what it knows no way to", async () => {
    const capture = await Capture.start(lab.host, { namespace: "left", device: "eth0", filter: "icmp" });
    const vanished = await inNetns(lab.host, "left", "ping -c 1 -W 1 10.3.9.1");
    assert.match(vanished.stdout, /1 packets transmitted, 0 received, 100% packet loss/);
    const refused = await inNetns(lab.host, "left", "ping -c 1 -W 2 10.3.8.1");
    assert.match(refused.stdout, /From 10\.3\.1\.1 icmp_seq=1 Destination Net Unreachable/);
    await capture.until(/net 10\.3\.8\.1 unreachable/);
    assert.deepEqual(
      (await capture.stop()).map((line) => line.replace(/, (id|length) .*/, "")),
      [
        "IP 10.3.1.2 > 10.3.9.1: ICMP echo request",
        "IP 10.3.1.2 > 10.3.8.1: ICMP echo request",
        "IP 10.3.1.1 > 10.3.1.2: ICMP net 10.3.8.1 unreachable",
      ],
    );
  });

  it("carries a megabyte by TCP", async () => {
    for (const path of PATHS) await transfer(lab.host, path);
  });

  it("forwards again after somebody has switched that off", async () => {
    await lab.host.run(["ip", "netns", "exec", "router", "sysctl", "-q", "net.ipv4.ip_forward=0"]);
    assert.equal((await inNetns(lab.host, "left", "ping -c 1 -W 1 10.3.2.2")).exitCode, 1);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Sysctl forwarding"]);
    assert.equal((await inNetns(lab.host, "left", "ping -c 1 -W 2 10.3.2.2")).exitCode, 0);
    unchanged(await lab.stack.preview());
  });
});
