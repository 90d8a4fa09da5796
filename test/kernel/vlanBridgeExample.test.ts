import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { exampleFolder } from "../support/engine/project";
import { Capture } from "../support/labHost/capture";
import { LabHost } from "../support/labHost/labHost";
import { pinged } from "../support/labHost/pings";
import { type Made, madeBy } from "../support/programs/made";
import { withoutTypes } from "../support/programs/withoutTypes";
import { TestProvider } from "../support/provider/testProvider";
import { inNetns } from "../support/suites/exampleSuite";
import { hasVlanFiltering } from "../support/suites/kernelOptions";
import { needs, skipAll } from "../support/suites/needs";

/** Without an engine, which takes more than a minute for an `up` in the second kernel. */
describe("examples/vlan-bridge", () => {
  let host: LabHost;
  let lab: Made;

  before(async function () {
    needs("root", "ping", "tcpdump", "bridge").call(this);
    if (!hasVlanFiltering) skipAll(this, "CONFIG_BRIDGE_VLAN_FILTERING");
    host = await LabHost.start();
    const program = await readFile(path.join(exampleFolder("vlan-bridge"), "index.ts"), "utf8");
    lab = await madeBy(new TestProvider(host), withoutTypes(program));
  });
  after(async () => {
    await lab?.remove();
    await host?.stop();
  });

  const isAnswered = async (from: string, to: string) =>
    (await inNetns(host, from, `ping -c 1 -W 1 ${to}`)).exitCode === 0;

  it("carries a ping from red to red across the trunk, with a tag on it there and none at the host", async () => {
    const start = (namespace: string, device: string) =>
      Capture.by(
        host,
        `ip netns exec ${namespace} tcpdump -l -n -t -e --immediate-mode -i ${device} icmp or vlan`.split(" "),
      );
    const [onTrunk, atHost] = await Promise.all([start("west", "trunk"), start("red2", "eth0")]);
    await pinged(host, "red1", "10.5.0.2");
    const request = /10\.5\.0\.1 > 10\.5\.0\.2: ICMP echo request/;
    for (const capture of [onTrunk, atHost]) await capture.until(request);
    const tagged = (await onTrunk.stop()).filter((line) => request.test(line));
    assert.match(tagged[0] ?? "", /802\.1Q.* vlan 10,/);
    const bare = (await atHost.stop()).filter((line) => request.test(line));
    assert.doesNotMatch(bare[0] ?? "802.1Q", /802\.1Q/);
  });

  it("keeps red and blue apart, in one room and across the trunk", async () => {
    const capture = await Capture.start(host, { namespace: "blue", device: "eth0", filter: "arp" });
    for (const red of ["red1", "red2"]) assert.ok(!(await isAnswered(red, "10.5.0.3")));
    assert.deepEqual(await capture.stop(), []);
  });

  it("shows a VLAN that somebody has taken off the trunk, and is else as it was made", async () => {
    assert.deepEqual(await lab.changes(), []);
    await host.run(["bridge", "-n", "east", "vlan", "del", "vid", "10", "dev", "trunk"]);
    assert.ok(!(await isAnswered("red1", "10.5.0.2")));
    assert.deepEqual(await lab.changes(), ["trunk-east vlans[0].vid: UPDATE", "trunk-east vlans[1].vid: ADD"]);
  });
});
