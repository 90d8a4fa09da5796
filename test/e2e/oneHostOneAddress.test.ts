import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { exampleSuite, inNetns } from "../support/suites/exampleSuite";

const REQUEST = /Request who-has 1\.1\.1\.2 tell 1\.1\.1\.1,/;

exampleSuite("one-host-one-address", (lab) => {
  it("gives the address to veth0 alone", async () => {
    const links = await lab.host.json<{ ifname: string; operstate: string; addr_info: { local: string }[] }[]>([
      "ip",
      "-n",
      "host",
      "-4",
      "-j",
      "addr",
      "show",
      "up",
    ]);
    const shown = links.map(({ ifname, operstate, addr_info }) => [
      ifname,
      operstate,
      ...addr_info.map((info) => info.local),
    ]);
    assert.deepEqual(shown.filter(([name]) => name !== "lo").sort(), [["veth0", "UP", "1.1.1.1"]]);
    const veth1 = await lab.host.json<{ operstate: string }[]>(["ip", "-n", "host", "-j", "link", "show", "veth1"]);
    assert.equal(veth1[0]?.operstate, "UP");
  });

  it("asks for 1.1.1.2 at both ends of the cable, and nobody answers", async () => {
    const captures = await Promise.all(
      ["veth0", "veth1"].map((device) => Capture.start(lab.host, { namespace: "host", device, filter: "arp" })),
    );
    const ping = await inNetns(lab.host, "host", "ping -c 2 1.1.1.2");
    assert.equal(ping.exitCode, 1);
    assert.match(ping.stdout, /From 1\.1\.1\.1 icmp_seq=1 Destination Host Unreachable/);
    assert.match(ping.stdout, /2 packets transmitted, 0 received, .*100% packet loss/);
    for (const capture of captures) {
      await capture.until(REQUEST, 2);
      const lines = await capture.stop();
      assert.deepEqual(
        lines.filter((line) => !REQUEST.test(line)),
        [],
      );
    }
  });

  it("shows the command to try", async () => {
    const { try: command, network } = await lab.stack.outputs();
    assert.equal(command, "ip netns exec host ping -c 2 1.1.1.2");
    assert.equal(network, "1.1.1.0/24");
  });
});
