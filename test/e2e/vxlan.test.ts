import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { transfer } from "../support/labHost/transfer";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

exampleSuite("vxlan", (lab) => {
  it("carries a ping in UDP packets, which bear the number of the network", async () => {
    const capture = await Capture.start(lab.host, { namespace: "site2", device: "eth0", filter: "udp port 4789" });
    const ping = await inNetns(lab.host, "site1", "ping -c 1 -W 2 10.4.0.2");
    assert.match(ping.stdout, /from 10\.4\.0\.2: icmp_seq=1 ttl=64 /);
    await capture.until(/ICMP echo reply/);
    // The packet around and the one in it are a line each.
    const lines = (await capture.stop()).map((line) => line.replace(/, id .*/, ""));
    const request = lines.indexOf("IP 10.4.0.1 > 10.4.0.2: ICMP echo request");
    assert.match(lines[request - 1] ?? "", /^IP 192\.0\.2\.1\.\d+ > 192\.0\.2\.2\.4789: VXLAN, flags \[I\].*, vni 42$/);
    const reply = lines.indexOf("IP 10.4.0.2 > 10.4.0.1: ICMP echo reply");
    assert.match(lines[reply - 1] ?? "", /^IP 192\.0\.2\.2\.\d+ > 192\.0\.2\.1\.4789: VXLAN, flags \[I\].*, vni 42$/);
  });

  it("leaves room for the packet around: 1450 bytes go through whole, and not one more", async () => {
    assert.deepEqual((await lab.stack.outputs()).mtus, [1450, 1450]);
    const ping = (bytes: number) => inNetns(lab.host, "site1", `ping -c 1 -W 2 -M do -s ${bytes - 28} 10.4.0.2`);
    assert.equal((await ping(1450)).exitCode, 0);
    assert.match((await ping(1451)).stderr, /message too long, mtu[=:] ?1450/);
  });

  it("carries a megabyte by TCP", async () => {
    await transfer(lab.host, { from: "site1", to: "site2", address: "10.4.0.2" });
    await transfer(lab.host, { from: "site2", to: "site1", address: "10.4.0.1" });
  });

  it("has a device back that somebody has deleted, with its address", async () => {
    await lab.host.ip("-n site1 link del vx0");
    const lost = ["create Address site1-over", "create Vxlan site1"];
    assert.deepEqual(changesOf(done(await lab.stack.up())).sort(), lost);
    // Its MAC address is another one by now, of which the other site hears when it is asked for its own.
    assert.equal((await inNetns(lab.host, "site1", "ping -c 1 -W 2 10.4.0.2")).exitCode, 0);
    unchanged(await lab.stack.preview());
  });
});
