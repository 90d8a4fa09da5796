import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";
import { hasVlanFiltering } from "../support/suites/kernelOptions";

exampleSuite(
  "vlan-bridge",
  (lab) => {
    const ping = (from: string, to: string, seconds = 2) =>
      inNetns(lab.host, from, `ping -c 1 -W ${seconds} ${to}`).then(({ exitCode }) => exitCode);

    it("carries a ping from red to red across the trunk, with a tag on it there and none at the host", async () => {
      const start = (namespace: string, device: string) =>
        Capture.by(
          lab.host,
          `ip netns exec ${namespace} tcpdump -l -n -t -e --immediate-mode -i ${device} icmp or vlan`.split(" "),
        );
      const [trunk, host] = await Promise.all([start("west", "trunk"), start("red2", "eth0")]);
      assert.equal(await ping("red1", "10.5.0.2"), 0);
      const request = /10\.5\.0\.1 > 10\.5\.0\.2: ICMP echo request/;
      for (const capture of [trunk, host]) await capture.until(request);
      const tagged = (await trunk.stop()).filter((line) => request.test(line));
      assert.match(tagged[0] ?? "", /802\.1Q.* vlan 10,/);
      const bare = (await host.stop()).filter((line) => request.test(line));
      assert.doesNotMatch(bare[0] ?? "802.1Q", /802\.1Q/);
    });

    it("keeps red and blue apart, in one room and across the trunk", async () => {
      const capture = await Capture.start(lab.host, { namespace: "blue", device: "eth0", filter: "arp" });
      for (const red of ["red1", "red2"]) assert.equal(await ping(red, "10.5.0.3", 1), 1);
      assert.deepEqual(await capture.stop(), []);
    });

    it("has each port in its VLANs, and in no others", async () => {
      type Row = { ifname: string; vlans: { vlan: number; flags?: string[] }[] };
      const vlans = async (netns: string) => {
        const rows = await lab.host.json<Row[]>(["bridge", "-n", netns, "-j", "vlan", "show"]);
        const ports = rows.filter(({ ifname }) => ifname !== "br0");
        return Object.fromEntries(ports.map((row) => [row.ifname, row.vlans.map(({ vlan }) => vlan)]));
      };
      assert.deepEqual(await vlans("east"), { trunk: [10, 20], "to-red1": [10] });
      assert.deepEqual(await vlans("west"), { trunk: [10, 20], "to-red2": [10], "to-blue": [20] });
    });

    it("has the trunk carry red again after somebody has taken that off it", async () => {
      await lab.host.run(["bridge", "-n", "east", "vlan", "del", "vid", "10", "dev", "trunk"]);
      assert.equal(await ping("red1", "10.5.0.2", 1), 1);
      assert.deepEqual(changesOf(done(await lab.stack.up())), ["update BridgePort trunk-east"]);
      assert.equal(await ping("red1", "10.5.0.2"), 0);
      unchanged(await lab.stack.preview());
    });
  },
  { option: ["CONFIG_BRIDGE_VLAN_FILTERING", hasVlanFiltering] },
);
