import { hasUnknown } from "../../core/values";
import type { Vlan } from "../../core/vlans";
import { lane, pointsAfter } from "../frames/certain";
import { type Point, tagOf } from "../frames/point";
import type { Wiring } from "../frames/wiring";
import { type Device, deviceLabel } from "../graph";
import { andMore, type Check, type Found } from "./finding";

export const bridgeLoop: Check = {
  code: "bridge-loop",
  title: "Bridges form a ring without the spanning tree protocol",
  level: "error",
  find({ devices, domains: { wiring } }) {
    const bridges = devices.filter(isWithoutStp);
    const vids = vidsOf(bridges);
    const rings = new Rings();
    return bridges.flatMap((bridge) =>
      tagsIn(bridge, vids).flatMap((tags) =>
        cablesFrom(wiring, { at: "bridge", device: bridge, tags }).flatMap(({ by, to }): Found[] => {
          const ring =
            isWithoutStp(to.device) && to.from ? rings.join([bridge, tags, by], [to.device, to.tags, to.from]) : [];
          return ring.length > 0 ? [found(ring, [by, ...(to.from ? [to.from] : [])])] : [];
        }),
      ),
    );
  },
};

function found(ring: Device[], ports: Device[]): Found {
  return {
    resources: [...new Set([...ports, ...ring].flatMap(({ port, by }) => port?.by ?? by ?? []))],
    what:
      `There are two paths between ports of ${andMore([...new Set(ring)].map(deviceLabel))}, and no bridge of ` +
      "the ring has `stp`: " +
      "the first broadcast goes round and round and multiplies, until nothing else gets through.",
    todo: "Remove one cable of the ring, or set `stp` on its bridges.",
  };
}

/** Of a sort that is followed here, and known to pass on whatever comes. */
function isWithoutStp({ link, up }: Device): boolean {
  return link?.type === "bridge" && link.stp === false && up === true && !hasUnknown(link.vlanFiltering);
}

/** A VLAN of each set of them that ports tell apart. */
function vidsOf(bridges: readonly Device[]): number[] {
  const lists = bridges.flatMap(({ link, host }) => [
    ...(link?.type === "bridge" ? [link.vlans, [{ vid: link.defaultPvid }]] : []),
    ...[...host.devices.values()].map(({ port }) => (port?.says === "port" ? port.vlans : undefined)),
  ]);
  const known = lists.flatMap((list) => (list === undefined || hasUnknown(list) ? [] : (list as Vlan[])));
  return [...new Set(known.flatMap(({ vid, vidEnd = vid }) => [vid, vidEnd + 1]))];
}

function tagsIn({ link }: Device, vids: readonly number[]): string[] {
  return link?.type === "bridge" && link.vlanFiltering ? vids.map((vid) => tagOf(vid)) : [""];
}

/** The bridges that a frame gets to from here, each by which port. */
function cablesFrom(wiring: Wiring, bridge: Point): { by: Device; to: Point }[] {
  return pointsAfter(wiring, bridge).points.flatMap((out) => {
    if (out.at !== "out") return [];
    const to = [...lane(wiring, out)].at(-1)?.point;
    return to?.at === "bridge" ? [{ by: out.device, to }] : [];
  });
}

type End = [bridge: Device, tags: string, port: Device];

/** Joins what cables join, each cable once, and tells when there was a way already. */
class Rings {
  private readonly groups = new Map<string, Set<string>>();
  private readonly bridges = new Map<string, Device>();
  private readonly cables = new Set<string>();
  private readonly said = new Set<string>();

  /** The bridges of the ring that this cable closes. */
  join(...ends: [End, End]): Device[] {
    const names = ends.map(([bridge, tags]) => `${deviceLabel(bridge)} ${tags}`) as [string, string];
    const cable = ends
      .map(([, tags, port]) => `${deviceLabel(port)} ${tags}`)
      .sort()
      .join(" - ");
    if (this.cables.has(cable)) return [];
    this.cables.add(cable);
    for (const [index, [bridge]] of ends.entries()) this.bridges.set(names[index] ?? "", bridge);
    const [one, other] = names.map((name) => this.groups.get(name) ?? new Set([name])) as [Set<string>, Set<string>];
    if (one.has(names[1])) return this.once([...one].flatMap((name) => this.bridges.get(name) ?? []));
    const both = new Set([...one, ...other]);
    for (const name of both) this.groups.set(name, both);
    return [];
  }

  /** Several VLANs may go round in the same ring. */
  private once(ring: Device[]): Device[] {
    const key = [...new Set(ring.map(deviceLabel))].sort().join(" ");
    if (this.said.has(key)) return [];
    this.said.add(key);
    return ring;
  }
}
