/** The three labs that the killed runs go between. */
export type Lab = "first" | "changed" | "replaced";

/** The MAC addresses that the labs give. */
export const MACS = ["02:aa:bb:00:00:01", "02:aa:bb:00:00:02"];

/**
 * 35 objects of all kinds that the kernel here can make, but for Open vSwitch's, whose daemons are not part of a host:
 * the lab that LAB names.
 */
const LAB = `
const { interpolate } = require("@pulumi/pulumi");
const [changed, replaced] = ["changed", "replaced"].map((lab) => process.env.LAB === lab);

const n0 = new Namespace("n0", { name: replaced ? "m0" : "n0" });
const n1 = new Namespace("n1", { loopbackUp: !changed });
const n2 = new Namespace("n2");
const n3 = new Namespace("n3");

const mac = changed ? "${MACS[1]}" : "${MACS[0]}";
const p0 = new VethPair("p0", { a: { name: "a0", namespace: n0.name, mac }, b: { name: "b0", namespace: n1.name } });
const mtu = changed ? {} : { mtu: 1400 };
const p1 = new VethPair("p1", {
  a: { name: "a1", namespace: n1.name, ...mtu },
  b: { name: replaced ? "c1" : "b1", namespace: n2.name, mtu: changed ? 1300 : 1400 },
});
const p2 = new VethPair("p2", { a: { name: "a2", namespace: n2.name, up: changed }, b: { name: "b2", namespace: n3.name } });
const p3 = new VethPair("p3", { a: { name: "a3", namespace: n3.name }, b: { name: "b3", namespace: n3.name, up: !changed } });
const p4 = new VethPair("p4", { a: { name: "a4" }, b: { name: "b4", namespace: n3.name } });

const address = (name, { namespace, name: device }, address, more, options) =>
  new Address(name, { namespace, device, address, ...more }, options);
const [v4a0, v4b0] = [address("v4a0", p0.a, "10.0.0.1/24"), address("v4b0", p0.b, "10.0.0.2/24")];
address("v6a0", p0.a, "fd00:0::1/64", { noDad: true });
address("v4b1", p1.b, "10.0.1.2/24");
address("v6b1", p1.b, "fd00:1::2/64", { noDad: true });
const first = address("v4a3", p3.a, replaced ? "10.0.3.9/24" : "10.0.3.1/24");
address("v4a3second", p3.a, "10.0.3.2/24", {}, { dependsOn: [first] });
address("v4a4", p4.a, "10.0.4.1/24");
new Address("v6lo", { namespace: n3.name, device: "lo", address: "fd00:9::1/128", noDad: true });

new Sysctl("forward", { namespace: n0.name, key: "net.ipv4.ip_forward", value: 1 });
new Sysctl("filter", { namespace: n2.name, key: interpolate\`net.ipv4.conf.\${p1.b.name}.rp_filter\`, value: changed ? 2 : 1 });
new Sysctl("probing", { namespace: n3.name, key: replaced ? "net.ipv4.tcp_base_mss" : "net.ipv4.tcp_mtu_probing", value: replaced ? 1000 : 1 });
new Sysctl("local", { namespace: p4.b.namespace, key: "net.ipv4.conf.b4.accept_local", value: changed ? 0 : 1 });
const br0 = new Bridge("br0", { name: "br0", namespace: n3.name, ageingTime: changed ? 400 : 300 });
new BridgePort("port", { namespace: n3.name, bridge: br0.name, device: p2.b.name, isolated: !changed });
const vx0 = new Vxlan("vx0", { name: "vx0", namespace: n3.name, vni: replaced ? 43 : 42, ttl: changed ? 9 : 8, mtu: 1400 });
new BridgePort("tunnel", { namespace: n3.name, bridge: br0.name, device: vx0.name });
new Macvlan("mv0", { name: "mv0", namespace: n0.name, parent: p0.a.name, up: !changed });

new LinkSettings("loop", { namespace: n1.name, device: "lo", mtu: changed ? 1500 : 1400, ...(changed ? {} : { txQueueLength: 500 }) });
// The kernel drops both with the last IPv4 address of their device: which would go first is to be the same each time.
new Neighbor("known", { namespace: n1.name, device: p0.b.name, address: replaced ? "10.0.0.8" : "10.0.0.9", mac }, { dependsOn: [v4b0] });
new Route("away", { namespace: n0.name, destination: "10.7.0.0/16", device: p0.a.name, metric: replaced ? 6 : 5, mtu: changed ? 1300 : 1400 }, { dependsOn: [v4a0] });
new Route("nowhere", { namespace: n0.name, destination: "fd07::/64", type: changed ? "blackhole" : "unreachable" });
new Rule("rule", { namespace: n0.name, priority: 100, from: replaced ? "10.9.0.0/16" : "10.8.0.0/16", table: 100 });

new Tap("tap", { name: "t0", namespace: n2.name, multiQueue: replaced, mtu: changed ? 1400 : 1300 });
new Qdisc("queue", { namespace: n2.name, device: p2.a.name, handle: "1:", kind: replaced ? "bfifo" : "pfifo", options: { limit: changed ? 5000 : 6000 } });
const drop = (ports) => \`chain in { type filter hook input priority 0; policy accept; tcp dport { \${ports} } drop\n}\`;
new Firewall("wall", { name: replaced ? "w1" : "w0", namespace: n2.name, rules: drop(changed ? "22, 80" : "22") });

new Sysctl("ttl", { key: "net.ipv4.ip_default_ttl", value: changed ? 66 : 65 });
`;

/** In the order of the lists of a Topology below. */
const KINDS = `Namespace, VethPair, Bridge, Vxlan, Macvlan, Tap, BridgePort, LinkSettings,
  Sysctl, Address, Neighbor, Route, Rule, Qdisc, Firewall`;

/** The lab as a resource for each object. */
export const SINGLE = `
const { ${KINDS} } = require("pulumi-netns");
${LAB}`;

/** The lab as one resource: what would make each object puts it into a list instead. */
export const TOPOLOGY = `
const lists = {
  ...{ namespaces: [], vethPairs: [], bridges: [], vxlans: [], macvlans: [], taps: [], bridgePorts: [], linkSettings: [] },
  ...{ sysctls: [], addresses: [], neighbors: [], routes: [], rules: [], qdiscs: [], firewalls: [] },
};
const into = (list) => function (name, args) {
  const element = list === lists.namespaces ? { name, ...args } : args;
  list.push(element);
  return element;
};
const [${KINDS}] = Object.values(lists).map(into);
${LAB}
new (require("pulumi-netns").Topology)("lab", lists);
`;
