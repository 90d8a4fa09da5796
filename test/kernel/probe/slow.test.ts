import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { ProbeProcess } from "./probeProcess";

/**
 * Hosts on a switch with proxy ARP, as in examples/star: the kernel answers for them after up to 0.8 s (proxy_delay), and
 * has no more than 64 such answers waiting (proxy_qlen).
 */
const HOSTS = Array.from({ length: 14 }, (_, index) => ({ name: `h${index + 1}`, address: `10.0.0.${index + 1}` }));

describe("probes between hosts of a slow lab", () => {
  let host: LabHost;
  let probes: ProbeProcess;

  before(needs("root", "unshare", "nsenter"));
  before(async () => {
    host = await LabHost.start();
    await host.ip("netns add switch");
    const settings = ["net.ipv4.ip_forward=1", "net.ipv4.conf.all.proxy_arp=1"];
    await host.run(["ip", "netns", "exec", "switch", "sysctl", "-qw", ...settings]);
    for (const { name, address } of HOSTS) {
      await host.ip(`netns add ${name}`);
      await host.ip(`-n switch link add name ${name} type veth peer name eth0 netns ${name}`);
      await host.ip(`-n switch addr add 10.0.255.254/32 peer ${address} dev ${name}`);
      await host.ip(`-n switch link set dev ${name} up`);
      const lines = ["link set dev lo up", `addr add ${address}/16 dev eth0`, "link set dev eth0 up"];
      await host.run(["ip", "-n", name, "-batch", "-"], { stdin: lines.join("\n") });
    }
    probes = await ProbeProcess.start(host);
  });
  after(async () => {
    await probes?.stop();
    await host?.stop();
  });

  it("are tried again for a few at once, where too many at once were not answered in time", async () => {
    const pairs = HOSTS.flatMap((from) => HOSTS.filter((to) => to !== from).map((to) => ({ from, to })));
    const { outcomes } = await probes.send(
      pairs.map(({ from, to }) => ({ netns: `/run/netns/${from.name}`, protocol: "icmp", to: to.address })),
      500,
    );
    const missing = pairs.filter((_, index) => outcomes[index]?.heard !== "answer");
    assert.deepEqual(missing, []);
  });
});
