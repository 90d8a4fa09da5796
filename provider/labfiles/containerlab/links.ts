import { distance } from "fastest-levenshtein";
import { isObject, type Json, type Path } from "../../core/values";
import { join } from "../commands/ipLink";
import type { Draft } from "../draft";
import type { LabFile } from "../labFile";
import { dress } from "./dress";
import { endsOf, type LinkEnd } from "./linkEnds";
import { specialLink } from "./specialLinks";

/** Nodes that no host or switch of the program stands for. */
export interface Places {
  /** Why each of them is not there. */
  others: Map<string, string>;
  /** Bridges in a host's own namespace, by the name of their node. */
  within: Map<string, { bridge: string; parent: string }>;
  /** Nodes that have the network of another, with its name. */
  shared: Map<string, string>;
}

export function readLinks(file: LabFile, draft: Draft, links: unknown, places: Places): void {
  for (const { bridge, parent } of places.within.values()) draft.hosts.get(parent)?.add(bridge, "bridge");
  if (links === undefined || links === null) return;
  const path = ["topology", "links"];
  if (!Array.isArray(links)) return void file.leave(path, "it is no list of links");
  const ends = new Map<string, Path>();
  for (const [index, link] of links.entries()) readLink(file, draft, link, { path: [...path, index], places, ends });
  const isWithout = links.some((link) => isObject(link) && link.mtu === undefined);
  if (isWithout && draft.cables.length > 0)
    file.leave(path, "devices have the kernel's MTU of 1500 bytes where a link says none, and not containerlab's 9500");
}

function readLink(file: LabFile, draft: Draft, link: unknown, about: Omit<About, "mtu">): void {
  const { path } = about;
  if (!isObject(link)) return void file.leave(path, "it is no link");
  for (const key of Object.keys(link)) {
    if (key === "vars" || key === "labels") file.leave([...path, key], "it is for templates of other files");
    else if (!KEYS.has(key)) unknownKey(file, key, [...path, key]);
  }
  if (isMistaken(link)) return void file.refuse([...path, "endpoint"], MISTAKEN);
  const ends = endsOf(link, path);
  if (typeof ends === "string") return void file.leave(path, ends);
  for (const end of ends) refuseTwice(file, end, about);
  const type = String(link.type ?? "veth").toLowerCase();
  if (specialLink(file, draft, { link, type, ends, path })) return;
  if (type !== "veth" && type !== "veth-stitch") {
    const why = `no kind makes a link of type ${type}`;
    for (const end of ends) draft.hosts.get(end.node)?.addNone(end.device, why);
    return void file.leave(path, why);
  }
  const [a, b] = ends;
  if (!a || !b) return void file.leave(path, "it has not two ends");
  cable(file, draft, [a, b], { ...about, mtu: link.mtu });
}

const KEYS = new Set([
  ...["type", "endpoints", "endpoint", "mtu", "ipv4", "ipv6", "vars", "labels", "host-interface", "mode"],
  ...["remote", "vni", "dst-port", "src-port"],
]);

/** A link of two ends with the key of those with one. */
function isMistaken({ endpoint, endpoints, type }: Json): boolean {
  return endpoints === undefined && endpoint !== undefined && (type === undefined || Array.isArray(endpoint));
}

const MISTAKEN = "it is the end of a link with one end, of a `type` that says so: did you mean `endpoints`?";

/** In letters, between what is meant and what is typed. */
const FAR = 3;

function unknownKey(file: LabFile, key: string, path: Path): void {
  if (distance(key.toLowerCase(), "endpoints") <= FAR)
    file.refuse(path, `a link of containerlab has no key \`${key}\`: did you mean \`endpoints\`?`);
  else file.leave(path, "a link of containerlab has nothing of this name");
}

/** A device is the end of one link alone. */
function refuseTwice(file: LabFile, { node, device }: LinkEnd, { path, places, ends }: Omit<About, "mtu">): void {
  const key = `${hostOf(node, places)} ${device}`;
  const before = ends.get(key);
  if (before && !places.others.has(node) && !SHARED.has(node.toLowerCase()))
    file.refuse(path, `${node}:${device} is the end of another link already, in line ${file.line(before)}`);
  ends.set(key, path);
}

/** Names for what many links can be on. */
const SHARED = new Set(["macvlan", "mgmt-net"]);

interface About {
  path: Path;
  mtu: unknown;
  places: Places;
  /** The links that devices are the ends of. */
  ends: Map<string, Path>;
}

function cable(file: LabFile, draft: Draft, ends: [LinkEnd, LinkEnd], { path, mtu, places }: About): void {
  const missing = ends.filter(({ node }) => !isThere(draft, node, places));
  for (const { node } of missing) file.refuse(path, `the file has no node ${node}`);
  if (missing.length > 0) return;
  const why = ends.map((end) => notThere(draft, end, places));
  const [wrong] = why.filter((one) => one !== undefined);
  if (wrong !== undefined) {
    for (const [index, end] of ends.entries())
      if (why[index] === undefined)
        draft.hosts.get(end.node)?.addNone(end.device, `its link is not in the program: ${wrong}`);
    return void file.leave(path, wrong);
  }
  const placed = ends.map((end) => ({ ...end, node: hostOf(end.node, places) }));
  const [a, b] = placed as [LinkEnd, LinkEnd];
  const bytes = typeof mtu === "number" || /^\d+$/.test(String(mtu ?? "")) ? Number(mtu) : undefined;
  if (a.node === b.node) {
    const host = draft.hosts.get(a.node);
    if (!host) return void file.leave(path, "it joins a switch to itself");
    const of = bytes === undefined ? {} : { mtu: bytes };
    host.add(a.device, "veth", { ...of, peer: b.device });
    host.add(b.device, "veth", { ...of, isPeer: true });
  } else {
    for (const { node, device } of [a, b]) draft.hosts.get(node)?.add(device, "cable");
    draft.cables.push({
      ends: [
        { node: a.node, device: a.device },
        { node: b.node, device: b.device },
      ],
      ...(bytes !== undefined && { mtu: bytes }),
    });
  }
  for (const [index, end] of [a, b].entries()) {
    const host = draft.hosts.get(end.node);
    const device = host?.devices.get(end.device);
    const bridge = places.within.get(ends[index]?.node ?? "")?.bridge;
    if (host && device && bridge !== undefined) join(host, device, bridge);
    dress(file, draft, end);
  }
}

function isThere({ hosts, switches }: Draft, node: string, places: Places): boolean {
  return places.others.has(node) || hosts.has(hostOf(node, places)) || switches.has(node);
}

/** Why an end cannot be in the program. */
function notThere({ hosts }: Draft, { node, device }: LinkEnd, places: Places): string | undefined {
  const why = places.others.get(node);
  if (why !== undefined) return `its end ${node} ${why}`;
  const host = hosts.get(hostOf(node, places));
  if (!/^[^\s:/%-][^\s:/%]{0,14}$/.test(device) || Buffer.byteLength(device) > 15)
    return `${JSON.stringify(device)} is no name that a device of Linux can have`;
  if (host?.devices.has(device)) return `${node} has another device ${device}`;
  return undefined;
}

/** The host whose network a node has. */
function hostOf(node: string, { within, shared }: Places): string {
  return within.get(node)?.parent ?? shared.get(node) ?? node;
}
