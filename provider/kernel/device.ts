import { joinId } from "../core/id";
import type { Path } from "../core/values";
import { isUp, type Sort, showLink, showLinks } from "./link";
import type { Link } from "./linkRow";
import type { Looking } from "./looking";
import { groupOf } from "./mark";
import { listNetns } from "./netns";
import { ip, type Step } from "./step";

/** The words for devices that `ip link add` makes, whatever their type. */

export interface DevicePlace {
  name: string;
  namespace?: string | undefined;
}

interface Settings {
  mac?: string | undefined;
  mtu?: number | undefined;
  up: boolean;
}

/**
 * The words of `ip link add` for a device. They can set no alias; the group, which they can set, says until the device
 * is marked whose it is.
 */
export function newDevice(
  { name, mac, mtu }: { name: string } & Omit<Settings, "up">,
  mark: string,
  elsewhere: readonly string[] = [],
): string[] {
  return [
    ...["name", name, ...elsewhere, "group", groupOf(mark)],
    ...(mac === undefined ? [] : ["address", mac]),
    ...(mtu === undefined ? [] : ["mtu", String(mtu)]),
  ];
}

/** The steps that make a device; `type`: the words from its type on. */
export function makeDevice(
  want: DevicePlace & Settings,
  type: readonly string[],
  mark: string,
  on: readonly string[] = [],
): Step[] {
  const words = ["link", "add", ...newDevice(want, mark), ...on, "type", ...type];
  return [ip(want.namespace, "make the device", words, on.length > 0 ? ["parent"] : undefined), markDevice(want, mark)];
}

/** The same, of one that is on another. */
export function makeOn(
  want: DevicePlace & Settings & { parent: string },
  type: readonly string[],
  mark: string,
): Step[] {
  return makeDevice(want, type, mark, ["link", want.parent]);
}

/** The step after that. */
export function markDevice({ name, namespace, up }: DevicePlace & Settings, mark: string): Step {
  const words = ["link", "set", "dev", name, "alias", mark, "group", "0", ...(up ? ["up"] : [])];
  return ip(namespace, `mark it${up ? " and set it up" : ""}`, words, up ? ["up"] : ["name"]);
}

/** A step for each setting that differs; `of` and `path` tell devices of one resource apart. */
export function changeDevice(
  { name, namespace, ...want }: DevicePlace & Settings,
  have: Settings,
  of = "",
  path: readonly string[] = [],
): Step[] {
  const set = (property: keyof Settings, words: string[]) =>
    ip(namespace, `set ${property}${of}`, ["link", "set", "dev", name, ...words], [...path, property]);
  return [
    ...(want.mac === undefined || want.mac === have.mac ? [] : [set("mac", ["address", want.mac])]),
    ...(want.mtu === undefined || want.mtu === have.mtu ? [] : [set("mtu", ["mtu", String(want.mtu)])]),
    ...(want.up === have.up ? [] : [set("up", [want.up ? "up" : "down"])]),
  ];
}

/** The step for one whose alias somebody has written over. */
export function remarkDevice({ name, namespace }: DevicePlace, mark: string, path: Path = ["name"]): Step {
  return ip(namespace, "mark it again", ["link", "set", "dev", name, "alias", mark], path);
}

export function delDevice({ name, namespace }: DevicePlace): Step {
  return ip(namespace, "remove it", ["link", "del", "dev", name]);
}

/**
 * What `ip link` shows of any device. Whether it is in operation hangs on others that come later, and is told a while
 * after it is so: no state could tell it for long.
 */
export function settingsOf(link: Link) {
  return { mac: macIn(link), mtu: link.mtu, up: isUp(link), ifindex: link.ifindex };
}

/** The MAC address that is its own: a port of a bond has that of the bond meanwhile. */
export function macIn({ address, linkinfo }: Link): string {
  return String(linkinfo?.info_slave_data?.perm_hwaddr ?? address);
}

/** Whose it is. */
export function ownerIn(link: Link): { mark?: string; madeUnder(mark: string): boolean } {
  return {
    ...(link.ifalias === undefined ? {} : { mark: link.ifalias }),
    madeUnder: (mark) => link.group === groupOf(mark),
  };
}

/** The device that has a name, whatever its type. */
export async function whoHas(
  kernel: Looking,
  namespace: string | undefined,
  name: string,
): Promise<{ what: string; mark?: string } | undefined> {
  const link = await showLink(kernel, namespace, name);
  const mark = link?.ifalias === undefined ? {} : { mark: link.ifalias };
  return link && { what: `a device ${joinId(namespace, name)}`, ...mark };
}

/**
 * The device in its place. Where another one is there, or none: the one of that sort that bears `mark`, wherever it is
 * by now, since somebody may have renamed or moved it.
 */
export async function findDevice(
  kernel: Looking,
  at: DevicePlace,
  sort: Sort,
  mark: string | undefined,
): Promise<{ at: DevicePlace; link: Link } | undefined> {
  const link = await showLink(kernel, at.namespace, at.name);
  const inPlace = link && { at, link };
  if (mark === undefined || link?.ifalias === mark) return inPlace;
  const beside = await showLinks(kernel, at.namespace, sort);
  // With its namespace everything in there is gone.
  if (!beside) return inPlace;
  const others = (await listNetns(kernel)).filter((name) => name !== at.namespace);
  for (const namespace of [at.namespace, undefined, ...others]) {
    const links = namespace === at.namespace ? beside : await showLinks(kernel, namespace, sort);
    const found = links?.find(({ ifalias }) => ifalias === mark);
    if (found) return { at: { name: found.ifname, ...(namespace !== undefined && { namespace }) }, link: found };
  }
  return inPlace;
}
