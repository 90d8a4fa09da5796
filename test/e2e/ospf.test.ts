import assert from "node:assert/strict";
import { changesOf, done, exampleSuite, inNetns } from "../support/suites/exampleSuite";
import { until } from "../support/suites/until";

exampleSuite(
  "ospf",
  (lab) => {
    const ping = async () => (await inNetns(lab.host, "r1", "ping -c 1 -W 1 10.16.0.3")).stdout;

    it("leads over the cable between r1 and r3, by a route of OSPF", async () => {
      // Until the two know each other, the way by r2 is the shortest.
      await until("a ttl of 64", async () => (await ping()).includes(" ttl=64 "));
      assert.match(await lab.host.ip("-n r1 route"), /^10\.16\.0\.3 .*dev r3 proto ospf/m);
    });

    it("leads the other way round when that cable fails, and back when it works again", async () => {
      for (const [cut, ttl] of [
        ["true", 63],
        ["false", 64],
      ] as const) {
        await lab.stack.config("cut", cut);
        assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Topology lab"]);
        await until(`a ttl of ${ttl}`, async () => (await ping()).includes(` ttl=${ttl} `));
      }
    });
  },
  { programs: ["vtysh"] },
);
