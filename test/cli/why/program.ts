/**
 * The lab that is broken: two hosts on a bridge, a router, a server behind it, a guest whose address the router answers
 * for, and a host whose cable leads back to itself.
 *
 *   client ──┐
 *   peer ────┤ switch ──── router ──── server
 *            └             │
 *                          guest (10.1.0.200, by proxy ARP)
 *
 * A second cable of the peer leads to the twin, whose end the program keeps down.
 */
export const PROGRAM = `
const hosts = ["client", "peer", "switch", "router", "server", "guest", "twin"];
const netnsOf = Object.fromEntries(hosts.map((name) => [name, new netns.Namespace(name).name]));
const cable = (name, [a, aName], [b, bName]) =>
  new netns.VethPair(name, { a: { namespace: netnsOf[a], name: aName }, b: { namespace: netnsOf[b], name: bName } });
const cables = {
  client: cable("client-cable", ["client", "eth0"], ["switch", "p1"]),
  peer: cable("peer-cable", ["peer", "eth0"], ["switch", "p2"]),
  router: cable("router-cable", ["router", "eth0"], ["switch", "p3"]),
  server: cable("server-cable", ["router", "eth1"], ["server", "eth0"]),
  guest: cable("guest-cable", ["router", "eth2"], ["guest", "eth0"]),
};
const twins = cable("twin-cable", ["twin", "ta"], ["twin", "tb"]);
new netns.VethPair("spare-cable", {
  a: { namespace: netnsOf.twin, name: "eth0", up: false },
  b: { namespace: netnsOf.peer, name: "eth1" },
});
const br0 = new netns.Bridge("bridge", { namespace: netnsOf.switch, name: "br0" });
for (const name of ["client", "peer", "router"])
  new netns.BridgePort(name + "-port", { namespace: netnsOf.switch, bridge: br0.name, device: cables[name].b.name });
const v4 = (name, end, address) =>
  new netns.Address(name, { namespace: end.namespace, device: end.name, address });
const v6 = (name, end, address) =>
  new netns.Address(name, { namespace: end.namespace, device: end.name, address, noDad: true });
const addresses = [
  v4("client-v4", cables.client.a, "10.1.0.11/24"),
  v6("client-v6", cables.client.a, "fd00:1::11/64"),
  v4("peer-v4", cables.peer.a, "10.1.0.12/24"),
  v4("router-lan", cables.router.a, "10.1.0.1/24"),
  v6("router-lan6", cables.router.a, "fd00:1::1/64"),
  v4("router-dmz", cables.server.a, "10.2.0.1/24"),
  v6("router-dmz6", cables.server.a, "fd00:2::1/64"),
  v4("server-v4", cables.server.b, "10.2.0.2/24"),
  v6("server-v6", cables.server.b, "fd00:2::2/64"),
  v4("guest-v4", cables.guest.b, "10.1.0.200/32"),
];
v4("twin-a", twins.a, "10.9.0.1/24");
v4("twin-b", twins.b, "10.9.0.2/24");
for (const [host, device, address] of [["peer", "eth1", "10.8.0.1/24"], ["twin", "eth0", "10.8.0.2/24"]])
  new netns.Address("spare-" + host, { namespace: netnsOf[host], device, address });
const route = (name, namespace, more) => new netns.Route(name, { namespace, ...more }, { dependsOn: addresses });
route("client-default", netnsOf.client, { destination: "default", gateway: "10.1.0.1" });
route("client-default6", netnsOf.client, { destination: "::/0", gateway: "fd00:1::1" });
route("server-default", netnsOf.server, { destination: "default", gateway: "10.2.0.1" });
route("server-default6", netnsOf.server, { destination: "::/0", gateway: "fd00:2::1" });
route("guest-default", netnsOf.guest, { destination: "default", device: cables.guest.b.name });
route("to-guest", netnsOf.router, { destination: "10.1.0.200/32", device: cables.guest.a.name });
const set = (name, namespace, key, value) => new netns.Sysctl(name, { namespace, key, value });
set("forwarding", netnsOf.router, "net.ipv4.ip_forward", 1);
set("forwarding6", netnsOf.router, "net.ipv6.conf.all.forwarding", 1);
set("proxy-lan", netnsOf.router, pulumi.interpolate\`net.ipv4.conf.\${cables.router.a.name}.proxy_arp\`, 1);
set("proxy-guest", netnsOf.router, pulumi.interpolate\`net.ipv4.conf.\${cables.guest.a.name}.proxy_arp\`, 1);
`;

/** A table of rules for the router, so that a rule that somebody puts in is one that differs from the stack. */
export const FIREWALL_PROGRAM = `
new netns.Firewall("filter", { namespace: netnsOf.router, name: "filter", rules: \`
  chain input { type filter hook input priority filter; policy accept; }
  chain forward { type filter hook forward priority filter; policy accept; }
  chain output { type filter hook output priority filter; policy accept; }
\` });
`;
