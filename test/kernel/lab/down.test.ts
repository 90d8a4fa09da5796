import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { pinged } from "../../support/labHost/pings";
import { labSuite } from "../../support/suites/labSuite";
import { needs } from "../../support/suites/needs";

const ROUTER = { forwarding: true, loopback: true };

/** Two routers with a host each, and a cable between them. */
const described = (cable: Json, r2: Json = {}) => ({
  hosts: { r1: ROUTER, r2: { ...ROUTER, ...r2 } },
  switches: { s: { hosts: ["near", "r1"] } },
  links: [{ between: ["r1", "r2"], ...cable }, { between: ["r2", "far"] }],
});
const UP = described({});
const DOWN: Record<string, Json> = {
  "a cable": described({ up: false }),
  "a host": described({}, { up: false }),
};

labSuite("A lab of which something is down", (fixture) => {
  before(needs("root", "ping"));
  afterEach(() => fixture.ends());

  for (const [what, down] of Object.entries(DOWN)) {
    it(`is made, at rest, and works when that is up, as often as one likes: ${what}`, async () => {
      const lab = await fixture.make(down);
      const { far, r2 } = lab.hosts;
      const addresses = [far, r2, r2?.loopback].flatMap((host) => [host?.ipv4 ?? "", host?.ipv6 ?? ""]);
      const answersAtOnce = async (address: string) => {
        const words = ["ip", "netns", "exec", "near", "ping", "-c1", "-w1", address];
        return (await fixture.host.tryRun(words)).exitCode === 0;
      };
      const mustRest = async (said: Json) => {
        assert.ok(await lab.isAsMade());
        assert.deepEqual(await lab.become(said), []);
      };
      for (const isAgain of [false, true]) {
        if (isAgain) await lab.become(down);
        await mustRest(down);
        assert.ok(!(await Promise.all(addresses.map(answersAtOnce))).includes(true));
        await lab.become(UP);
        await mustRest(UP);
        await Promise.all(addresses.map((address) => pinged(fixture.host, "near", address)));
      }
    });
  }
});
