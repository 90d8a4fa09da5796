import { hasUnknown } from "../../core/values";
import type { Device, OvsBridge } from "../graph";
import {
  isDown,
  type Next,
  NOWHERE,
  OPEN,
  type OvsPort,
  outerOf,
  type Point,
  tagOf,
  type Wiring,
  withoutOuter,
} from "./point";

/** What a frame is within the bridge, by its tags outside; undefined: it is dropped. "open": that is not known. */
function inside(port: OvsPort | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = vlansOf(port);
  if (mode === "access") return tags === "" ? tagOf(tag) : undefined;
  if (tags !== "") return carries(Number.parseInt(tags, 10)) ? tags : undefined;
  if (mode === "trunk") return carries(0) ? "" : undefined;
  return tagOf(tag);
}

/** The tags outside of a frame within the bridge; undefined: it does not go out there. */
function outside(port: OvsPort | undefined, tags: string): string | undefined {
  const { mode, tag, carries } = vlansOf(port);
  const vid = tags === "" ? 0 : Number.parseInt(outerOf(tags), 10);
  if (mode === "access") return vid === tag ? withoutOuter(tags) : undefined;
  if (mode === "native-untagged" && vid === tag) return withoutOuter(tags);
  return carries(vid) ? tags : undefined;
}

/** As ovs-vswitchd.conf.db(5) has it: the mode that its tag makes, where none is named; no trunks are all. */
function vlansOf(port: OvsPort | undefined) {
  const tag = (port?.tag as number | undefined) ?? 0;
  const mode = (port?.vlanMode as string | undefined) ?? (tag === 0 ? "trunk" : "access");
  const trunks = (port?.trunks as number[] | undefined) ?? [];
  const isNative = mode.startsWith("native-");
  return {
    mode,
    tag,
    carries: (vid: number) => trunks.length === 0 || trunks.includes(vid) || (isNative && vid === tag),
  };
}

/** Whether what the port does can be told from what is known of it. */
function isClear(port: OvsPort | undefined): boolean {
  return !port || !(hasUnknown([port.tag, port.trunks, port.vlanMode, port.type]) || port.vlanMode === "dot1q-tunnel");
}

export function enterOvs({ ovs }: Wiring, device: Device, port: OvsPort | undefined, tags: string): Next {
  const bridge = ovs.get(device);
  const from = typeof port?.name === "string" ? device.host.devices.get(port.name) : undefined;
  // With rules of their own (OpenFlow) bridges do what those say; `secure` is nothing else.
  if (bridge?.fact.failMode !== "standalone" || !isClear(port)) return OPEN;
  const own = inside(port, tags);
  return own === undefined ? NOWHERE : { points: [{ at: "bridge", device, tags: own, ...(from && { from }) }] };
}

export function leaveOvs(wiring: Wiring, bridge: OvsBridge, { tags, from }: Point): Next {
  const all = bridge.ports.filter((port) => isClear(port));
  let isOpen = all.length < bridge.ports.length || bridge.device.host.by === undefined;
  const points = all.flatMap((port): Point[] => {
    if (from && port.name === from.name) return [];
    const out = outside(port, tags);
    if (out === undefined) return [];
    if (port.type === "patch") return patched(wiring, bridge, port, out);
    const device = bridge.device.host.devices.get(String(port.name));
    if (device && port.type === "internal") return [{ at: "in", device, tags: out }];
    if (device && port.type === "system") return [{ at: "out", device, tags: out }];
    // A tunnel.
    isOpen = true;
    return [];
  });
  const own: Point[] = isDown(bridge.device) ? [] : [{ at: "in", device: bridge.device, tags }];
  return { points: [...own, ...points], isOpen };
}

/** Two patch ports name each other. */
function patched(wiring: Wiring, from: OvsBridge, { options, name }: OvsPort, tags: string): Point[] {
  const peer = (options as Record<string, unknown>).peer;
  for (const bridge of wiring.ovs.values()) {
    if (bridge.device.host !== from.device.host) continue;
    const port = bridge.ports.find((one) => one.type === "patch" && one.name === peer);
    if (port && (port.options as Record<string, unknown>).peer === name) {
      return enterOvs(wiring, bridge.device, port, tags).points;
    }
  }
  return [];
}
