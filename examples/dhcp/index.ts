import * as netns from "pulumi-netns";

const clients = ["h1", "h2", "h3"];

// A switch, and a cable from it to each host. The server alone has an address of ours.
const { topology } = netns.labOutput({
  switches: { lan: { hosts: ["server", ...clients], subnet: "none", subnet6: "none" } },
});
const address = { namespace: "server", device: "lan", address: "10.15.0.1/24" };

// In the foreground and without a user of its own, as a sandbox needs it.
const server = {
  namespace: "server",
  name: "dnsmasq",
  argv: ["dnsmasq", "--no-daemon", "--log-dhcp"],
  files: {
    "/etc/dnsmasq.conf": [
      "interface=lan",
      "dhcp-range=10.15.0.100,10.15.0.199,1h",
      "dhcp-authoritative", // it may be asked for an address that it gave before it was started anew
      "no-ping", // ask nobody whether an address is taken
      "leasefile-ro", // leases are in memory alone
      "domain=lab",
      "local=/lab/",
      "no-resolv",
      "no-hosts",
      "",
    ].join("\n"),
  },
  ready: { udp: 67 },
};

// What the client runs with each lease.
const script = `#!/bin/sh
case $1 in
  deconfig) ip -4 address flush dev $interface ;;
  bound | renew) ip address replace $ip/$mask dev $interface ;;
esac
`;
const client = (name: string) => ({
  namespace: name,
  name: "udhcpc",
  argv: ["busybox", "udhcpc", "-f", "-R", "-i", "lan", "-x", `hostname:${name}`, "-T", "1", "-A", "1"],
  files: { "/etc/udhcpc/default.script": script },
  ready: { line: "^udhcpc: lease of .* obtained" },
});

new netns.Topology(
  "lab",
  topology.apply((lab) => ({ ...lab, addresses: [address], processes: [server, ...clients.map(client)] })),
);

const command = "ip netns exec h1 busybox nslookup -type=a h2.lab 10.15.0.1";

export { command as try };
