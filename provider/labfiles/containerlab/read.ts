import { isObject, type Json, type Path } from "../../core/values";
import { runCommand } from "../commands/run";
import { setSysctl } from "../commands/sysctl";
import type { Draft, SwitchDraft } from "../draft";
import { HostDraft } from "../host";
import type { LabFile } from "../labFile";
import { type Places, readLinks } from "./links";
import { LINUX, leaveSettings, type Node, nodesOf, setting } from "./nodes";

/** A file of containerlab, whose nodes are Linux, as a draft of a lab. What is not, is left. */
export function readContainerlab(file: LabFile): Draft {
  const content = file.content as Json;
  const topology = content.topology as Json;
  const draft: Draft = {
    name: typeof content.name === "string" || typeof content.name === "number" ? String(content.name) : "lab",
    hosts: new Map(),
    switches: new Map(),
    cables: [],
    beside: {},
  };
  leaveTop(file, content, topology);
  const nodes = nodesOf(file, topology);
  const places: Places = { others: new Map(), within: new Map(), shared: sharedBy(nodes) };
  for (const node of nodes) addNode(file, draft, node, places);
  readLinks(file, draft, topology.links, places);
  for (const node of nodes) {
    const host = draft.hosts.get(places.shared.get(node.name) ?? node.name);
    if (host && node.kind === LINUX) configure(file, host, node);
  }
  return draft;
}

function leaveTop(file: LabFile, content: Json, topology: Json): void {
  if (content.mgmt !== undefined)
    file.leave(["mgmt"], "there is no management network: `netns exec` gets into each host without one");
  if (content.settings !== undefined) file.leave(["settings"], "it is about containers and their certificates");
  if (content.prefix !== undefined && content.prefix !== "")
    file.leave(["prefix"], "namespaces have the names of the nodes: `prefix` of `lab` puts something before them");
  for (const key of Object.keys(content))
    if (!["name", "topology", "mgmt", "settings", "prefix", "debug"].includes(key) && !key.startsWith("x-"))
      file.leave([key], "containerlab has nothing of this name");
  for (const key of Object.keys(topology))
    if (!["nodes", "links", "defaults", "kinds", "groups"].includes(key))
      file.leave(["topology", key], "containerlab has nothing of this name");
}

function addNode(file: LabFile, draft: Draft, node: Node, places: Places): void {
  const { name, kind, path } = node;
  if (kind === "bridge" || kind === "ovs-bridge") {
    const [bridge = "", parent] = name.split("|");
    if (parent !== undefined) {
      places.within.set(name, { bridge, parent });
      return;
    }
    draft.switches.set(name, kind === "ovs-bridge" ? ({ openvswitch: true } satisfies SwitchDraft) : {});
    return;
  }
  if (kind === LINUX) {
    if (places.shared.has(name)) return;
    draft.hosts.set(name, new HostDraft(name));
    return;
  }
  const why =
    kind === "host"
      ? "is the machine itself: links to `host` end there"
      : kind === ""
        ? "has no kind: only nodes of kind linux, bridge and ovs-bridge are Linux"
        : `is of kind ${kind}, which is not Linux: its place is empty`;
  places.others.set(name, why);
  file.leave(path, why);
}

/** Nodes that have the network of another: they are one host in the program. */
function sharedBy(nodes: readonly Node[]): Map<string, string> {
  const shared = nodes.flatMap((node): [string, string][] => {
    const [, other] = /^container:(.+)$/.exec(String(setting(node, "network-mode")?.value ?? "")) ?? [];
    const isHere = nodes.some(({ name, kind }) => name === other && kind === LINUX);
    return node.kind === LINUX && other !== undefined && isHere && other !== node.name ? [[node.name, other]] : [];
  });
  return new Map(shared);
}

/** What its settings and commands make of a host. */
function configure(file: LabFile, host: HostDraft, node: Node): void {
  leaveSettings(file, node);
  const mode = setting(node, "network-mode");
  const named = String(mode?.value ?? "");
  if (mode && named === "host") file.leave(mode.path, "it has the network of the machine: here it has one of its own");
  else if (mode && named.startsWith("container:") && host.name === node.name)
    file.leave(mode.path, "it has the network of a container that is no node: here it has one of its own");
  if (!mode || named === "bridge")
    if (!host.devices.has("eth0"))
      host.addNone("eth0", "eth0 is the device of containerlab's management network, which is not in the program");
  for (const { path, said } of node.levels) sysctls(file, host, said.sysctls, [...path, "sysctls"]);
  command(file, host, node, "cmd");
  stages(file, host, node);
  for (const { path, said } of node.levels) exec(file, host, said.exec, [...path, "exec"], node.name);
}

function sysctls(file: LabFile, host: HostDraft, said: unknown, path: Path): void {
  if (!isObject(said)) return;
  for (const [key, value] of Object.entries(said)) {
    const why = setSysctl(host, key, String(value));
    if (why !== undefined) file.leave([...path, key], why);
  }
}

function exec(file: LabFile, host: HostDraft, said: unknown, path: Path, node: string): void {
  if (said === undefined || said === null) return;
  if (!Array.isArray(said)) return void file.leave(path, "it is no list of commands");
  for (const [index, line] of said.entries())
    run(file, host, typeof line === "string" ? line : "", [...path, index], node);
}

function run(file: LabFile, host: HostDraft, line: string, path: Path, node: string): void {
  const text = line.replaceAll("__clabNodeName__", node);
  runCommand(host, text, (what, why) => file.leave(path, why, what));
}

/** What a container runs: where that is a shell with commands of the network, those are taken. */
function command(file: LabFile, host: HostDraft, node: Node, key: string): void {
  const said = setting(node, key);
  if (typeof said?.value !== "string") return;
  if (/\b(ip|ifconfig|sysctl|iptables|brctl|route)\s/.test(said.value))
    return void run(file, host, said.value, said.path, node.name);
  file.leave(said.path, "a host of netns runs nothing by itself: a Process of the program would run it there");
}

function stages(file: LabFile, host: HostDraft, node: Node): void {
  const said = setting(node, "stages");
  if (!said) return;
  if (!isObject(said.value)) return void file.leave(said.path, "it is no map of stages");
  for (const [stage, what] of Object.entries(said.value)) {
    const path = [...said.path, stage];
    if (!isObject(what)) continue;
    for (const key of Object.keys(what))
      if (key !== "exec") file.leave([...path, key], "the provider knows by itself in which order things are made");
    const list = Array.isArray(what.exec) ? what.exec : [];
    for (const [index, one] of list.entries()) {
      const at = [...path, "exec", index];
      const line = isObject(one) ? String(one.command ?? "") : String(one);
      if (isObject(one) && one.target === "host") file.leave(at, "it runs on the machine itself", line);
      else run(file, host, line, at, node.name);
    }
  }
}
