import { type Subnet, sizeOf } from "../../core/subnet";
import { isObject, type Json, type Path } from "../../core/values";
import type { Draft } from "../draft";
import type { LabFile } from "../labFile";
import type { Link } from "./linkForms";
import { isLinux, type Node } from "./nodes";
import { addressOf, FAMILIES, type Key, type Pools, saidPrefixes } from "./pools";

export interface Context {
  file: LabFile;
  draft: Draft;
  nodes: ReadonlyMap<string, Node>;
  pools: Pools;
  /** Prefixes that have names. */
  named: Json;
  /** Nodes that links name and the topology has not. */
  unknown: { node: string; path: Path }[];
  /** The MTU of all devices, where the topology says one. */
  mtu: unknown;
}

/** What this reader makes something of; all else is listed. */
const KNOWN = new Set([
  ...[
    "prefix",
    "pool",
    "mtu",
    "type",
    "tc",
    "name",
    "bridge",
    "role",
    "gateway",
    "ipv4",
    "ipv6",
    "ifindex",
    "ifname",
    "disable",
  ],
  ...["linkindex", "_linkname"],
]);
const WHY: Record<string, string> = {
  bandwidth: "it is a figure for routing protocols: `tc.rate` is a rate that packets see",
  unnumbered: "no device has the address of another one",
  ra: "nothing sends router advertisements: hosts have their default route of IPv6",
  group: "groups of links have no names",
};

/** A link as a cable or a switch, with the addresses that netlab gives; the counters tell how devices are called. */
export function addLink(link: Link, number: number, context: Context, counters: Map<string, number>): void {
  const { file, draft, nodes } = context;
  const { said, path } = link;
  if (said.disable === true) return void file.leave(path, "it is disabled");
  for (const key of Object.keys(said))
    if (!KNOWN.has(key))
      file.leave([...path, key], WHY[key] ?? `nothing in the program stands for \`${key}\` of a link`);
  for (const end of link.ends)
    for (const key of Object.keys(end.said))
      if (!KNOWN.has(key))
        file.leave([...end.path, key], WHY[key] ?? `nothing in the program stands for \`${key}\` of an interface`);
  if (said.type === "tunnel" || said.type === "lag")
    return void file.leave(path, `no kind makes a link of type ${said.type}`);
  const subnets = prefixesOf(link, context);
  const ends = link.ends.map((end, index) => {
    const node = nodes.get(end.node);
    const kind = said.type === "loopback" ? "lo" : "eth";
    const own = counters.get(`${kind} ${end.node}`) ?? 0;
    const next = typeof end.said.ifindex === "number" ? end.said.ifindex : own + 1;
    counters.set(`${kind} ${end.node}`, Math.max(own, next));
    const device = typeof end.said.ifname === "string" ? end.said.ifname : `${kind}${next}`;
    return { ...end, device, of: node, addresses: node ? addressesOf(link, index, node, subnets, context) : [] };
  });
  const there = ends.filter(({ of, node }) => {
    if (!of) context.unknown.push({ node, path });
    else if (!isLinux(of.device)) file.leave(path, `its end ${node} is ${of.device}, which is not Linux`);
    return of && isLinux(of.device);
  });
  const hosts = there.filter(({ of }) => of?.role !== "bridge");
  const isAlone = link.ends.length === 1;
  // A router's stub is a switch, so that it is a network that the others have a route to.
  const isStub = isAlone && (hosts[0]?.of?.role !== "router" || hosts[0].addresses.length === 0);
  const isJoined = there.length > 1 || (isAlone && hosts.length === 1);
  for (const { node, device, addresses } of hosts) {
    const made = draft.hosts.get(node)?.add(device, isStub ? "dummy" : isJoined ? "cable" : "none");
    if (made && made.type === "none") made.why = "its link is not in the program";
    else for (const address of addresses) made?.addresses.push({ address });
  }
  if (isJoined && !isStub) join(link, number, context, there);
}

interface End {
  node: string;
  device: string;
  said: Json;
  of: Node | undefined;
}

function join({ said, path }: Link, number: number, { file, draft, mtu: usual }: Context, ends: readonly End[]): void {
  const bytes = (end: End) =>
    [end.said.mtu, said.mtu, end.of?.said.mtu, usual].find((one) => typeof one === "number") as number | undefined;
  const all = ends.map(bytes);
  const [mtu] = all;
  const isSame = all.every((one) => one === mtu);
  const of = isSame && mtu !== undefined ? { mtu } : {};
  const netem = conditionOf(said.tc);
  for (const part of netem.unknown)
    file.leave([...path, "tc", part], "it is no condition that `lab` has: a Qdisc of kind netem");
  const [a, b] = ends;
  if (ends.length === 2 && a && b && a.node !== b.node) {
    const end = ({ node, device, of: its }: End) => ({ node, device: its?.role === "bridge" ? "" : device });
    draft.cables.push({ ends: [end(a), end(b)], ...of, ...(netem.link && { link: netem.link }) });
  } else {
    const name = switchName(draft, said, number);
    draft.switches.set(name, of);
    for (const { node, device } of ends) {
      draft.cables.push({
        ends: [
          { node, device },
          { node: name, device: "" },
        ],
      });
      if (netem.link) draft.hosts.get(node)?.qdiscs.push({ device, kind: "netem", netem: netem.link });
    }
  }
  if (!isSame)
    for (const [index, { node, device }] of ends.entries()) {
      const made = draft.hosts.get(node)?.devices.get(device);
      if (made && all[index] !== undefined) made.settings.mtu = all[index];
    }
}

function switchName(draft: Draft, said: Json, number: number): string {
  const wanted = [said.bridge, said.name, `lan${number}`, `switch${number}`].map((one) => String(one ?? ""));
  const isFree = (name: string) =>
    /^[A-Za-z]\w{0,14}$/.test(name) && !draft.hosts.has(name) && !draft.switches.has(name);
  return wanted.find(isFree) ?? `link-${number}`;
}

function conditionOf(tc: unknown): { link?: Json; unknown: string[] } {
  if (!isObject(tc)) return { unknown: [] };
  const link: Json = {};
  const unknown: string[] = [];
  const time = (value: unknown) => (typeof value === "number" ? `${value}ms` : String(value));
  for (const [key, value] of Object.entries(tc)) {
    if (key === "delay" || key === "jitter") link[key] = time(value);
    else if (key === "loss") link.loss = `${String(value).replace(/%$/, "")}%`;
    else if (key === "rate") link.rate = `${value}kbit`;
    else unknown.push(key);
  }
  return { ...(Object.keys(link).length > 0 && { link }), unknown };
}

function prefixesOf({ said, ends }: Link, { nodes, pools, named }: Context): Partial<Record<Key, Subnet>> {
  if (said.unnumbered === true) return {};
  const own = saidPrefixes(said.prefix, named);
  if (own) return own;
  const usual =
    ends.length === 1 ? ["stub", "lan"] : isBetweenRouters({ said, ends, path: [] }, nodes) ? ["p2p", "lan"] : ["lan"];
  const wanted = [said.pool ?? said.role, ...(nodes.get(ends[0]?.node ?? "")?.role === "host" ? ["lan"] : usual)];
  const pool = wanted.map(String).find((name) => pools.has(name));
  return pool === undefined ? {} : pools.next(pool);
}

/**
 * By the node's number; one after the other where the prefix has too few for that; of a link between two routers the first
 * one is of the node whose name comes first.
 */
function addressesOf(
  link: Link,
  index: number,
  { id, role, name }: Node,
  subnets: Partial<Record<Key, Subnet>>,
  { nodes }: Context,
): string[] {
  if (role === "bridge") return [];
  const { ends } = link;
  const sorted = ends.map(({ node }) => node).sort();
  return FAMILIES.flatMap((key) => {
    const subnet = subnets[key];
    const size = subnet ? sizeOf(subnet) : 0n;
    const first = size > 2n ? 1n : 0n;
    const room = size > 2n ? size - 2n : size;
    const most = Math.max(...ends.map(({ node }) => nodes.get(node)?.id ?? 0));
    const isPair = isBetweenRouters(link, nodes) || (size === 2n && ends.length === 2);
    const byOrder = BigInt(most) > room ? first + BigInt(index) : BigInt(id);
    const address = addressOf(
      ends[index]?.said[key],
      subnet,
      isPair ? first + BigInt(sorted.indexOf(name)) : size === 1n ? 0n : byOrder,
    );
    return address === undefined ? [] : [address];
  });
}

function isBetweenRouters({ ends, said }: Link, nodes: ReadonlyMap<string, Node>): boolean {
  return ends.length === 2 && ends.every(({ node }) => nodes.get(node)?.role === "router") && said.type !== "lan";
}
