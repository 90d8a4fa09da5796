import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { ofIp, ruleAsIp } from "./asIp";
import { NetlinkProcess, request } from "./netlinkProcess";

const [INET, INET6] = [2, 10];
const [LOOKUP, BLACKHOLE, UNREACHABLE, PROHIBIT] = [1, 6, 7, 8];

describe("rules by netlink", () => {
  const red = "/run/netns/red";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const add = (values: object) => request("rule", "addRule", { family: INET, action: LOOKUP, ...values });
  const del = (values: object) => request("rule", "delRule", { family: INET, action: LOOKUP, ...values });

  it("are read as `ip -N -j` prints them", async () => {
    for (const [family, option, net, one, length] of [
      [INET, "-4", "10.0.0.0", "10.0.0.1", 32],
      [INET6, "-6", "2001:db8::", "2001:db8::1", 128],
    ] as const) {
      await netlink.done(
        red,
        add({ family, priority: 100, src: net, srcLen: 24, table: 1000 }),
        add({ family, priority: 101, dst: one, dstLen: length, iifname: "lo", oifname: "none", table: 5 }),
        add({ family, priority: 102, fwmark: 0x10, fwmask: 0xff, table: 254 }),
        add({ family, priority: 103, fwmark: 7, table: 254 }),
        ...[BLACKHOLE, UNREACHABLE, PROHIBIT].map((action) =>
          add({ family, priority: 200 + action, action, src: one, srcLen: length }),
        ),
      );
      const rules = await netlink.find("rule", "listRules", red, family);
      const shown = await host.json<object[]>(["ip", "-n", "red", "-N", "-j", option, "rule", "show"]);
      const told = rules.map(ruleAsIp);
      assert.deepEqual(
        shown.map((row, index) => ofIp(row, told[index])),
        told,
      );
      assert.equal(rules.length, family === INET ? 10 : 9);
    }
  });

  it("are removed by what they have, and what the kernel refuses has its errno", async () => {
    const errors = await netlink.execute(
      red,
      add({ priority: 100, table: 5 }),
      add({ priority: 100, table: 5 }),
      add({ priority: 100, table: 6 }),
      del({ priority: 100, table: 6 }),
      del({ priority: 100, table: 6 }),
      add({ priority: 100, src: "10.0.0.1", srcLen: 33, table: 5 }),
    );
    assert.deepEqual(
      errors.map((error) => error?.code),
      [undefined, "EEXIST", undefined, undefined, "ENOENT", "EINVAL"],
    );
    const rules = await netlink.find("rule", "listRules", red, INET);
    assert.deepEqual(
      rules.map(({ priority = 0, table }) => [priority, table]),
      [
        [0, 255],
        [100, 5],
        [32766, 254],
        [32767, 253],
      ],
    );
  });
});
