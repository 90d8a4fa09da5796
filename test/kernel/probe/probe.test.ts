import assert from "node:assert/strict";
import type { Outcome } from "../../../provider/probe/outcome";
import type { Probe } from "../../../provider/probe/probe";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { ProbeProcess } from "./probeProcess";

/**
 * a – r – b: a router between two hosts. The way from r to b has a smaller MTU; what is not a network of theirs goes from
 * a to r and ends there, 10.66.0.0/16 goes round between r and b, and 10.0.1.9 is nobody.
 */
const LAB = `
netns add a
netns add r
netns add b
link add name ar netns a type veth peer name ra netns r
link add name be netns b type veth peer name rb netns r
-n a link set lo up
-n b link set lo up
-n r link set lo up
-n a link set dev ar addrgenmode none
-n a addr add fe80::1/64 dev ar nodad
-n r link set dev ra addrgenmode none
-n r addr add fe80::2/64 dev ra nodad
-n r link set dev rb addrgenmode none
-n r addr add fe80::2/64 dev rb nodad
-n b link set dev be addrgenmode none
-n b addr add fe80::1/64 dev be nodad
-n a addr add 10.0.1.1/24 dev ar
-n a addr add fd00:1::1/64 dev ar nodad
-n r addr add 10.0.1.2/24 dev ra
-n r addr add fd00:1::2/64 dev ra nodad
-n r addr add 10.0.2.2/24 dev rb
-n r addr add fd00:2::2/64 dev rb nodad
-n b addr add 10.0.2.1/24 dev be
-n b addr add fd00:2::1/64 dev be nodad
-n b link set dev be mtu 1400
-n r link set dev rb mtu 1400
-n a link set dev ar up
-n r link set dev ra up
-n r link set dev rb up
-n b link set dev be up
-n a route add default via 10.0.1.2
-n a -6 route add default via fd00:1::2
-n b route add default via 10.0.2.2
-n b -6 route add default via fd00:2::2
-n r route add 10.66.0.0/16 via 10.0.2.1
-n a route add prohibit 10.77.0.0/16
-n a route add blackhole 10.78.0.0/16
`;
/** A neighbour that does not answer is given up at once. */
const SYSCTLS = ["net.ipv4.neigh.ar.mcast_solicit=1", "net.ipv4.neigh.ar.retrans_time_ms=50"];
const RULES = `
table inet filter {
  chain input {
    type filter hook input priority filter;
    icmp type echo-request meta length 328 drop
    tcp dport 81 drop
    udp dport 81 drop
    tcp dport 82 reject with icmpx admin-prohibited
    udp dport 82 reject with icmpx admin-prohibited
    tcp dport 83 reject with icmpx port-unreachable
  }
}`;
const [TCP_PORT, CLOSED_PORT] = [80, 90];

describe("probes from a namespace", () => {
  const from = "/run/netns/a";
  let host: LabHost;
  let probes: ProbeProcess;
  let listener: ProbeProcess;

  before(needs("root", "unshare", "nsenter", "nft"));
  before(async () => {
    host = await LabHost.start();
    for (const line of LAB.trim().split("\n")) await host.ip(line);
    const sysctl = (netns: string, ...settings: string[]) =>
      host.run(["ip", "netns", "exec", netns, "sysctl", "-qw", ...settings]);
    await sysctl("a", ...SYSCTLS);
    await sysctl("b", "net.ipv4.ip_forward=1");
    await sysctl("r", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv4.icmp_ratelimit=0");
    await host.run(["ip", "netns", "exec", "b", "nft", "-f", "-"], { stdin: RULES });
    probes = await ProbeProcess.start(host);
    listener = await ProbeProcess.start(host, "nsenter", "--net=/run/netns/b");
    await listener.listen(TCP_PORT);
  });
  after(async () => {
    await probes?.stop();
    await listener?.stop();
    await host?.stop();
  });

  async function send(timeoutMs: number, ...all: Omit<Probe, "netns">[]): Promise<Outcome[]> {
    const { outcomes } = await probes.send(
      all.map((one) => ({ netns: from, ...one })),
      timeoutMs,
    );
    return outcomes;
  }

  /** What was heard, without the time, which is a number between the two ends of what is possible. */
  function told(outcome: Outcome | undefined) {
    if (outcome?.heard !== "answer") return outcome;
    const { rttMs, ...rest } = outcome;
    assert.ok(rttMs > 0 && rttMs < 5000, `${rttMs} ms`);
    return rest;
  }

  it("tell who has answered, and how soon", async () => {
    const outcomes = await send(
      5000,
      { protocol: "icmp", to: "10.0.2.1" },
      { protocol: "icmp", to: "fd00:2::1" },
      { protocol: "tcp", to: "10.0.2.1", port: TCP_PORT },
      { protocol: "tcp", to: "fd00:2::1", port: TCP_PORT },
      { protocol: "udp", to: "10.0.2.1", port: TCP_PORT },
      { protocol: "udp", to: "fd00:2::1", port: TCP_PORT },
      { protocol: "icmp", to: "10.0.1.1" },
      { protocol: "icmp", to: "::1", size: 0 },
      { protocol: "icmp", to: "10.0.2.1", size: 3001 },
      { protocol: "icmp", to: "fd00:2::1", size: 3000 },
    );
    const [four, six] = ["10.0.2.1", "fd00:2::1"].map((one) => ({ heard: "answer", from: one }));
    const [own, loopback] = ["10.0.1.1", "::1"].map((one) => ({ heard: "answer", from: one }));
    assert.deepEqual(outcomes.map(told), [four, six, four, six, four, six, own, loopback, four, six]);
  });

  it("tell that nobody listens on a port", async () => {
    const outcomes = await send(
      5000,
      ...["10.0.2.1", "fd00:2::1"].flatMap((to) =>
        (["tcp", "udp"] as const).map((protocol) => ({ protocol, to, port: CLOSED_PORT })),
      ),
    );
    const [four, six] = ["10.0.2.1", "fd00:2::1"].map((one) => ({ heard: "refused", from: one }));
    assert.deepEqual(outcomes, [four, four, six, six]);
  });

  it("tell which ICMP error came, and from whom", async () => {
    const outcomes = await send(
      5000,
      { protocol: "icmp", to: "192.0.2.1" },
      { protocol: "icmp", to: "2001:db8::1" },
      { protocol: "tcp", to: "192.0.2.1", port: 1 },
      { protocol: "tcp", to: "2001:db8::1", port: 1 },
      { protocol: "udp", to: "192.0.2.1", port: 1 },
      { protocol: "icmp", to: "10.0.1.9" },
      { protocol: "icmp", to: "10.66.0.1" },
      { protocol: "icmp", to: "10.0.2.1", size: 1400, dontFragment: true },
      { protocol: "icmp", to: "fd00:2::1", size: 1400, dontFragment: true },
      { protocol: "udp", to: "10.0.2.1", port: TCP_PORT, size: 1400, dontFragment: true },
      { protocol: "tcp", to: "10.0.2.1", port: 82 },
      { protocol: "udp", to: "fd00:2::1", port: 82 },
      { protocol: "tcp", to: "10.0.2.1", port: 83 },
    );
    const icmp = (who: string, what: string, type: number, code: number, mtu?: number) => ({
      ...{ heard: "icmp", from: who, what, type, code },
      ...(mtu !== undefined && { mtu }),
    });
    const net = icmp("10.0.1.2", "Destination Net Unreachable", 3, 0);
    const noRoute = icmp("fd00:1::2", "Destination unreachable: No route", 1, 0);
    assert.deepEqual(outcomes, [
      ...[net, noRoute, net, noRoute, net],
      icmp("10.0.1.1", "Destination Host Unreachable", 3, 1),
      icmp("10.0.2.1", "Time to live exceeded", 11, 0),
      icmp("10.0.1.2", "Frag needed and DF set", 3, 4, 1400),
      icmp("fd00:1::2", "Packet too big", 2, 0, 1400),
      icmp("10.0.1.2", "Frag needed and DF set", 3, 4, 1400),
      icmp("10.0.2.1", "Packet filtered", 3, 13),
      icmp("fd00:2::1", "Destination unreachable: Administratively prohibited", 1, 1),
      icmp("10.0.2.1", "Destination Port Unreachable", 3, 3),
    ]);
  });

  it("tell why nothing was sent", async () => {
    const outcomes = await send(
      100,
      { protocol: "icmp", to: "10.77.0.1" },
      { protocol: "tcp", to: "10.77.0.1", port: 1 },
      { protocol: "udp", to: "10.78.0.1", port: 1 },
      { protocol: "icmp", to: "10.78.0.1" },
      { protocol: "icmp", to: "10.0.1.2", size: 1473, dontFragment: true },
      { protocol: "icmp", to: "fd00:1::2", size: 1453, dontFragment: true },
      { protocol: "icmp", to: "fe80::1%none" },
    );
    const unsent = (code: string) => ({ heard: "unsent", code });
    const tooBig = { ...unsent("EMSGSIZE"), mtu: 1500 };
    const [refused, dropped] = [unsent("EACCES"), unsent("EINVAL")];
    assert.deepEqual(outcomes, [refused, refused, dropped, dropped, tooBig, tooBig, unsent("ENODEV")]);
  });

  it("go to a link-local address by the device that is named with it", async () => {
    const to = "fe80::2";
    const [outcome] = await send(5000, { protocol: "icmp", to: `${to}%ar` });
    assert.deepEqual(told(outcome), { heard: "answer", from: to });
  });

  it("wait for as long as they are told to where nothing comes", async () => {
    const silent: Omit<Probe, "netns">[] = [
      { protocol: "icmp", to: "10.0.2.1", size: 300 },
      { protocol: "tcp", to: "10.0.2.1", port: 81 },
      { protocol: "udp", to: "10.0.2.1", port: 81 },
    ];
    const { outcomes, tookMs } = await probes.send(
      silent.map((one) => ({ netns: from, ...one })),
      300,
    );
    assert.deepEqual(outcomes, [{ heard: "nothing" }, { heard: "nothing" }, { heard: "nothing" }]);
    assert.ok(tookMs >= 300 && tookMs < 2000, `${tookMs} ms`);
  });

  it("end at once where they are to end", async () => {
    const begun = performance.now();
    await assert.rejects(
      probes.send([{ netns: from, protocol: "icmp", to: "10.0.2.1", size: 300 }], 20_000, 100),
      /aborted due to timeout/,
    );
    assert.ok(performance.now() - begun < 5000);
  });

  it("say so where there is no such namespace", async () => {
    const none = { netns: "/run/netns/none", protocol: "icmp", to: "10.0.2.1" } as const;
    const there = { ...none, netns: from };
    const { outcomes } = await probes.send([none, there], 5000);
    assert.deepEqual(outcomes.map(told), [
      { heard: "unsent", code: "ENOENT" },
      { heard: "answer", from: "10.0.2.1" },
    ]);
  });

  it("leave no socket open, whatever became of them", async () => {
    const all: Omit<Probe, "netns">[] = [
      { protocol: "icmp", to: "10.0.2.1" },
      { protocol: "icmp", to: "10.77.0.1" },
      { protocol: "icmp", to: "fe80::1%none" },
      { protocol: "tcp", to: "10.0.2.1", port: TCP_PORT },
      { protocol: "udp", to: "fd00:2::1", port: CLOSED_PORT },
    ];
    assert.equal(await probes.leaks(all.map((one) => ({ netns: from, ...one }))), 0);
  });
});
