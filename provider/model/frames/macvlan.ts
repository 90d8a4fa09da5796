import { type Device, deviceLabel, isKnown } from "../graph";
import type { Drop } from "../reach/types";
import { carrierLost, downAt, unclear } from "./links";
import type { After, Next } from "./point";
import type { Wiring } from "./wiring";

/** By its parent, and to the others of it: those of mode `bridge` hear each other directly. */
export function sentByMacvlan(wiring: Wiring, device: Device, tags: string, drop: Drop | undefined): After {
  const { parent, link } = device;
  if (!parent || link?.type !== "macvlan" || !isKnown(link.mode)) return [{ end: unclear(device, "its parent") }];
  const others = (wiring.above.get(parent) ?? []).filter((one) => one !== device && modeOf(one));
  const beside = (to: Device): Next => ({ at: "up", device: to, tags, drop: drop ?? downAt(to) ?? apart(device, to) });
  const parentApart: Drop = {
    ...{ code: "macvlan-apart", host: device.host, device, by: [device.by, parent.by] },
    why: `${deviceLabel(device)} is a macvlan on ${parent.name}, and the two never reach each other.`,
  };
  return [
    { at: "out", device: parent, tags, drop: drop ?? carrierLost(device, wiring) },
    ...others.map(beside),
    { at: "up", device: parent, tags, drop: drop ?? parentApart },
  ];
}

function apart(device: Device, to: Device): Drop | undefined {
  if (modeOf(to) === "bridge" && modeOf(device) === "bridge") return undefined;
  const why =
    `${deviceLabel(device)} and ${deviceLabel(to)} are macvlans of one parent that are not both in ` +
    "the mode bridge.";
  return { code: "macvlan-apart", host: device.host, device, why, by: [device.by, to.by] };
}

function modeOf({ link }: Device): unknown {
  return link?.type === "macvlan" ? link.mode : undefined;
}
