import { bitsOf, familyOf, parseCidr } from "../../core/ip";
import { isObject, type Json, type Path } from "../../core/values";
import type { Draft } from "../draft";
import { HostDraft } from "../host";
import type { LabFile } from "../labFile";
import { undotted } from "./dotted";
import { linksOf } from "./linkForms";
import type { Context } from "./linkParts";
import { addLink } from "./links";
import { isLinux, type Node, nodesOf } from "./nodes";
import { Pools } from "./pools";
import { staticRoutes } from "./staticRoutes";
import { VlanSwitches } from "./vlanSwitches";
import { Vlans } from "./vlans";

/** A topology of netlab, whose nodes are Linux, as a draft of a lab: with the addresses that netlab gives. */
export function readNetlab(file: LabFile): Draft {
  const topology = undotted(file.content) as Json;
  const draft: Draft = {
    name: String(topology.name ?? "lab"),
    hosts: new Map(),
    switches: new Map(),
    cables: [],
    beside: {},
    routesFollow: true,
  };
  leaveTop(file, topology);
  const defaults: Json = isObject(topology.defaults) ? topology.defaults : {};
  const all = nodesOf(file, topology);
  const pools = new Pools(topology.addressing, defaults.addressing);
  draft.loopbacks = pools.loopbacks;
  const nodes = new Map(all.map((node) => [node.name, node]));
  const interfaces: Json = isObject(defaults.interfaces) ? defaults.interfaces : {};
  const named = isObject(topology.prefix) ? topology.prefix : {};
  const wrong = (path: Path, why = NO_LINK) => file.leave(path, why);
  const vlans = new Vlans({ file, topology, nodes: all, pools, named, wrong });
  const links = [...linksOf(topology.links, new Set(nodes.keys()), wrong), ...vlans.links];
  const switches = new VlanSwitches(file, draft, vlans, links, nodes);
  for (const node of all) addNode(file, draft, node, { pools, switches });
  const context: Context = {
    ...{ file, draft, nodes, pools, named, switches, mtu: interfaces.mtu },
    ...{ members: new Map(), later: [], ends: new Map() },
    moreNodes: topology.plugin !== undefined || topology.components !== undefined ? MORE_NODES : undefined,
  };
  const counters = new Map<string, number>();
  for (const [index, link] of links.entries()) addLink(link, index + 1, context, counters);
  for (const act of context.later) act();
  switches.close();
  for (const node of all) staticRoutes(context, node);
  return draft;
}

const NO_LINK = "it is no link that we can read";
const MORE_NODES = "What plugins and components of netlab make is not read: name those nodes in `nodes`.";

interface Means {
  pools: Pools;
  switches: VlanSwitches;
}

function addNode(file: LabFile, draft: Draft, node: Node, { pools, switches }: Means): void {
  const { name, device, role, said, path, id } = node;
  if (!isLinux(device)) return void file.leave(path, `is of device ${device}, which is not Linux: its place is empty`);
  leaveNode(file, node, switches);
  if (!switches.isHost(name)) {
    if (role === "router" && said.loopback !== false)
      file.leave(path, "it routes between no VLANs, so it is a switch: that has no loopback device with addresses");
    return void switches.of(name);
  }
  if (role === "bridge") {
    draft.switches.set(name, {});
    return;
  }
  const host = new HostDraft(name);
  host.forwards = role === "router";
  draft.hosts.set(name, host);
  const loopback = said.loopback ?? role === "router";
  const lo = host.devices.get("lo");
  const own = isObject(loopback)
    ? [loopback.ipv4, loopback.ipv6].filter((one) => typeof one === "string" && parseCidr(one))
    : [];
  const pool = isObject(loopback) && typeof loopback.pool === "string" ? loopback.pool : "loopback";
  const given =
    loopback === false
      ? []
      : pools.loopback(id, pool).filter((one) => !own.some((other) => familyOf(String(other)) === familyOf(one)));
  for (const address of [...own, ...given]) lo?.addresses.push({ address: single(file, String(address)) });
}

/** Of a loopback device's prefix nothing but its one address is anywhere. */
function single(file: LabFile, text: string): string {
  const { address = "", family = "inet", prefixLength } = parseCidr(text) ?? {};
  const bits = bitsOf(family);
  if (prefixLength !== bits)
    file.leave(["addressing", "loopback"], `addresses of loopback devices have a prefix length of ${bits}`);
  return `${address}/${bits}`;
}

const NO_DAEMON = "no daemon is run";
const NODE = new Set(["device", "role", "id", "name", "loopback", "mtu", "netlab_ip_forwarding", "routing"]);
const NODE_WHY: Record<string, string> = {
  ...{
    image: "a host of netns is a namespace of this machine's network, and no container",
    provider: "a host of netns is a namespace of this machine's network",
  },
  config: "no configuration of a device is run",
  ...{ mgmt: "there is no management network: `netns exec` gets into each host" },
};

function leaveNode(file: LabFile, node: Node, { vlans }: VlanSwitches): void {
  const { path, said, device, name } = node;
  if (device !== "linux") file.leaveRouting(path, `is a Linux host with ${device}, which is not run`);
  for (const key of Object.keys(said)) {
    if (NODE.has(key) || (["vlan", "vlans"].includes(key) && vlans.knows(node))) continue;
    // What a group says is said of all its members, and listed where it stands.
    const own = file.has([...path, key]) ? [...path, key] : path;
    if (key === "module") leaveModules(file, said.module, own);
    else file.leave(own, NODE_WHY[key] ?? `nothing in the program stands for \`${key}\` of ${name}`);
  }
}

/** What no daemon does. */
const STATIC = new Set(["vlan", "lag", "routing", "initial"]);

function leaveModules(file: LabFile, said: unknown, path: Path): void {
  const all = Array.isArray(said) ? said.map(String) : [];
  if (all.length === 0 || all.some((one) => !STATIC.has(one))) file.leaveRouting(path, NO_DAEMON);
}

const TOP = new Set([
  "vlan",
  "vlans",
  "nodes",
  "links",
  "addressing",
  "prefix",
  "groups",
  "defaults",
  "name",
  "version",
  "message",
]);
const TOP_WHY: Record<string, string> = {
  ...{ provider: "hosts of netns are namespaces of this machine's network, whatever the provider" },
  plugin: "plugins of netlab are not run",
  ...{
    validate: "tests of netlab are not run: Reachability proves that packets get there",
    tools: "tools are not started",
  },
};
const DEFAULTS = new Set(["device", "addressing", "interfaces", "provider", "sources", "vlan"]);

function leaveTop(file: LabFile, topology: Json): void {
  for (const key of Object.keys(topology))
    if (key === "module") leaveModules(file, topology.module, [key]);
    else if (!TOP.has(key)) file.leave([key], TOP_WHY[key] ?? `nothing in the program stands for \`${key}\``);
  const { defaults, addressing } = topology;
  for (const key of isObject(defaults) ? Object.keys(defaults) : [])
    if (!DEFAULTS.has(key)) file.leave(["defaults", key], `nothing in the program stands for \`defaults.${key}\``);
  if (isObject(addressing) && addressing.mgmt !== undefined)
    file.leave(["addressing", "mgmt"], "there is no management network");
}
