import { hasUnknown } from "../../core/values";
import type { OvsPortFact } from "../../resources/facts";
import { type Device, deviceLabel, type Graph, type OvsBridge, type Said } from "../graph";
import { type After, type Frame, outerOf, tagOf, withoutOuter } from "./frames";
import { downAt } from "./links";
import type { Drop } from "./types";

type Port = Said<OvsPortFact>;

/** Patches lead from bridge to bridge; a ring of them has no end. */
const MOST_PATCHES = 8;

/** Where a frame goes that has come to a bridge of Open vSwitch by a port; without one, from the bridge's own device. */
export function throughOvs(graph: Graph, device: Device, port: Port | undefined, { tags }: Frame, depth = 0): After {
  const bridge = graph.ovsBridges.find((one) => one.device === device);
  if (!bridge || depth > MOST_PATCHES) return [{ end: unclear(device, "what it does with frames") }];
  const secure = failsClosed(bridge);
  if (secure?.isOpen) return [{ end: secure }];
  const entered = inside(port, tags);
  const drop = secure ?? (entered === undefined ? refused(bridge, port, tags) : undefined);
  const own = entered ?? tags;
  const onward = bridge.ports.flatMap((to): After => {
    if (to === port) return [];
    if (!isClear(to)) return [{ end: unclear(device, `what VLANs ${to.name} is in`) }];
    const left = outside(to, own);
    const why = drop ?? (left === undefined ? notSent(bridge, to, own) : undefined);
    return leave(graph, bridge, to, left ?? withoutOuter(own), why, depth);
  });
  const self: After = port === undefined ? [] : [{ step: "up", device, tags: own, drop }];
  return [...self, ...onward];
}

function leave(graph: Graph, bridge: OvsBridge, to: Port, tags: string, drop: Drop | undefined, depth: number): After {
  const { device } = bridge;
  if (to.type === "patch") return patched(graph, bridge, to, tags, drop, depth);
  const out = device.host.devices.get(String(to.name));
  if (!out || (to.type !== "internal" && to.type !== "system")) {
    return [{ end: unclear(device, `where the tunnel ${to.name} leads`) }];
  }
  const text = `${deviceLabel(device)} to ${to.name}`;
  const decided = () => ({ by: "bridge" as const, text, resources: [bridge.fact.by, to.by] });
  return [{ step: to.type === "internal" ? "up" : "out", device: out, tags, decided, drop }];
}

/** Two patch ports name each other. */
function patched(
  graph: Graph,
  from: OvsBridge,
  port: Port,
  tags: string,
  drop: Drop | undefined,
  depth: number,
): After {
  const peerOf = ({ options }: Port) => (options as Record<string, unknown>).peer;
  const all = graph.ovsBridges.filter(({ device }) => device.host === from.device.host);
  for (const bridge of all) {
    const peer = bridge.ports.find(({ type, name }) => type === "patch" && name === peerOf(port));
    if (!peer || peerOf(peer) !== port.name) continue;
    const frame: Frame = { step: "in", device: bridge.device, tags, limit: Number.POSITIVE_INFINITY };
    const after = throughOvs(graph, bridge.device, peer, frame, depth + 1);
    return drop ? after.map((next) => ("end" in next ? next : { ...next, drop: next.drop ?? drop })) : after;
  }
  return [];
}

/** What a frame is within the bridge, by its tags outside; undefined: it is dropped. */
function inside(port: Port | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = modeOf(port);
  if (mode === "access") return tags === "" ? tagOf(tag) : undefined;
  const vid = outerOf(tags);
  if (vid !== undefined) return carries(vid) ? tags : undefined;
  if (mode === "trunk") return carries(0) ? "" : undefined;
  return tagOf(tag);
}

/** The tags outside of a frame within the bridge; undefined: it does not go out there. */
function outside(port: Port | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = modeOf(port);
  const vid = outerOf(tags) ?? 0;
  if (mode === "access") return vid === tag ? withoutOuter(tags) : undefined;
  if (mode === "native-untagged" && vid === tag) return withoutOuter(tags);
  return carries(vid) ? tags : undefined;
}

/** As ovs-vswitchd.conf.db(5) has it: the mode that its tag makes, where none is named; no trunks are all. */
function modeOf(port: Port | undefined) {
  const tag = (port?.tag as number | undefined) ?? 0;
  const mode = (port?.vlanMode as string | undefined) ?? (tag === 0 ? "trunk" : "access");
  const trunks = (port?.trunks as number[] | undefined) ?? [];
  const isNative = mode.startsWith("native-");
  const carries = (vid: number) => trunks.length === 0 || trunks.includes(vid) || (isNative && vid === tag);
  return { mode, tag, carries };
}

function isClear({ tag, trunks, vlanMode, type }: Port): boolean {
  return !hasUnknown([tag, trunks, vlanMode, type]) && vlanMode !== "dot1q-tunnel";
}

function failsClosed({ device, fact }: OvsBridge): Drop | undefined {
  if (fact.failMode === "standalone") return downAt(device);
  if (fact.failMode !== "secure") return unclear(device, "whether it switches by itself");
  const why = `${deviceLabel(device)} has the failMode secure: without flows it passes nothing.`;
  return { code: "ovs-secure", host: device.host, device, why, by: [fact.by] };
}

function refused({ device, fact }: OvsBridge, port: Port | undefined, tags: string): Drop {
  const what = tags === "" ? "without a tag" : `of VLAN ${outerOf(tags)}`;
  const why = `${deviceLabel(device)} takes no frames ${what} from ${port?.name ?? "itself"}.`;
  return { code: "vlan-not-carried", host: device.host, device, why, by: [port?.by, fact.by] };
}

function notSent({ device, fact }: OvsBridge, port: Port, tags: string): Drop {
  const vid = outerOf(tags);
  const what = vid === undefined ? "frames without a tag" : `VLAN ${vid}`;
  const why = `${deviceLabel(device)} does not send ${what} out by ${port.name}.`;
  return { code: "vlan-not-carried", host: device.host, device, why, by: [port.by, fact.by] };
}

function unclear(device: Device, what: string): Drop {
  const why = `It is not known of ${deviceLabel(device)} ${what}.`;
  return { code: "unknown", host: device.host, device, why, by: [device.by], isOpen: true };
}
