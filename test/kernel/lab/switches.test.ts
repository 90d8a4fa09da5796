import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { Ovs } from "../../support/labHost/ovs";
import { pinged } from "../../support/labHost/pings";
import { hasQdisc, hasVlanFiltering } from "../../support/suites/kernelOptions";
import { labSuite } from "../../support/suites/labSuite";
import { needs, skipThis } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

/** Two switches with two VLANs, and a router with a cable in each. */
const described = (more: Json, links: Json[]) => ({
  hosts: { r: { forwarding: true } },
  switches: {
    s1: { vlans: { 10: { hosts: ["a", "r"] }, 20: { hosts: ["c", "r"] } }, ...more },
    s2: { vlans: { 10: { hosts: ["b"] } }, ...more },
  },
  links: [{ between: ["s1", "s2"] }, ...links],
});

labSuite("A lab's switches and links", (fixture) => {
  const pingOnce = async (from: string, to = "", more: string[] = []) =>
    fixture.host.tryRun(["ip", "netns", "exec", from, "ping", "-c1", "-w1", ...more, to]);

  async function keepsApart(more: Json): Promise<void> {
    const lab = await fixture.make(described(more, []));
    const { b, c } = lab.hosts;
    for (const key of ["ipv4", "ipv6"] as const) {
      await pinged(fixture.host, "a", b?.[key]);
      await pinged(fixture.host, "a", c?.[key]);
    }
    // In VLAN 10 nobody answers for an address of VLAN 20, and each is one router away.
    await until("the router's word", async () =>
      (await pingOnce("b", c?.ipv4, ["-t1"])).stdout.includes("Time to live exceeded"),
    );
    await fixture.host.ip(`-n a route add ${c?.ipv4}/32 dev s1`);
    assert.notEqual((await pingOnce("a", c?.ipv4)).exitCode, 0);
    await fixture.host.ip(`-n a route del ${c?.ipv4}/32 dev s1`);
    assert.ok(await lab.isAsMade());
  }

  describe("of Open vSwitch", () => {
    let ovs: Ovs | undefined;
    before(async function () {
      needs("ovs-vsctl", "ovs-vswitchd", "ovsdb-server", "ethtool").call(this);
      ovs = await Ovs.start(fixture.host);
    });
    after(async () => {
      await fixture.ends();
      await ovs?.stop();
    });

    it("keep VLANs apart, carry them to other switches, and leave the way between them to a router", () =>
      keepsApart({ openvswitch: true, datapath: "netdev" }));
  });

  it("of Linux do the same", async function () {
    if (!hasVlanFiltering) skipThis(this, "CONFIG_BRIDGE_VLAN_FILTERING");
    await keepsApart({});
  });

  it("have the delay, the loss and the rate that they say", async function () {
    if (!hasQdisc("netem delay 1ms")) skipThis(this, "CONFIG_NET_SCH_NETEM");
    const link = { delay: "20ms", loss: "30%", rate: "4mbit" };
    const lab = await fixture.make({ links: [{ between: ["p", "q"], link }], prefix: "n-" });
    const all = ["-q", "-c300", "-i0.002", "-s972", lab.hosts.q?.ipv4 ?? ""];
    const { stdout } = await fixture.host.tryRun(["ip", "netns", "exec", "n-p", "ping", ...all]);
    const [, loss = "", least = ""] = /([\d.]+)% packet loss[\s\S]*= ([\d.]+)\//.exec(stdout) ?? [];
    // Of those lost on the way there or back about the half; each of 1014 bytes takes 2 ms at that rate.
    assert.ok(Number(loss) > 30 && Number(loss) < 75, stdout);
    assert.ok(Number(least) >= 44, stdout);
  });
});
