import type { Json } from "../../../provider/core/values";
import type { Builder, Dice, Seat } from "./connectedLabs";
import { ovsVlan } from "./ovsNetwork";

/** Changes something of a lab, for better or worse: what somebody may have done who built it. */
export function mutate(dice: Dice, lab: Builder): void {
  const seat = dice.one(...lab.seats);
  const other = dice.one(...lab.seats);
  dice.one(...FAULTS)(dice, lab, seat, other);
}

type Fault = (dice: Dice, lab: Builder, seat: Seat, other: Seat) => void;

const pick = (dice: Dice, all: readonly Json[]): Json | undefined => (all.length > 0 ? dice.one(...all) : undefined);

function sysctl(lab: Builder, host: string, key: string, value: number): void {
  const place = key.replaceAll("/", ".");
  const list = lab.list("sysctls");
  const index = list.findIndex((one) => one.namespace === host && one.key === place);
  if (index >= 0) list.splice(index, 1);
  lab.add("sysctls", { namespace: host, key: place, value: String(value) });
}

const FAULTS: readonly Fault[] = [
  (dice, lab) => {
    const pair = pick(dice, lab.list("vethPairs"));
    if (pair) Object.assign(pair[dice.one("a", "b")] as Json, { up: false });
  },
  (dice, lab) => {
    const bridge = pick(dice, lab.list("bridges"));
    if (bridge) bridge.up = false;
  },
  (_, lab, { host }) => {
    const own = lab.list("namespaces").find(({ name }) => name === host);
    if (own) own.loopbackUp = false;
  },
  (dice, lab) => {
    const list = lab.list("addresses");
    list.splice(dice.number(0, list.length - 1), 1);
  },
  (dice, lab) => {
    const address = pick(dice, lab.list("addresses"));
    const [text = ""] = String(address?.address).split("/");
    if (address) address.address = `${text}/${text.includes(":") ? dice.one(48, 128, 126) : dice.one(16, 32, 30, 8)}`;
  },
  (dice, lab, { host, device }, other) => {
    const isV6 = dice.chance(40);
    const address = isV6 ? `${other.v6}/64` : `${other.v4}/24`;
    lab.add("addresses", { namespace: host, device, address, ...(isV6 && { noDad: true }) });
  },
  (dice, lab, { host, device }) => {
    lab.add("addresses", {
      namespace: host,
      device: dice.one("lo", device),
      address: `10.7.7.${dice.number(1, 3)}/32`,
    });
  },
  (dice, lab) => {
    const list = lab.list("routes");
    if (list.length > 0) list.splice(dice.number(0, list.length - 1), 1);
  },
  (dice, lab, { host }, other) => {
    const type = dice.one("blackhole", "unreachable", "prohibit", "throw");
    const destination = dice.chance(30) ? `${other.v6}/128` : `${other.v4}/32`;
    lab.add("routes", { namespace: host, destination, type });
  },
  (dice, lab) => {
    const route = pick(dice, lab.list("routes"));
    const near = lab.seats.filter(({ v4 }) => String(route?.gateway).startsWith(v4.slice(0, 7)));
    if (route?.gateway && near.length > 0) route.gateway = dice.one(...near).v4;
  },
  (dice, lab, { host }, other) => {
    const near = lab.seats.filter((seat) => seat.host === host);
    const gateways = lab.seats.filter((seat) => near.some(({ net }) => net === seat.net) && seat.host !== host);
    const gateway = pick(dice, gateways as never);
    if (gateway) lab.add("routes", { namespace: host, destination: `${other.v4}/32`, gateway: gateway.v4 });
  },
  (dice, lab, { host, device }) => {
    const place = dice.one(device, "all", "all", "lo");
    sysctl(lab, host, `net.ipv4.conf.${place}.rp_filter`, dice.number(0, 2));
  },
  (dice, lab, { host, device }) => {
    const place = dice.one(device, "all");
    sysctl(lab, host, `net.ipv4.conf.${place}.arp_ignore`, dice.one(1, 2, 3, 8));
  },
  (dice, lab, { host, device }) => {
    const key = dice.one("arp_announce", "accept_local", "proxy_arp", "arp_filter");
    sysctl(lab, host, `net.ipv4.conf.${dice.one(device, "all")}.${key}`, dice.number(1, 2));
  },
  (dice, lab, { host, device }) => {
    sysctl(lab, host, `net.ipv4.conf.${device}.forwarding`, dice.number(0, 1));
  },
  (dice, lab, { host, device }) => {
    sysctl(
      lab,
      host,
      `net.ipv6.conf.${device}.${dice.one("forwarding", "proxy_ndp", "force_forwarding")}`,
      dice.number(0, 1),
    );
  },
  (_, lab, { host, device }) => {
    lab.lists.addresses = lab
      .list("addresses")
      .filter((one) => one.device !== device || !String(one.address).includes(":"));
    lab.lists.routes = lab
      .list("routes")
      .filter((one) => one.namespace !== host || !String(one.destination).includes(":"));
    sysctl(lab, host, `net.ipv6.conf.${device}.disable_ipv6`, 1);
  },
  (dice, lab, { host }) => {
    sysctl(lab, host, dice.one("net.ipv4.icmp_echo_ignore_all", "net.ipv6.icmp.echo_ignore_all"), 1);
  },
  (dice, lab, { host, device }, other) => {
    const macs = lab.list("vethPairs").flatMap(({ a, b }) => [(a as Json).mac, (b as Json).mac]);
    const right = lab
      .list("vethPairs")
      .flatMap(({ a, b }) => [a as Json, b as Json])
      .find(({ name }) => name === other.device)?.mac;
    const mac = dice.chance(50) && right ? right : dice.one(...macs, "02:00:00:00:99:99");
    const address = dice.chance(40) ? other.v6 : other.v4;
    lab.add("neighbors", { namespace: host, device, address, mac });
  },
  (dice, lab, { host, device }, other) => {
    lab.add("neighbors", { namespace: host, device, address: dice.one(other.v4, other.v6), proxy: true });
  },
  (dice, lab, { host, device }, other) => {
    const priority = dice.number(100, 103);
    const match = dice.one<Json>(
      { from: `${dice.one(other.v4)}/32` },
      { to: `10.0.${other.net}.0/24` },
      { iif: device },
      { oif: device },
      { from: "10.0.0.0/16" },
    );
    if (dice.chance(30)) {
      lab.add("rules", {
        namespace: host,
        priority,
        ...match,
        action: dice.one("blackhole", "unreachable", "prohibit"),
      });
      return;
    }
    lab.add("rules", { namespace: host, priority, ...match, table: 100 });
    const route = pick(
      dice,
      lab.list("routes").filter((one) => one.namespace === host && one.gateway && !String(one.gateway).includes(":")),
    );
    if (route && dice.chance(60))
      lab.add("routes", { namespace: host, destination: "default", gateway: route.gateway, table: 100 });
  },
  (dice, lab) => {
    const pair = pick(dice, lab.list("vethPairs"));
    const mtu = dice.one(1400, 1300, 1000, 9000);
    if (!pair) return;
    const [one, other] = dice.one(["a", "b"] as const, ["b", "a"] as const);
    Object.assign(pair[one] as Json, { mtu });
    if (dice.chance(60)) Object.assign(pair[other] as Json, { mtu });
  },
  (dice, lab) => {
    const port = pick(dice, lab.list("bridgePorts"));
    if (port)
      Object.assign(
        port,
        dice.one<Json>({ isolated: true }, { learning: false }, { flood: false, learning: false }, { hairpin: true }),
      );
  },
  (dice, lab) => {
    for (const port of lab.list("bridgePorts")) if (dice.chance(60)) port.isolated = true;
  },
  (dice, lab) => {
    const filtering = lab.list("bridges").filter(({ vlanFiltering }) => vlanFiltering);
    const bridge = pick(dice, filtering);
    const ports = lab.list("bridgePorts").filter((one) => one.bridge === bridge?.name);
    for (const port of ports) {
      if (dice.chance(50)) port.vlans = [{ vid: dice.one(10, 20), pvid: true, untagged: dice.chance(85) }];
    }
    if (bridge && dice.chance(50)) bridge.vlans = [{ vid: 10, pvid: true, untagged: true }];
  },
  (dice, lab) => {
    const port = pick(dice, lab.list("ovsPorts"));
    if (port) Object.assign(port, ovsVlan(dice));
  },
  (dice, lab) => {
    const bridge = pick(dice, lab.list("ovsBridges"));
    if (bridge) Object.assign(bridge, dice.one<Json>({ up: false }, { failMode: "secure" }));
  },
  (dice, lab, { host }) => {
    const net = dice.number(50, 60);
    const [a, b] = [`t${net}a`, `t${net}b`];
    const end = (name: string) => ({ namespace: host, name, mac: lab.mac() });
    lab.add("vethPairs", { a: end(a), b: end(b) });
    lab.add("addresses", { namespace: host, device: a, address: `10.0.${net}.1/24` });
    lab.add("addresses", { namespace: host, device: b, address: `10.0.${net}.2/24` });
    lab.seats.push({ host, device: a, net, v4: `10.0.${net}.1`, v6: `2001:db8:0:${net}::1` });
    lab.seats.push({ host, device: b, net, v4: `10.0.${net}.2`, v6: `2001:db8:0:${net}::2` });
  },
];

/** A firewall as people write them, on one of the hosts. */
export function wall(dice: Dice, lab: Builder, number: number): void {
  const { host, device, v4, v6 } = dice.one(...lab.seats);
  const far = dice.one(...lab.seats);
  const family = dice.one("inet", "inet", "ip", "ip6");
  const [ours, theirs] = family === "ip6" || (family === "inet" && dice.chance(30)) ? [v6, far.v6] : [v4, far.v4];
  const ip = theirs.includes(":") ? "ip6" : "ip";
  const net24 = ip === "ip" ? `10.0.${far.net}.0/24` : `2001:db8:0:${far.net}::/64`;
  const port = dice.one(22, 80, 5000);
  const rules = [
    "ct state established,related accept",
    "ct state established accept",
    "ct state vmap { invalid : drop, established : accept }",
    "ct state invalid drop",
    "meta l4proto { icmp, ipv6-icmp } accept",
    ...(family === "ip6" ? [] : ["icmp type echo-request accept", "ip protocol icmp drop"]),
    ...(family === "ip"
      ? []
      : ["icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept", "icmpv6 type echo-request drop"]),
    `${ip} saddr ${net24} accept`,
    `${ip} saddr ${theirs} drop`,
    `${ip} daddr != ${theirs} accept`,
    `iifname "${device}" accept`,
    `iif lo accept`,
    `oifname "${device}" drop`,
    `tcp dport { ${port}, 443 } accept`,
    `udp dport ${port} reject`,
    "tcp sport 1024-65535 accept",
    "meta l4proto tcp reject with tcp reset",
    "counter jump more",
    "limit rate 1000/second burst 1000 packets accept",
    "reject",
  ];
  const some = Array.from({ length: dice.number(1, 5) }, () => dice.one(...rules));
  const more = Array.from({ length: dice.number(1, 2) }, () =>
    dice.one(...rules.filter((one) => !one.includes("jump"))),
  );
  const base = (hook: string) =>
    `chain ${hook} { type filter hook ${hook} priority ${dice.one("filter", "-150", "50")}; policy ${dice.one("drop", "accept")};\n${some.join("\n")}\n}`;
  const nats = [
    `chain nat { type nat hook postrouting priority srcnat; policy accept;\noifname "${device}" masquerade\n}`,
    `chain nat { type nat hook postrouting priority srcnat; policy accept;\n${ip} saddr ${net24} snat ${family === "inet" ? `${ip} ` : ""}to ${ours}\n}`,
    `chain nat { type nat hook prerouting priority dstnat; policy accept;\n${ip} daddr ${ours} dnat ${family === "inet" ? `${ip} ` : ""}to ${theirs}\n}`,
    `chain nat { type nat hook output priority -100; policy accept;\n${ip} daddr ${theirs} dnat ${family === "inet" ? `${ip} ` : ""}to ${ours}\n}`,
    `chain nat { type nat hook prerouting priority dstnat; policy accept;\ntcp dport ${port} redirect to :80\n}`,
  ];
  const hook = dice.one("input", "input", "forward", "forward", "output", "prerouting", "postrouting");
  const isNat = dice.chance(35);
  const body = isNat ? dice.one(...nats) : `chain more {\n${more.join("\n")}\n}\n${base(hook)}`;
  const legal = hook === "output" || hook === "postrouting" ? /iif/ : /oif/;
  if (!isNat && legal.test(body)) return;
  lab.add("firewalls", { namespace: host, name: `wall${number}`, family, rules: body });
}
