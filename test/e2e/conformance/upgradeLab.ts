/** 28 objects of all kinds that most kernels can make. States of it are kept beside this: it stays as it is. */
const LAB = `
const n0 = new Namespace("n0", { name: "n0" });
const n1 = new Namespace("n1", { name: "n1" });
const n2 = new Namespace("n2", { name: "n2", loopbackUp: false });

const mac = "02:aa:bb:00:00:01";
const p0 = new VethPair("p0", { a: { name: "a0", namespace: "n0", mac }, b: { name: "b0", namespace: "n1", mtu: 1400 } });
const p1 = new VethPair("p1", { a: { name: "a1", namespace: "n1", up: false }, b: { name: "b1", namespace: "n2" } });
const p2 = new VethPair("p2", { a: { name: "a2" }, b: { name: "b2", namespace: "n2" } });
const br0 = new Bridge("br0", { name: "br0", namespace: "n2", ageingTime: 40000 });
const vx0 = new Vxlan("vx0", { name: "vx0", namespace: "n2", vni: 42, ttl: 8, fdb: [{ mac, destination: "10.0.0.9" }] });
const mv0 = new Macvlan("mv0", { name: "mv0", namespace: "n0", parent: "a0" });
const t0 = new Tap("t0", { name: "t0", namespace: "n2", mtu: 1300 });
new BridgePort("port", { namespace: "n2", bridge: "br0", device: "b1", isolated: true });
new BridgePort("tunnel", { namespace: "n2", bridge: "br0", device: "vx0" });
new LinkSettings("loop", { namespace: "n1", device: "lo", mtu: 1400, txQueueLength: 500 });

new Sysctl("forward", { namespace: "n0", key: "net.ipv4.ip_forward", value: 1 });
new Sysctl("filter", { namespace: "n2", key: "net.ipv4.conf.b1.rp_filter", value: 1 });
new Sysctl("own", { key: "net.ipv4.conf.a2.accept_local", value: 1 });
const a0 = new Address("v4a0", { namespace: "n0", device: "a0", address: "10.0.0.1/24", label: "a0:x" });
const b0 = new Address("v4b0", { namespace: "n1", device: "b0", address: "10.0.0.2/24" });
new Address("v6a0", { namespace: "n0", device: "a0", address: "fd00:0::1/64", noDad: true });
new Address("v6b0", { namespace: "n1", device: "b0", address: "fd00:0::2/64" });
new Address("v4a2", { device: "a2", address: "10.0.2.1/24" });
new Neighbor("known", { namespace: "n1", device: "b0", address: "10.0.0.9", mac });
new Route("way", { namespace: "n0", destination: "10.7.0.0/16", gateway: "10.0.0.2", metric: 5, mtu: 1400 });
new Route("way6", { namespace: "n0", destination: "fd08::/64", gateway: "fd00:0::2", device: "a0" });
new Route("nowhere", { namespace: "n0", destination: "fd07::/64", type: "unreachable" });
new Rule("rule", { namespace: "n0", priority: 100, from: "10.8.0.0/16", table: 100 });
new Qdisc("queue", { namespace: "n1", device: "b0", handle: "1:", kind: "pfifo", options: { limit: 6000 } });
new Firewall("wall", { name: "w0", namespace: "n2", rules: "chain in { type filter hook input priority 0; policy accept; tcp dport 22 drop\\n}" });
`;

/** In the order of the lists of a Topology. */
const KINDS = [
  ...["Namespace", "VethPair", "Bridge", "Vxlan", "Macvlan", "Tap", "BridgePort", "LinkSettings", "Sysctl", "Address"],
  ...["Neighbor", "Route", "Rule", "Qdisc", "Firewall"],
];
const LISTS = [
  ...["namespaces", "vethPairs", "bridges", "vxlans", "macvlans", "taps", "bridgePorts", "linkSettings", "sysctls"],
  ...["addresses", "neighbors", "routes", "rules", "qdiscs", "firewalls"],
];

/** What came with 0.2.0. */
export const LATER = `
const net0 = new netns.Namespace("net0", { name: "net0" });
const link = new netns.VethPair("link", { a: { name: "a0", namespace: net0.name }, b: { name: "b0", namespace: net0.name } });
new netns.Sysctl("loose", { namespace: net0.name, device: link.a.name, key: "net.ipv4.conf.*.rp_filter", value: 2 });
new netns.Process("sleeper", { namespace: net0.name, name: "sleeper", argv: ["sleep", "2000"], env: { A: "b" } });
const { topology } = netns.labOutput({ switches: { s1: { hosts: ["h1", "h2"] } } });
new netns.Topology("lab", topology);
`;

/** A resource for each object, one after the other. */
export const SINGLE = `
let last;
const [${KINDS}] = ${JSON.stringify(KINDS)}.map((kind) => function (name, args) {
  last = new netns[kind](name, args, last && { dependsOn: [last] });
  return last;
});
${LAB}`;

/** All of it as one. */
export const TOPOLOGY = `
const lists = {};
const [${KINDS}] = ${JSON.stringify(LISTS)}.map((list) => function (_, args) {
  (lists[list] ??= []).push(args);
});
${LAB}
new netns.Topology("lab", lists);
`;
