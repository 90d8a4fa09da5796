import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

const SERVER = "203.0.113.1";
const WAYS = [
  { lan: "staff", sender: "10.6.1.2", isp: "isp1" },
  { lan: "guests", sender: "10.6.2.2", isp: "isp2" },
];

exampleSuite("dual-wan", (lab) => {
  /** What each uplink has seen of pings while `work` was done. */
  const seenWhile = async (work: () => Promise<unknown>) => {
    const start = ({ isp: device }: { isp: string }) =>
      Capture.start(lab.host, { namespace: "office", device, filter: "icmp" });
    const captures = await Promise.all(WAYS.map(start));
    await work();
    // One more by each, from the office itself, is the last that is seen.
    for (const [index, gateway] of ["192.0.2.1", "198.51.100.1"].entries()) {
      assert.equal((await inNetns(lab.host, "office", `ping -c 1 -W 2 ${gateway}`)).exitCode, 0);
      await captures[index]?.until(new RegExp(`IP ${gateway} > .* echo reply`));
    }
    const lines = await Promise.all(captures.map((capture) => capture.stop()));
    return lines.map((all) =>
      all.map((line) => line.replace(/, id .*/, "")).filter((line) => !/ (192|198)\./.test(line)),
    );
  };
  const ping = (from: string, to: string) => inNetns(lab.host, from, `ping -c 1 -W 2 ${to}`);

  for (const [index, { lan, sender, isp }] of WAYS.entries()) {
    it(`sends what ${lan} sends out by ${isp}, and nothing of it by the other one`, async () => {
      const seen = await seenWhile(async () => assert.equal((await ping(lan, SERVER)).exitCode, 0));
      assert.deepEqual(seen[index], [
        `IP ${sender} > ${SERVER}: ICMP echo request`,
        `IP ${SERVER} > ${sender}: ICMP echo reply`,
      ]);
      assert.deepEqual(seen[1 - index], []);
    });
  }

  it("keeps within the office what is for it", async () => {
    const seen = await seenWhile(async () => assert.match((await ping("staff", "10.6.2.2")).stdout, / ttl=63 /));
    assert.deepEqual(seen, [[], []]);
  });

  it("has the rules before the kernel's own, and a default route in each table of theirs alone", async () => {
    const rules = await lab.host.json<Record<string, unknown>[]>(["ip", "-n", "office", "-j", "rule"]);
    assert.deepEqual(
      rules.map(({ priority, table }) => [priority, table]),
      [
        [0, "local"],
        [100, "main"],
        [101, "101"],
        [102, "102"],
        [32766, "main"],
        [32767, "default"],
      ],
    );
    for (const [table, gateway] of [
      ["main", undefined],
      ["101", "192.0.2.1"],
      ["102", "198.51.100.1"],
    ]) {
      const [route] = await lab.host.json<{ gateway: string }[]>(
        `ip -n office -j route show default table ${table}`.split(" "),
      );
      assert.equal(route?.gateway, gateway);
    }
  });

  it("has a rule back that somebody has deleted, without which there is no way out", async () => {
    await lab.host.ip("-n office rule del priority 102");
    assert.notEqual((await ping("guests", SERVER)).exitCode, 0);
    const preview = done(await lab.stack.preview());
    assert.deepEqual(changesOf(preview), ["update Topology dual-wan"]);
    assert.deepEqual(preview.steps.find(({ op }) => op === "update")?.diff, ["rules[2]"]);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Topology dual-wan"]);
    assert.equal((await ping("guests", SERVER)).exitCode, 0);
    unchanged(await lab.stack.preview());
  });
});
