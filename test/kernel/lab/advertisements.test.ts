import assert from "node:assert/strict";
import { addressesHere } from "../../../cli/learnt";
import type { Json } from "../../../provider/core/values";
import { pinged } from "../../support/labHost/pings";
import { LabNetlink } from "../../support/provider/labNetlink";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

const described = (lan: Json) => ({
  hosts: { r: { forwarding: true }, byHand: { gateway: "r" } },
  switches: { lan: { hosts: ["r", "h1", "h2", "byHand"], ...lan } },
  links: [{ between: ["r", "far"] }],
});

labSuite("A lab's routers that advertise themselves", (fixture) => {
  before(needs("root", "ping", "dnsmasq"));
  afterEach(() => fixture.ends());

  const show = (host: string, ...words: string[]) => fixture.host.run(["ip", "-n", host, "-6", ...words]);
  const pings = (from: string, to?: string) => pinged(fixture.host, from, to);

  it("give hosts the addresses that the lab tells, and their default route; what is by hand hears nothing", async () => {
    const lab = await fixture.make(described({ routerAdvertisements: true }));
    const { h1, h2, byHand, far } = lab.hosts;
    const globals = (host: string) => show(host, "address", "show", "dev", "lan", "scope", "global");
    for (const [name, { ipv6 = "" } = {}] of Object.entries({ h1, h2 })) {
      await until(`the address of ${name}`, async () => {
        const shown = await globals(name);
        return shown.includes(`inet6 ${ipv6}/64 `) && !shown.includes("tentative");
      });
      assert.match(await show(name, "route", "show", "default"), /^default via fe80::\S+ dev lan proto ra /);
      await pings(name, far?.ipv6);
      await pings("far", ipv6);
    }
    await pings("h1", h2?.ipv6);
    // `netns ping` sends there, though the program says no address.
    const netlink = new LabNetlink(fixture.host, async (work) => work());
    const learnt = await addressesHere(netlink, { addressesOf: ["h1", "nobody", "h2"] });
    netlink.release();
    assert.deepEqual(learnt, [
      ["h1", h1?.ipv6],
      ["h2", h2?.ipv6],
    ]);
    assert.doesNotMatch(await globals("byHand"), /dynamic/);
    assert.doesNotMatch(await show("byHand", "route", "show", "default"), /proto ra/);
    await pings("byHand", far?.ipv6);
    await pings("h1", byHand?.ipv6);
    assert.ok(await lab.isAsMade());
    await lab.become(described({}));
    await pings("h1", far?.ipv6);
    assert.equal((await globals("h1")).includes(`inet6 ${lab.hosts.h1?.ipv6}/64 `), true);
  });
});
