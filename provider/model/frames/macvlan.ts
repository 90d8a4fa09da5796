import type { Link, Maybe } from "../../resources/facts";
import { type Device, deviceLabel, isKnown } from "../graph";
import type { Drop } from "../reach/types";
import { carrierLost, downAt, unclear } from "./links";
import type { After, Next } from "./point";
import type { Wiring } from "./wiring";

type Shared = Extract<Link, { type: "macvlan" | "macvtap" | "ipvlan" }>;

/** Macvlans, macvtaps and ipvlans: many that share one parent, each with addresses of its own. */
export function sharesParent(link: Link | undefined): link is Shared {
  return link?.type === "macvlan" || link?.type === "macvtap" || link?.type === "ipvlan";
}

/** By its parent, and to the others of it: those of mode `bridge` hear each other directly. */
export function sentByMacvlan(wiring: Wiring, device: Device, tags: string, drop: Drop | undefined): After {
  const { parent, link } = device;
  if (!parent || !sharesParent(link) || !isKnown(link.mode)) return [{ end: unclear(device, "its parent") }];
  if (isRouted(link)) return [{ end: drop ?? routed(device) }];
  const others = (wiring.above.get(parent) ?? []).filter((one) => one !== device && sharesParent(one.link));
  const beside = (to: Device): Next => ({
    ...{ at: "up", device: to, tags },
    drop: drop ?? downAt(to) ?? apart(device, to) ?? takenFrom(to),
  });
  const parentApart: Drop = {
    ...{ code: "macvlan-apart", host: device.host, device, by: [device.by, parent.by] },
    why: `${deviceLabel(device)} is a ${link.type} on ${parent.name}, and the two never reach each other.`,
  };
  return [
    { at: "out", device: parent, tags, drop: drop ?? carrierLost(device, wiring) },
    ...others.map(beside),
    { at: "up", device: parent, tags, drop: drop ?? parentApart },
  ];
}

/** What arrives on a parent is for them as well. */
export function macvlansAbove(wiring: Wiring, parent: Device, tags: string): After {
  const children = (wiring.above.get(parent) ?? []).filter(({ link }) => sharesParent(link));
  return children.map((child) => ({ at: "up", device: child, tags, drop: downAt(child) ?? takenFrom(child) }));
}

/** Why it is open whether the host hears what arrives on one of them, if so. */
function takenFrom(device: Device): Drop | undefined {
  const { link } = device;
  if (link?.type === "macvtap") return unclear(device, "whether a program takes what arrives on it");
  return link?.type === "ipvlan" && isRouted(link) ? routed(device) : undefined;
}

function isRouted(link: Shared): boolean {
  return link.type === "ipvlan" && link.mode !== "l2";
}

function routed(device: Device): Drop {
  return unclear(device, "where the routes of its parent's namespace lead");
}

function apart(device: Device, to: Device): Drop | undefined {
  if (modeOf(to) === "bridge" && modeOf(device) === "bridge") return undefined;
  const type = device.link?.type === "ipvlan" ? "ipvlan" : "macvlan";
  const why =
    `${deviceLabel(device)} and ${deviceLabel(to)} are ${type}s of one parent that are not both in ` +
    "the mode bridge.";
  return { code: "macvlan-apart", host: device.host, device, why, by: [device.by, to.by] };
}

function modeOf({ link }: Device): Maybe<string> | undefined {
  if (!sharesParent(link)) return undefined;
  return link.type === "ipvlan" ? link.flag : link.mode;
}
