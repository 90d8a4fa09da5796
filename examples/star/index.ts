import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

const wanted = new pulumi.Config().get("hosts") ?? "10";
const size = Number(wanted);
if (!Number.isInteger(size) || size < 2 || size > 1000) {
  throw new pulumi.RunError(`star:hosts is ${wanted}, but must be a whole number from 2 to 1000.`);
}

const hosts = Array.from({ length: size }, (_, index) => {
  const n = index + 1;
  return { name: `h${n}`, port: `p${n}`, address: `10.0.${Math.floor(n / 256)}.${n % 256}` };
});

// One resource for everything: its parts refer to each other by name, and it makes them in the right order.
new netns.Topology("star", {
  namespaces: [{ name: "switch" }, ...hosts.map(({ name }) => ({ name }))],
  vethPairs: hosts.map(({ name, port }) => ({
    a: { name: "eth0", namespace: name },
    b: { name: port, namespace: "switch" },
  })),
  sysctls: [
    // Forward packets that are for somebody else.
    { namespace: "switch", key: "net.ipv4.ip_forward", value: 1 },
    // On every port, answer ARP for the hosts on the other ports.
    { namespace: "switch", key: "net.ipv4.conf.all.proxy_arp", value: 1 },
  ],
  addresses: hosts.flatMap(({ name, port, address }) => [
    // To the host, all others are on its own network.
    { namespace: name, device: "eth0", address: `${address}/16` },
    // The peer gives the switch its route to this host. The switch's own address is the same on all ports.
    { namespace: "switch", device: port, address: "10.0.255.254/32", peer: address },
  ]),
});

const command = `ip netns exec h1 ping -c 2 ${hosts.at(-1)?.address}`;

export { command as try };
