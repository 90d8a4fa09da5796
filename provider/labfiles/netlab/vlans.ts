import type { Subnet } from "../../core/subnet";
import { isObject, type Json, type Path } from "../../core/values";
import { LAST_VLAN } from "../../core/vlans";
import type { LabFile } from "../labFile";
import { type Link, linksOf } from "./linkForms";
import { isLinux, type Node } from "./nodes";
import { type Key, type Pools, saidPrefixes } from "./pools";

/** The VLANs of a topology, with the numbers and prefixes that netlab gives them. */

export type Mode = "irb" | "bridge" | "route";

export interface Vlan {
  name: string;
  id: number;
  /** As the topology, and as the node says it. */
  said: Json;
  prefix: Partial<Record<Key, Subnet>>;
}

const FIRST = 1000;
const OF_VLAN = new Set(["id", "mode", "prefix", "pool", "links"]);
const OF_NODE = new Set([...OF_VLAN, "ipv4", "ipv6"]);

interface About {
  file: LabFile;
  topology: Json;
  nodes: readonly Node[];
  pools: Pools;
  named: Json;
  /** Told of what is no link. */
  wrong: (path: Path, why?: string) => void;
}

export class Vlans {
  /** The links that VLANs list, each in its VLAN. */
  readonly links: Link[] = [];
  private readonly all = new Map<string, Vlan>();
  private readonly usual: unknown;
  private next: number;
  private readonly taken: Set<unknown>;

  constructor({ file, topology, nodes, pools, named, wrong }: About) {
    const { vlan, defaults } = topology;
    const own: Json = isObject(topology.vlans) ? topology.vlans : {};
    this.usual = isObject(vlan) ? vlan.mode : undefined;
    const begin = isObject(defaults) && isObject(defaults.vlan) ? defaults.vlan.start_vlan_id : undefined;
    this.next = typeof begin === "number" ? begin : FIRST;
    const capable = nodes.filter((node) => node.modules.includes("vlan"));
    const levels = [own, ...capable.map(({ said }) => (isObject(said.vlans) ? said.vlans : {}))];
    this.taken = new Set(levels.flatMap((level) => Object.values(level).map((one) => isObject(one) && one.id)));
    const add = (name: string, said: unknown, path: Path, known: ReadonlySet<string>) => {
      const its: Json = isObject(said) ? said : {};
      for (const key of Object.keys(its))
        if (!known.has(key)) file.leave([...path, key], `nothing in the program stands for \`${key}\` of a VLAN`);
      if (this.all.has(name)) return;
      if (its.id !== undefined && !isId(its.id)) file.leave([...path, "id"], "it is no VLAN ID (IEEE 802.1Q)");
      const isRouted = (its.mode ?? this.usual) === "route";
      const pool = [its.pool, "vlan", "lan"].map(String).find((one) => pools.has(one)) ?? "lan";
      const prefix = isRouted ? {} : (saidPrefixes(its.prefix, named) ?? pools.next(pool));
      this.all.set(name, { name, id: this.idOf(its.id), said: its, prefix });
    };
    for (const [name, said] of Object.entries(own)) add(name, said, ["vlans", name], OF_VLAN);
    for (const { said, path } of capable)
      for (const [name, one] of Object.entries(isObject(said.vlans) ? said.vlans : {}))
        add(name, one, file.has([...path, "vlans", name]) ? [...path, "vlans", name] : path, OF_NODE);
    const names = new Set(nodes.map(({ name }) => name));
    for (const [name, said] of Object.entries(own)) {
      const path = ["vlans", name, "links"];
      const links = linksOf(isObject(said) ? said.links : undefined, names, wrong, path);
      const inVlan = (link: Link) => ({ access: name, ...(isObject(link.said.vlan) ? link.said.vlan : {}) });
      this.links.push(...links.map((link) => ({ ...link, said: { ...link.said, vlan: inVlan(link) } })));
    }
  }

  get(name: string): Vlan | undefined {
    return this.all.get(name);
  }

  /** Whether a node takes part in VLANs at all. */
  knows(node: Node | undefined): node is Node {
    return node !== undefined && isLinux(node.device) && node.modules.includes("vlan");
  }

  /** By the order of netlab: `own` is what the link or the interface says. */
  modeOf(name: string, { role, said }: Node, own: unknown): Mode {
    const ofNode = isObject(said.vlans) && isObject(said.vlans[name]) ? said.vlans[name].mode : undefined;
    const usual = isObject(said.vlan) ? said.vlan.mode : undefined;
    const mode = own ?? ofNode ?? usual ?? this.all.get(name)?.said.mode ?? this.usual;
    if (mode === "route") return mode;
    return role === "bridge" || mode === "bridge" ? "bridge" : "irb";
  }

  private idOf(said: unknown): number {
    if (isId(said)) return said;
    while (this.taken.has(this.next)) this.next += 1;
    this.next += 1;
    return this.next - 1;
  }
}

function isId(said: unknown): said is number {
  return typeof said === "number" && Number.isInteger(said) && said > 0 && said <= LAST_VLAN;
}
