import { isObject, type Json, type Path } from "../../core/values";
import type { LabFile } from "../labFile";
import { merged } from "./dotted";

/** A node of netlab with all that is said of it. */
export interface Node {
  name: string;
  id: number;
  path: Path;
  device: string;
  role: "host" | "router" | "bridge";
  said: Json;
  /** What netlab would configure of it. */
  modules: string[];
}

/** Devices that are Linux, and what their containers run besides. */
const LINUX: Record<string, Node["role"]> = { linux: "host", frr: "router", bird: "router", dnsmasq: "host" };

export function isLinux(device: string): boolean {
  return Object.hasOwn(LINUX, device);
}

const NO_DEVICE = "nodes without a device are taken for Linux, which `defaults.device: linux` says to netlab";

/** All nodes, with what their groups and the defaults say. */
export function nodesOf(file: LabFile, topology: Json): Node[] {
  const groups = Object.entries(isObject(topology.groups) ? topology.groups : {}).filter(
    ([name]) => !name.startsWith("_"),
  );
  const own = new Map<string, { said: Json; path: Path }>();
  const { nodes, defaults } = topology;
  if (Array.isArray(nodes)) {
    for (const [index, one] of nodes.entries()) {
      const path = ["nodes", index];
      if (isObject(one)) own.set(String(one.name), { said: one, path });
      else own.set(String(one), { said: {}, path });
    }
  } else if (isObject(nodes)) {
    for (const [name, said] of Object.entries(nodes))
      own.set(name, { said: isObject(said) ? said : {}, path: ["nodes", name] });
  } else if (nodes !== undefined && nodes !== null) file.leave(["nodes"], "it is neither a list nor a map of nodes");
  const auto = isObject(topology.groups) && topology.groups._auto_create === true;
  for (const [name, group] of groups)
    if (isObject(group) && (auto || group._auto_create === true))
      for (const member of membersOf(group))
        if (!own.has(member)) own.set(member, { said: {}, path: ["groups", name, "members"] });
  const usual = isObject(defaults) ? defaults : {};
  const taken = new Set([...own.values()].map(({ said }) => said.id).filter((id) => typeof id === "number"));
  let next = 0;
  return [...own].map(([name, { said, path }]): Node => {
    const inherited = groups.filter(([, group]) => isIn(groups, name, group)).map(([, group]) => withoutOwn(group));
    const all = inherited.reduceRight<Json>((so, group) => merged(group, so) as Json, said);
    let id = all.id;
    if (typeof id !== "number") {
      do next += 1;
      while (taken.has(next));
      id = next;
    }
    if (all.device === undefined && usual.device === undefined) file.leave(["nodes"], NO_DEVICE);
    const device = String(all.device ?? usual.device ?? "linux");
    const modules = all.module ?? topology.module;
    return {
      ...{ name, id: id as number, path, device, role: roleOf(all, device), said: all },
      modules: Array.isArray(modules) ? modules.map(String) : [],
    };
  });
}

function membersOf(group: unknown): string[] {
  const members = isObject(group) ? group.members : undefined;
  if (isObject(members)) return Object.keys(members);
  return Array.isArray(members) ? members.map(String) : [];
}

/** Of this group, or of one that this group has among its members. */
function isIn(groups: readonly [string, unknown][], name: string, group: unknown, depth = 0): boolean {
  const members = membersOf(group);
  if (members.includes(name) || members.includes("all")) return true;
  return (
    depth < 8 &&
    groups.some(([other, inner]) => inner !== group && members.includes(other) && isIn(groups, name, inner, depth + 1))
  );
}

function withoutOwn(group: unknown): Json {
  if (!isObject(group)) return {};
  const { members: _, vars: __, node_data: data, ...rest } = group;
  return merged(rest, isObject(data) ? data : {}) as Json;
}

function roleOf({ role, netlab_ip_forwarding: forwarding }: Json, device: string): Node["role"] {
  if (role === "bridge") return "bridge";
  if (role === "router" || forwarding === true) return "router";
  return role === undefined ? (LINUX[device] ?? "router") : "host";
}
