import { hasUnknown } from "../../core/values";
import { type Device, deviceLabel, type OvsBridge } from "../graph";
import type { Drop } from "../reach/types";
import { unclear } from "./links";
import { type After, type OvsPort, outerOf, type Point, tagOf, withoutOuter } from "./point";
import type { Wiring } from "./wiring";

/** Where a frame is that has come to a bridge of Open vSwitch by a port; without one, from the bridge's own device. */
export function enterOvs({ ovs }: Wiring, device: Device, port: OvsPort | undefined, tags: string): After {
  const bridge = ovs.get(device);
  if (!bridge) return [{ end: unclear(device, "what it does with frames") }];
  const secure = failsClosed(bridge);
  if (secure?.isOpen) return [{ end: secure }];
  if (!isClear(port)) return [{ end: unclear(device, `what VLANs ${port?.name} is in`) }];
  if (tags !== "" && outerOf(tags) === undefined)
    return [{ end: unclear(device, "what it does with tags of 802.1ad") }];
  const own = inside(port, tags);
  const drop = secure ?? (own === undefined ? refused(bridge, port, tags) : undefined);
  const from = port ? device.host.devices.get(String(port.name)) : device;
  return [{ at: "bridge", device, tags: own ?? tags, from, ...(port?.type === "patch" && { patch: port }), drop }];
}

/** All that a frame in such a bridge goes out by. */
export function leaveOvs(wiring: Wiring, bridge: OvsBridge, { device, tags, from, patch }: Point): After {
  const onward = bridge.ports.flatMap((to): After => {
    if (to === patch || (from && to.name === from.name)) return [];
    if (!isClear(to)) return [{ end: unclear(device, `what VLANs ${to.name} is in`) }];
    const left = outside(to, tags);
    const drop = left === undefined ? notSent(bridge, to, tags) : undefined;
    return leave(wiring, bridge, to, left ?? withoutOuter(tags), drop);
  });
  // Somebody else may have put ports in.
  const others: After = device.host.by ? [] : [{ end: unclear(device, "what ports it has") }];
  return [...(from === device ? [] : [{ at: "up" as const, device, tags }]), ...onward, ...others];
}

function leave(wiring: Wiring, bridge: OvsBridge, to: OvsPort, tags: string, drop: Drop | undefined): After {
  const { device } = bridge;
  if (to.type === "patch") return patched(wiring, bridge, to, tags, drop);
  const out = device.host.devices.get(String(to.name));
  if (!out || (to.type !== "internal" && to.type !== "system")) {
    return [{ end: drop ?? unclear(device, `where the tunnel ${to.name} leads`) }];
  }
  const text = `${deviceLabel(device)} to ${to.name}`;
  const decided = () => ({ by: "bridge" as const, text, resources: [bridge.fact.by, to.by] });
  return [{ at: to.type === "internal" ? "up" : "out", device: out, tags, decided, drop }];
}

/** Two patch ports name each other. */
function patched(wiring: Wiring, from: OvsBridge, port: OvsPort, tags: string, drop: Drop | undefined): After {
  const peerOf = ({ options }: OvsPort) => (options as Record<string, unknown>).peer;
  for (const bridge of wiring.ovs.values()) {
    if (bridge.device.host !== from.device.host) continue;
    const peer = bridge.ports.find(({ type, name }) => type === "patch" && name === peerOf(port));
    if (!peer || peerOf(peer) !== port.name) continue;
    const after = enterOvs(wiring, bridge.device, peer, tags);
    return drop ? after.map((next) => ("end" in next ? next : { ...next, drop: next.drop ?? drop })) : after;
  }
  return [];
}

/** What a frame is within the bridge, by its tags outside; undefined: it is dropped. */
function inside(port: OvsPort | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = modeOf(port);
  if (mode === "access") return tags === "" ? tagOf(tag) : undefined;
  const vid = outerOf(tags);
  if (vid !== undefined) return carries(vid) ? tags : undefined;
  if (mode === "trunk") return carries(0) ? "" : undefined;
  return tagOf(tag);
}

/** The tags outside of a frame within the bridge; undefined: it does not go out there. */
function outside(port: OvsPort | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = modeOf(port);
  const vid = outerOf(tags) ?? 0;
  if (mode === "access") return vid === tag ? withoutOuter(tags) : undefined;
  if (mode === "native-untagged" && vid === tag) return withoutOuter(tags);
  return carries(vid) ? tags : undefined;
}

/** As ovs-vswitchd.conf.db(5) has it: the mode that its tag makes, where none is named; no trunks are all. */
function modeOf(port: OvsPort | undefined) {
  const tag = (port?.tag as number | undefined) ?? 0;
  const mode = (port?.vlanMode as string | undefined) ?? (tag === 0 ? "trunk" : "access");
  const trunks = (port?.trunks as number[] | undefined) ?? [];
  const isNative = mode.startsWith("native-");
  const carries = (vid: number) => trunks.length === 0 || trunks.includes(vid) || (isNative && vid === tag);
  return { mode, tag, carries };
}

/** Whether what the port does can be told from what is known of it. */
function isClear(port: OvsPort | undefined): boolean {
  return !port || !(hasUnknown([port.tag, port.trunks, port.vlanMode, port.type]) || port.vlanMode === "dot1q-tunnel");
}

function failsClosed({ device, fact }: OvsBridge): Drop | undefined {
  if (fact.failMode === "standalone") return undefined;
  if (fact.failMode !== "secure") return unclear(device, "whether it switches by itself");
  const why = `${deviceLabel(device)} has the failMode secure: without flows it forwards nothing.`;
  return { code: "ovs-secure", host: device.host, device, why, by: [fact.by] };
}

function refused({ device, fact }: OvsBridge, port: OvsPort | undefined, tags: string): Drop {
  const what = tags === "" ? "without a tag" : `of VLAN ${outerOf(tags)}`;
  const why = `${deviceLabel(device)} takes no frames ${what} from ${port?.name ?? "itself"}.`;
  return { code: "vlan-not-carried", host: device.host, device, why, by: [port?.by, fact.by] };
}

function notSent({ device, fact }: OvsBridge, port: OvsPort, tags: string): Drop {
  const vid = outerOf(tags);
  const what = vid === undefined ? "frames without a tag" : `VLAN ${vid}`;
  const why = `${deviceLabel(device)} does not send ${what} out by ${port.name}.`;
  return { code: "vlan-not-carried", host: device.host, device, why, by: [port.by, fact.by] };
}
