import * as netns from "pulumi-netns";

// Each network of the office has its own uplink and its own routing table.
const ways = [
  { lan: "staff", network: "10.6.1", isp: "isp1", wan: "192.0.2", table: 101 },
  { lan: "guests", network: "10.6.2", isp: "isp2", wan: "198.51.100", table: 102 },
];

new netns.Topology("dual-wan", {
  namespaces: ["office", ...ways.flatMap(({ lan, isp }) => [lan, isp])].map((name) => ({ name })),
  vethPairs: ways.flatMap(({ lan, isp }) =>
    [lan, isp].map((name) => ({ a: { namespace: name, name: "eth0" }, b: { namespace: "office", name } })),
  ),
  addresses: ways.flatMap(({ lan, network, isp, wan }) => [
    { namespace: lan, device: "eth0", address: `${network}.2/24` },
    { namespace: "office", device: lan, address: `${network}.1/24` },
    { namespace: "office", device: isp, address: `${wan}.2/24` },
    { namespace: isp, device: "eth0", address: `${wan}.1/24` },
    // Both providers reach the same server, as they would on the Internet.
    { namespace: isp, device: "lo", address: "203.0.113.1/32" },
  ]),
  sysctls: [{ namespace: "office", key: "net.ipv4.ip_forward", value: 1 }],
  routes: ways.flatMap(({ lan, network, isp, wan, table }) => [
    { namespace: lan, destination: "default", gateway: `${network}.1` },
    { namespace: isp, destination: `${network}.0/24`, gateway: `${wan}.2` },
    { namespace: "office", destination: "default", gateway: `${wan}.1`, table },
  ]),
  rules: [
    // Traffic that stays in the office uses the table `main`, where the kernel put a route to each network.
    { namespace: "office", priority: 100, to: "10.6.0.0/16" },
    // For traffic that leaves the office, the sender decides.
    ...ways.map(({ network, table }) => ({ namespace: "office", priority: table, from: `${network}.0/24`, table })),
  ],
});

const command = "ip netns exec staff ping -c 2 203.0.113.1";

export { command as try };
