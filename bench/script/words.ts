import type { Lists, Qdisc } from "../shapes/shape";

export type Tool = keyof typeof TOOLS;

/** What is done inside a namespace, by who does it: the lines of a batch each. */
export type Inside = Record<Tool, string[]>;

/** In the order in which one needs another. The words of a batch are in a file, or on stdin. */
export const TOOLS = {
  ip: "ip -batch",
  // The family of a rule is no word of its line.
  ip6: "ip -6 -batch",
  bridge: "bridge -batch",
  // No tool writes settings as quickly as the shell itself.
  sh: "sh",
  tc: "tc -batch",
  nft: "nft -f",
};

/** Makes what ports and addresses are on, pairs that lead elsewhere excepted. */
export function devicesIn(namespace: string, { bridges, vxlans, vethPairs = [] }: Lists): string[] {
  const inner = vethPairs.filter(({ a, b }) => a.namespace === namespace && b.namespace === namespace);
  return [
    ...at(namespace, bridges).map(({ name, vlanFiltering, defaultPvid }) => {
      const vlans = vlanFiltering ? ` vlan_filtering 1 vlan_default_pvid ${defaultPvid}` : "";
      return `link add name ${name} up type bridge${vlans}`;
    }),
    ...at(namespace, vxlans).map(
      ({ name, vni, local }) => `link add name ${name} up type vxlan id ${vni} local ${local} dstport 4789 nolearning`,
    ),
    ...inner.flatMap(({ a, b }) => [
      `link add name ${a.name} up type veth peer name ${b.name}`,
      `link set dev ${b.name} up`,
    ]),
  ];
}

/** A pair between two namespaces, the first end of which is up. */
export function pair({ a, b }: NonNullable<Lists["vethPairs"]>[number]): string {
  const mtu = a.mtu === undefined ? "" : ` mtu ${a.mtu}`;
  return `link add name ${a.name}${mtu} netns ${a.namespace} up type veth peer name ${b.name} netns ${b.namespace}`;
}

/** What is on the devices, once they and their ports are there. */
export function insideOf(namespace: string, lists: Lists): Inside {
  const { vxlans, bridgePorts, sysctls, addresses, neighbors, routes, rules, qdiscs, firewalls } = lists;
  const loopback = lists.namespaces.some(({ name, loopbackUp = true }) => name === namespace && loopbackUp);
  const rulesOf = (wanted: "inet6" | undefined) =>
    at(namespace, rules)
      .filter(({ family }) => family === wanted)
      .map(({ priority, from, table }) => `rule add priority ${priority} from ${from} table ${table}`);
  return {
    ip: [
      ...(loopback ? ["link set dev lo up"] : []),
      ...at(namespace, addresses).map(
        ({ device, address, noDad }) => `addr add ${address} dev ${device}${noDad ? " nodad" : ""}`,
      ),
      ...at(namespace, neighbors).map(
        ({ device, address, mac }) => `neigh add ${address} lladdr ${mac} nud permanent dev ${device}`,
      ),
      ...at(namespace, routes).map(
        ({ destination, gateway, device }) => `route add ${destination} via ${gateway} dev ${device} proto static`,
      ),
      ...rulesOf(undefined),
    ],
    ip6: rulesOf("inet6"),
    bridge: [
      ...at(namespace, vxlans).flatMap(({ name, fdb }) =>
        fdb.map(({ mac, destination }) => `fdb append ${mac} dev ${name} dst ${destination}`),
      ),
      ...at(namespace, bridgePorts).flatMap(({ device, vlans = [] }) =>
        vlans.map(({ vid, pvid, untagged }) =>
          [`vlan add dev ${device} vid ${vid}`, pvid && "pvid", untagged && "untagged"].filter(Boolean).join(" "),
        ),
      ),
    ],
    sh: at(namespace, sysctls).map(({ key, value }) => `echo ${value} >/proc/sys/${key.replaceAll(".", "/")}`),
    tc: at(namespace, qdiscs).map(queue),
    nft: at(namespace, firewalls).map(({ name, rules: text }) => `table inet ${name} {${text}}`),
  };
}

/** Sets up the second ends of pairs, which are born down, and makes those that are to be ports of a bridge. */
export function secondEnds(namespace: string, { bridgePorts }: Lists, names: readonly string[]): string[] {
  const ports = new Map(at(namespace, bridgePorts).map((port) => [port.device, port]));
  return names.flatMap((name) => port({ device: name, ...ports.get(name) }, " up"));
}

/** Makes ports of devices that are up already: all but the second ends of pairs. */
export function portsIn(namespace: string, { bridgePorts, vethPairs = [] }: Lists): string[] {
  const seconds = new Set(vethPairs.filter(({ b }) => b.namespace === namespace).map(({ b }) => b.name));
  return at(namespace, bridgePorts)
    .filter(({ device }) => !seconds.has(device))
    .flatMap((one) => port(one));
}

function port({ device, bridge, cost }: { device: string; bridge?: string; cost?: number }, up = ""): string[] {
  const line = `link set dev ${device}${bridge === undefined ? "" : ` master ${bridge}`}${up}`;
  return [line, ...(cost === undefined ? [] : [`link set dev ${device} type bridge_slave cost ${cost}`])];
}

function queue(qdisc: Qdisc): string {
  const add = `qdisc add dev ${qdisc.device} root ${qdisc.kind}`;
  const options = Object.entries(qdisc.kind === "tbf" ? qdisc.tbf : qdisc.options);
  return [add, ...options.flat()].join(" ");
}

function at<One extends { namespace: string }>(namespace: string, list: One[] = []): One[] {
  return list.filter((one) => one.namespace === namespace);
}
