import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "./check";
import { whole } from "./numbers";
import { LAST_VLAN, vlanId } from "./vlans";

/** The VLANs of a port of Open vSwitch: `tag`, `trunks` and `vlan_mode` in table Port of ovs-vswitchd.conf.db(5). */

/** What each mode makes of the other two; what it has no use for, Open vSwitch ignores. */
const MODES = {
  access: { tag: "may", trunks: "no" },
  trunk: { tag: "no", trunks: "may" },
  "native-tagged": { tag: "must", trunks: "may" },
  "native-untagged": { tag: "must", trunks: "may" },
  "dot1q-tunnel": { tag: "must", trunks: "no" },
} as const;
type Mode = keyof typeof MODES;
const NAMES = Object.keys(MODES) as [Mode, ...Mode[]];

export const vlanInputs = {
  tag: whole(0, LAST_VLAN, ", a VLAN ID or 0 for none")
    .optional()
    .meta({
      description:
        "The VLAN that it is in, as `vlanMode` says; by default that of an access port, whose frames are tagged " +
        "inside the bridge and untagged outside. 0: none. Default: 0.",
      kernelDefault: 0,
    }),
  trunks: z
    .array(vlanId(), { error: "must be a list" })
    .overwrite((vlans) => (vlans.every((vlan) => typeof vlan === "number") ? [...vlans].sort((a, b) => a - b) : vlans))
    .optional()
    .meta({
      description:
        "The VLANs whose frames it carries with their tags, in any order; none: all. For `vlanMode` `trunk`, which it is " +
        "without a `tag`, `native-tagged` and `native-untagged`. Default: none.",
      kernelDefault: [],
    }),
  vlanMode: z
    .enum(NAMES, { error: `must be one of ${NAMES.join(", ")}` })
    .optional()
    .meta({
      description:
        "What `tag` and `trunks` mean. `access`: frames of the VLAN `tag` alone, without the tag outside (without a `tag`: " +
        "frames that have none). `trunk`: the VLANs of `trunks`, with their tags. `native-tagged`, `native-untagged`: a " +
        "trunk whose frames without a tag are of the VLAN `tag`; those of it go out with it, or without. `dot1q-tunnel`: " +
        "as `access`, but a frame that has a tag already keeps it within that of `tag` (802.1ad). Default, as Open " +
        "vSwitch has it: `access` with a `tag`, `trunk` without one. Both `tag` and `trunks` need it to be said, since " +
        "Open vSwitch then takes the port for an access port, and ignores its `trunks`.",
      kernelDefault: ({ tag }: Vlans) => usualMode(tag),
    }),
};

interface Vlans<Trunk = number> {
  tag?: number | undefined;
  trunks?: Trunk[] | undefined;
  vlanMode?: Mode | undefined;
}

/** That of a port whose record names none. */
function usualMode(tag = 0): Mode {
  return tag === 0 ? "trunk" : "access";
}

/** What of a record counts: the mode that the port is in, named or not, and no tag or trunks that this ignores. */
export function vlansOf(row: { tag: number | undefined; trunks: number[]; vlanMode: string | undefined }) {
  const vlanMode = NAMES.find((name) => name === row.vlanMode) ?? usualMode(row.tag);
  const { tag, trunks } = MODES[vlanMode];
  return { tag: tag === "no" ? 0 : (row.tag ?? 0), trunks: trunks === "no" ? [] : row.trunks, vlanMode };
}

/** The words of `set` for a new port. */
export function newVlans({ tag, trunks = [], vlanMode }: Vlans): string[] {
  return [
    ...(tag ? [`tag=${tag}`] : []),
    ...(trunks.length > 0 ? [`trunks=${trunks.join(",")}`] : []),
    ...(vlanMode === undefined || vlanMode === usualMode(tag) ? [] : [`vlan_mode=${vlanMode}`]),
  ];
}

/** The commands for what differs, by property. */
export function vlanCommands(name: string, want: Vlans, have: Vlans): Record<keyof Vlans, string[][]> {
  const to = (column: string, value: string) => [
    value === "" ? ["clear", "Port", name, column] : ["set", "Port", name, `${column}=${value}`],
  ];
  const [before, after] = [usualMode(have.tag), usualMode(want.tag ?? have.tag)];
  const { vlanMode = before } = have;
  const isIgnored = want.trunks?.length && MODES[vlanMode].trunks === "no";
  // Without a word of the program, what it does say decides; else the mode stays, but one that is the tag's goes with that.
  const mode = want.vlanMode ?? (isIgnored ? "trunk" : vlanMode === before ? after : vlanMode);
  // In another mode, what was ignored may count.
  const differs = (key: keyof Vlans) =>
    want[key] !== undefined && (mode !== vlanMode || !isDeepStrictEqual(want[key], have[key]));
  return {
    tag: differs("tag") ? to("tag", want.tag ? String(want.tag) : "") : [],
    trunks: differs("trunks") ? to("trunks", (want.trunks ?? []).join(",")) : [],
    vlanMode: mode === vlanMode && before === after ? [] : to("vlan_mode", mode === after ? "" : mode),
  };
}

/** The mode of what somebody has made, where a program must say it to have the same. */
export function modeToSay({ tag = 0, vlanMode = usualMode(tag) }: Vlans): Mode | undefined {
  return vlanMode === usualMode(tag) || (MODES[vlanMode].tag === "must" && tag === 0) ? undefined : vlanMode;
}

export function ovsVlanFaults(want: Vlans<number | undefined>): Fault[] {
  const { tag = 0, trunks = [] } = want;
  const isOpen = "tag" in want && want.tag === undefined;
  const isModeSaid = "vlanMode" in want;
  const mode = isModeSaid ? want.vlanMode : usualMode(tag);
  const faults: Fault[] = [];
  const refuse = (key: keyof Vlans, reason: string) => faults.push({ path: [key], reason });
  const known = trunks.filter((vlan) => vlan !== undefined);
  if (new Set(known).size < known.length) refuse("trunks", "has a VLAN twice");
  if (mode === undefined) return faults;
  const uses = MODES[mode];
  if (uses.tag === "no" && tag !== 0) {
    refuse(
      "tag",
      `is ignored with \`vlanMode\` \`${mode}\`: native-tagged and native-untagged have both \`tag\` and \`trunks\``,
    );
  }
  if (uses.tag === "must" && tag === 0 && !isOpen) {
    refuse("tag", `must be a VLAN with \`vlanMode\` \`${mode}\``);
  }
  if (uses.trunks === "no" && trunks.length > 0) {
    refuse(
      "trunks",
      isModeSaid
        ? `is ignored with \`vlanMode\` \`${mode}\`, which has only the VLAN \`tag\``
        : "is ignored with a `tag` and no `vlanMode`: give native-tagged or native-untagged as `vlanMode` for both, or leave one out",
    );
  }
  return faults;
}
