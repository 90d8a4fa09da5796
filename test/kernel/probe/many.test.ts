import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { ProbeProcess } from "./probeProcess";

/** So many hosts on one switch that all who know each other are more than the kernel has room for (gc_thresh3, 1024). */
const HOSTS = Array.from({ length: 36 }, (_, index) => ({ name: `h${index + 1}`, address: `10.0.0.${index + 1}` }));

describe("probes between many hosts", () => {
  let host: LabHost;
  let probes: ProbeProcess;

  before(needs("root", "unshare", "nsenter"));
  before(async () => {
    host = await LabHost.start();
    await host.ip("netns add switch");
    await host.ip("-n switch link add name br0 type bridge");
    await host.ip("-n switch link set dev br0 up");
    for (const { name, address } of HOSTS) {
      await host.ip(`netns add ${name}`);
      await host.ip(`-n switch link add name ${name} master br0 type veth peer name eth0 netns ${name}`);
      const lines = ["link set dev lo up", `addr add ${address}/24 dev eth0`, "link set dev eth0 up"];
      await host.run(["ip", "-n", name, "-batch", "-"], { stdin: lines.join("\n") });
    }
    const up = HOSTS.map(({ name }) => `link set dev ${name} up`);
    await host.run(["ip", "-n", "switch", "-batch", "-"], { stdin: up.join("\n") });
    probes = await ProbeProcess.start(host);
  });
  after(async () => {
    await probes?.stop();
    await host?.stop();
  });

  it("reach all of them, and leave in the table of neighbours what was there before", async () => {
    await host.ip("-n h1 neigh add 10.0.0.99 dev eth0 lladdr 02:00:00:00:00:99");
    const known = await probes.send([{ netns: "/run/netns/h1", protocol: "icmp", to: "10.0.0.2" }], 5000);
    assert.equal(known.outcomes[0]?.heard, "answer");
    const pairs = HOSTS.flatMap((from) => HOSTS.filter((to) => to !== from).map((to) => ({ from, to })));
    const { outcomes } = await probes.send(
      pairs.map(({ from, to }) => ({ netns: `/run/netns/${from.name}`, protocol: "icmp", to: to.address })),
      2000,
    );
    const missing = pairs.filter((_, index) => outcomes[index]?.heard !== "answer");
    assert.deepEqual(missing, []);
    const left = await host.json<{ dst: string }[]>("ip -n h1 -4 -j neigh show".split(" "));
    assert.deepEqual(left.map(({ dst }) => dst).sort(), ["10.0.0.2", "10.0.0.99"]);
  });
});
