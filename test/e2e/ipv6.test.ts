import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

const PATHS = [
  { from: "left6", target: "2001:db8:2::2", router: "2001:db8:1::1" },
  { from: "right6", target: "2001:db8:1::2", router: "2001:db8:2::1" },
];

exampleSuite("ipv6", (lab) => {
  it("has addresses that can be used as soon as up is done", async () => {
    for (const netns of ["left6", "right6", "router6"]) {
      const rows = await lab.host.json<{ addr_info?: object[] }[]>(
        `ip -n ${netns} -j -6 addr show scope global`.split(" "),
      );
      // What is of another scope is an empty row.
      const infos = rows.flatMap(({ addr_info = [] }) => addr_info).filter((info) => "local" in info);
      assert.equal(infos.length, netns === "router6" ? 2 : 1);
      assert.deepEqual(
        infos.filter((info) => "tentative" in info),
        [],
      );
    }
  });

  for (const { from, target, router } of PATHS) {
    it(`carries a ping from ${from} through the router`, async () => {
      const { stdout } = await inNetns(lab.host, from, `ping -c 1 -W 2 ${target}`);
      assert.match(stdout, new RegExp(`from ${target}: icmp_seq=1 ttl=63 `));
    });

    it(`leads all of IPv6 from ${from} to the router`, async () => {
      const [route] = await lab.host.json<[Record<string, unknown>]>(
        `ip -n ${from} -j -6 route show default`.split(" "),
      );
      assert.deepEqual([route.dst, route.gateway, route.dev], ["default", router, "eth0"]);
    });
  }

  it("asks for a neighbour as IPv6 does: by multicast", async () => {
    await lab.host.ip("-n left6 neigh flush dev eth0");
    const capture = await Capture.start(lab.host, { namespace: "left6", device: "eth0", filter: "icmp6" });
    assert.equal((await inNetns(lab.host, "left6", "ping -c 1 -W 2 2001:db8:2::2")).exitCode, 0);
    await capture.until(/neighbor solicitation, who has 2001:db8:1::1/);
    await capture.until(/2001:db8:2::2 > 2001:db8:1::2: ICMP6, echo reply/);
    assert.match(
      (await capture.stop()).find((line) => /who has 2001:db8:1::1/.test(line)) ?? "",
      / > ff02::1:ff00:1: /,
    );
  });

  it("has the default route back that went with the address that somebody has deleted", async () => {
    await lab.host.ip("-n left6 addr del 2001:db8:1::2/64 dev eth0");
    const { exitCode } = await inNetns(lab.host, "left6", "ping -c 1 -W 1 2001:db8:2::2");
    assert.notEqual(exitCode, 0);
    assert.ok(changesOf(done(await lab.stack.up())).includes("create Address left6"));
    assert.equal((await inNetns(lab.host, "left6", "ping -c 1 -W 2 2001:db8:2::2")).exitCode, 0);
    unchanged(await lab.stack.preview());
  });
});
