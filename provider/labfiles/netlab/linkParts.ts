import { type Subnet, sizeOf } from "../../core/subnet";
import { isObject, type Json, type Path } from "../../core/values";
import type { Draft } from "../draft";
import type { LabFile } from "../labFile";
import type { Link } from "./linkForms";
import type { Node } from "./nodes";
import { addressOf, FAMILIES, type Key, type Pools, saidPrefixes } from "./pools";
import type { VlanSwitches } from "./vlanSwitches";

/** What any link has: its ends, prefixes and addresses, MTU and condition. */

export interface Context {
  file: LabFile;
  draft: Draft;
  nodes: ReadonlyMap<string, Node>;
  pools: Pools;
  /** Prefixes that have names. */
  named: Json;
  /** Where else nodes can be that links name and the topology has not. */
  moreNodes: string | undefined;
  /** The links that devices are the ends of. */
  ends: Map<string, Path>;
  /** The MTU of all devices, where the topology says one. */
  mtu: unknown;
  switches: VlanSwitches;
  /** The prefixes of VLANs of single links. */
  members: Map<string, Partial<Record<Key, Subnet>>>;
  /** What is done when all links have their prefixes. */
  later: (() => void)[];
}

export interface End {
  node: string;
  device: string;
  said: Json;
  of: Node;
  /** Its place in the link. */
  index: number;
}

/** The MTU of a link, or the ends that have one of their own where not all have the same. */
export function mtuOf({ said }: Link, ends: readonly End[], { mtu: usual }: Context): Mtu {
  const all = ends.map((end) => {
    const bytes = [end.said.mtu, said.mtu, end.of.said.mtu, usual].find((one) => typeof one === "number");
    return { node: end.node, device: end.device, mtu: bytes as number | undefined };
  });
  const [first] = all;
  if (all.every(({ mtu }) => mtu === first?.mtu))
    return { ...(first?.mtu !== undefined && { mtu: first.mtu }), unlike: [] };
  return { unlike: all };
}

interface Mtu {
  mtu?: number;
  unlike: { node: string; device: string; mtu: number | undefined }[];
}

export function switchName(draft: Draft, said: Json, number: number): string {
  const wanted = [said.bridge, said.name, `lan${number}`, `switch${number}`].map((one) => String(one ?? ""));
  const isFree = (name: string) =>
    /^[A-Za-z]\w{0,14}$/.test(name) && !draft.hosts.has(name) && !draft.switches.has(name);
  return wanted.find(isFree) ?? `link-${number}`;
}

export function conditionOf(tc: unknown, file: LabFile, path: Path): { link?: Json } {
  if (!isObject(tc)) return {};
  const link: Json = {};
  const time = (value: unknown) => (typeof value === "number" ? `${value}ms` : String(value));
  for (const [key, value] of Object.entries(tc)) {
    if (key === "delay" || key === "jitter") link[key] = time(value);
    else if (key === "loss") link.loss = `${String(value).replace(/%$/, "")}%`;
    else if (key === "rate") link.rate = `${value}kbit`;
    else file.leave([...path, "tc", key], "it is no condition that `lab` has: a Qdisc of kind netem");
  }
  return Object.keys(link).length > 0 ? { link } : {};
}

export function prefixesOf({ said, ends }: Link, { nodes, pools, named }: Context): Partial<Record<Key, Subnet>> {
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
export function addressesOf(
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
