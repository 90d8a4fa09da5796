import { bitsOf, familyOf, parseCidr } from "../../core/ip";
import { isObject, type Json } from "../../core/values";
import type { Draft } from "../draft";
import { HostDraft } from "../host";
import { type LabFile, unknownNodes } from "../labFile";
import { undotted } from "./dotted";
import { linksOf } from "./linkForms";
import { addLink, type Context } from "./links";
import { isLinux, type Node, nodesOf } from "./nodes";
import { Pools } from "./pools";
import { staticRoutes } from "./staticRoutes";

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
  for (const node of all) addNode(file, draft, node, pools);
  const nodes = new Map(all.map((node) => [node.name, node]));
  const interfaces: Json = isObject(defaults.interfaces) ? defaults.interfaces : {};
  const named = isObject(topology.prefix) ? topology.prefix : {};
  const context: Context = { file, draft, nodes, pools, named, unknown: [], mtu: interfaces.mtu };
  const wrong = (path: readonly (string | number)[]) => file.leave(path, "it is no link that we can read");
  const links = linksOf(topology.links, new Set(nodes.keys()), wrong);
  const counters = new Map<string, number>();
  for (const [index, link] of links.entries()) addLink(link, index + 1, context, counters);
  const isMore = topology.plugin !== undefined || topology.components !== undefined;
  if (context.unknown.length > 0) throw unknownNodes(file, context.unknown, isMore ? MORE_NODES : undefined);
  for (const node of all) staticRoutes(context, node);
  return draft;
}

const MORE_NODES = "What plugins and components of netlab make is not read: name those nodes in `nodes`.";

function addNode(file: LabFile, draft: Draft, node: Node, pools: Pools): void {
  const { name, device, role, said, path, id } = node;
  if (!isLinux(device)) return void file.leave(path, `is of device ${device}, which is not Linux: its place is empty`);
  leaveNode(file, node);
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

function leaveNode(file: LabFile, { path, said, device, name }: Node): void {
  if (device !== "linux") file.leaveRouting(path, `is a Linux host with ${device}, which is not run`);
  for (const key of Object.keys(said)) {
    if (NODE.has(key)) continue;
    // What a group says is said of all its members, and listed where it stands.
    const own = file.has([...path, key]) ? [...path, key] : path;
    if (key === "module") file.leaveRouting(own, NO_DAEMON);
    else file.leave(own, NODE_WHY[key] ?? `nothing in the program stands for \`${key}\` of ${name}`);
  }
}

const TOP = new Set(["nodes", "links", "addressing", "prefix", "groups", "defaults", "name", "version", "message"]);
const TOP_WHY: Record<string, string> = {
  ...{ provider: "hosts of netns are namespaces of this machine's network, whatever the provider" },
  plugin: "plugins of netlab are not run",
  ...{
    validate: "tests of netlab are not run: Reachability proves that packets get there",
    tools: "tools are not started",
  },
};
const DEFAULTS = new Set(["device", "addressing", "interfaces", "provider", "sources"]);

function leaveTop(file: LabFile, topology: Json): void {
  for (const key of Object.keys(topology))
    if (key === "module") file.leaveRouting([key], NO_DAEMON);
    else if (!TOP.has(key)) file.leave([key], TOP_WHY[key] ?? `nothing in the program stands for \`${key}\``);
  const { defaults, addressing } = topology;
  for (const key of isObject(defaults) ? Object.keys(defaults) : [])
    if (!DEFAULTS.has(key)) file.leave(["defaults", key], `nothing in the program stands for \`defaults.${key}\``);
  if (isObject(addressing) && addressing.mgmt !== undefined)
    file.leave(["addressing", "mgmt"], "there is no management network");
}
