import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "./check";
import { flag } from "./fields";
import { whole } from "./numbers";
import { unknowns } from "./values";

/** The VLANs that a bridge or a port of one is in: a set, written as a list of single IDs and ranges. */

export const LAST_VLAN = 4094;

export const vlanId = () => whole(1, LAST_VLAN, ", a VLAN ID of IEEE 802.1Q");

const entry = z
  .strictObject({
    vid: vlanId().meta({ description: "The VLAN ID, 1 to 4094 (IEEE 802.1Q), or the first one of a range." }),
    vidEnd: vlanId().optional().meta({ description: "The last VLAN ID of a range. Absent: `vid` alone." }),
    pvid: flag().optional().meta({
      description: "Whether frames that come in without a tag are of this VLAN (port VLAN ID). Default: false.",
    }),
    untagged: flag().optional().meta({
      description: "Whether frames of this VLAN go out without a tag. Default: false.",
    }),
  })
  .meta({ id: "BridgeVlan", description: "A VLAN, or a range of them, see `vlan` in bridge(8)." });

export type Vlan = z.output<typeof entry>;
type Flags = Pick<Vlan, "pvid" | "untagged">;

/** The set in its one form: sorted, neighbours with the same flags as one range, no flag that is false. */
export const vlanSet = () =>
  z
    .array(entry)
    .min(1, { error: "must name a VLAN: leave it out for what the kernel gives by itself" })
    .overwrite((vlans) => (isKnown(vlans) && vlanFaults(vlans).length === 0 ? asList(byId(vlans)) : vlans));

/** What a bridge, or a new port of one, is in by itself. */
export function defaultVlans({ defaultPvid = 1 }: { defaultPvid?: number | undefined }): Vlan[] {
  return defaultPvid === 0 ? [] : [{ vid: defaultPvid, pvid: true, untagged: true }];
}

/** The flags of each VLAN ID. */
export function byId(vlans: readonly Vlan[]): Map<number, Flags> {
  return new Map(
    vlans.flatMap(({ vid, vidEnd = vid, pvid, untagged }) => {
      const flags = { ...(pvid && { pvid }), ...(untagged && { untagged }) };
      return Array.from({ length: vidEnd - vid + 1 }, (_, index): [number, Flags] => [vid + index, flags]);
    }),
  );
}

export function asList(set: ReadonlyMap<number, Flags>): Vlan[] {
  const list: Vlan[] = [];
  for (const [vid, flags] of [...set].sort(([a], [b]) => a - b)) {
    const last = list.at(-1);
    const { vid: first = 0, vidEnd = first, ...same } = last ?? {};
    // `bridge` takes no range for the one VLAN that untagged frames are of.
    if (last && vidEnd === vid - 1 && !flags.pvid && isDeepStrictEqual(same, flags)) last.vidEnd = vid;
    else list.push({ vid, ...flags });
  }
  return list;
}

/** What is wrong between the entries, and within one. Fields that are unknown or wrong are undefined. */
export function vlanFaults(vlans: readonly (Partial<Vlan> | undefined)[] = []): Fault[] {
  const taken = new Set<number>();
  let hasPvid = false;
  return vlans.flatMap((one, index) => {
    const { vid, pvid, vidEnd = vid } = one ?? {};
    const faults: Fault[] = [];
    const refuse = (key: keyof Vlan, reason: string) => faults.push({ path: ["vlans", index, key], reason });
    if (pvid && hasPvid) refuse("pvid", "is already set for another VLAN, and there can be only one");
    else if (pvid && vidEnd !== vid) refuse("pvid", "is for a single VLAN, and cannot be set for a range");
    hasPvid ||= pvid === true;
    if (vid === undefined || vidEnd === undefined) return faults;
    if (vidEnd < vid) refuse("vidEnd", "is below `vid`");
    const ids = [...byId([{ vid, vidEnd }]).keys()];
    if (ids.some((id) => taken.has(id))) refuse("vid", "is already in the list, alone or in a range");
    for (const id of ids) taken.add(id);
    return faults;
  });
}

function isKnown(vlans: unknown): boolean {
  return unknowns(vlans).length === 0;
}
