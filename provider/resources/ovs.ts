import { joinId, splitId } from "../core/id";
import { ovsDatabase } from "../core/names";
import { type DevicePlace, delDevice } from "../kernel/device";
import { OVS_SWITCH } from "../kernel/failure";
import type { Kernel } from "../kernel/kernel";
import { showLinks } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { isMark } from "../kernel/mark";
import { inScope } from "../kernel/netns";
import { type OvsPlace, ovs, showOvsIfAny, unserved } from "../kernel/ovs";
import type { OvsBridgeRow, OvsDatabase, OvsInterfaceRow } from "../kernel/ovsTables";
import { ip, type Step } from "../kernel/step";
import { inNamespace, type Seen } from "./kind";

/** What the kinds of Open vSwitch have in common. */

type OvsDevice = DevicePlace & { up: boolean };

export const ovsInputs = {
  namespace: inNamespace("The namespace that ovs-vswitchd runs in, where its devices are"),
  database: ovsDatabase()
    .optional()
    .meta({
      description:
        "The socket of the database, `unix:` with a path or `tcp:` with address and port (`--db` of ovs-vsctl(8)). Absent: " +
        "where ovs-vsctl looks by itself, `unix:/run/openvswitch/db.sock`.",
      replaces: true,
    }),
};

const MARKED = "?database=";
export const DATABASE_FORM = `with ${MARKED}SOCKET behind it where the database is at another socket`;

export function ovsId({ namespace, database }: OvsPlace, ...parts: string[]): string {
  return joinId(namespace, ...parts) + (database === undefined ? "" : MARKED + database);
}

/** The last `count` parts of an id and where they are; undefined when it has not the form. */
export function splitOvsId(id: string, count: number): (OvsPlace & { parts: string[] }) | undefined {
  const [, rest = "", socket] = /^(.*?)(?:\?database=((?:unix|tcp):[^?]*))?$/s.exec(id) ?? [];
  const database = ovsDatabase().safeParse(socket).data;
  const split = splitId(rest, count);
  if (!split || database !== socket) return undefined;
  return { namespace: split.netns, parts: split.parts, ...(database !== undefined && { database }) };
}

/** Only what is given: for states and places. */
export function placeIn({ namespace, database }: OvsPlace): { namespace?: string; database?: string } {
  return { ...(namespace !== undefined && { namespace }), ...(database !== undefined && { database }) };
}

/**
 * Why a record is a dead one, if it is, and what to do: the database outlives the devices. ovs-vswitchd does not see that
 * a device went, nor that there is another one of its name since; but what it has opened it makes promiscuous. `todo`:
 * where it is not ovs-vswitchd that lacks.
 */
export function whyDead(
  row: OvsInterfaceRow | undefined,
  device: "none" | Link | undefined,
  { isServed, todo }: { isServed: boolean; todo: string },
): { reason: string; todo: string } | undefined {
  if (row?.ofport === undefined || row.ofport < 0) {
    if (!isServed) return { reason: "ovs-vswitchd, which makes the devices, does not run", todo: OVS_SWITCH };
    return {
      reason: row?.error?.trim().replaceAll("\n", "; ") ?? "ovs-vswitchd could not set it up: its log says why",
      todo,
    };
  }
  if (device === "none") return undefined;
  if (!device) return { reason: "its device is not in that namespace", todo };
  // One that does not run has nothing open: what it knew last counts.
  return isOpen(device) || !isServed ? undefined : { reason: "its device is one that ovs-vswitchd does not use", todo };
}

/**
 * The steps that take a record away, with the device that ovs-vswitchd has made for it, `own`. While that does not run,
 * devices of its own making stay, and those of the kernel's datapath go when it is back.
 */
export function takingAway(
  del: Step,
  isServed: boolean,
  own?: DevicePlace & { link: Link | undefined; row: OvsInterfaceRow | undefined },
): Step[] {
  if (isServed) return [del];
  const { link, row } = own ?? {};
  const isLeft = link?.linkinfo?.info_kind === "tun" && link.ifindex === row?.ifindex;
  return [unserved(del), ...(own && isLeft ? [delDevice(own)] : [])];
}

/** By ovs-vswitchd itself, or by the kernel's datapath. */
function isOpen({ flags, master, linkinfo }: Link): boolean {
  return flags.includes("PROMISC") || master === "ovs-system" || linkinfo?.info_kind === "openvswitch";
}

/** The bridges of the usual database whose devices are in the namespaces asked for. */
export function ovsBridges(
  kernel: Kernel,
  query: { namespace?: string },
): Promise<{ namespace: string | undefined; database: OvsDatabase; bridge: OvsBridgeRow }[]> {
  return inScope(kernel, query, async (namespace) => {
    const database = await showOvsIfAny(kernel, { namespace });
    const links = database.bridges.length === 0 ? [] : ((await showLinks(kernel, namespace)) ?? []);
    const isHere = ({ name }: OvsBridgeRow) => {
      const own = database.interfaces.find((one) => one.name === name);
      return links.some((link) => link.ifname === name && link.ifindex === own?.ifindex && isOpen(link));
    };
    return database.bridges.filter(isHere).map((bridge) => ({ namespace, database, bridge }));
  });
}

/** The commands for some properties in one step, which tells the property where it is one. */
export function together(place: OvsPlace, what: string, byProperty: Record<string, string[][]>): Step[] {
  const given = Object.entries(byProperty).filter(([, commands]) => commands.length > 0);
  if (given.length === 0) return [];
  const [[property = ""] = [], ...others] = given;
  const commands = given.flatMap(([, some]) => some);
  return [ovs(place, what, commands, others.length === 0 ? [property] : undefined)];
}

export function requestMtu(name: string, mtu: number): string[] {
  return ["set", "Interface", name, `mtu_request=${mtu}`];
}

/** The mark on the device as well: it stays when its record goes while ovs-vswitchd does not run. */
export function markOvsDevice({ namespace, name, up }: OvsDevice, mark: string): Step {
  const words = ["link", "set", "dev", name, "alias", mark, ...(up ? ["up"] : [])];
  return ip(namespace, `mark it${up ? " and set it up" : ""}`, words, up ? ["up"] : ["name"]);
}

/** What is in the place of a device without a record: a stranger, or what ovs-vswitchd could not take away. */
export function withoutRecord(place: DevicePlace, { ifalias }: Link, what: string): Seen<never> {
  if (!isMark(ifalias)) return { what, device: place };
  return { what, device: place, mark: ifalias, leftover: [delDevice(place)] };
}

export function setUp({ namespace, name, up }: OvsDevice): Step {
  const state = up ? "up" : "down";
  return ip(namespace, `set it ${state}`, ["link", "set", "dev", name, state], ["up"]);
}
