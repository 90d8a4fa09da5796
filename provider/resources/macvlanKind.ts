import { z } from "zod";
import { changeDevice, makeOn } from "../kernel/device";
import { parentOf } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import {
  always,
  deviceFact,
  deviceInputs,
  deviceKind,
  deviceOutputs,
  notItself,
  parentName,
  parentsMtu,
  withoutDefaults,
} from "./device";
import { type DeepPartial, named } from "./kind";

/** What Macvlan and Macvtap have in common: they differ in who reads what arrives. */

const MODES = ["private", "vepa", "bridge", "passthru", "source"] as const;
type Mode = (typeof MODES)[number];

const inputs = z.strictObject({
  ...deviceInputs,
  mtu: parentsMtu(),
  parent: parentName("The name of the device that it is on, in the same namespace."),
  mode: z
    .enum(MODES, { error: `must be ${MODES.join(", ")}` })
    .optional()
    .meta({
      description:
        "Which other devices on the same parent it can reach, see ip-link(8): `private` none, `vepa` all, " +
        "through a switch that sends frames back, `bridge` all, directly; `passthru` is alone on its parent; " +
        "`source` accepts frames from listed senders only. Default: `vepa`.",
      kernelDefault: "vepa",
      replaces: true,
    }),
});
type Inputs = z.output<typeof inputs>;

export const macvlanOutputs = inputs.extend({ ...deviceOutputs, ...always(inputs.shape, ["mode"]) });
type State = z.output<typeof macvlanOutputs>;

export function macvlanKind(type: "macvlan" | "macvtap") {
  return {
    ...deviceKind(type),
    facts: ({
      parent,
      mode = "bridge",
      ...device
    }: Parameters<typeof deviceFact>[0] & { parent?: string; mode?: Mode }) => [
      deviceFact(device, { type, parent, mode }),
    ],
    inputs,
    on: (want: DeepPartial<Inputs>) => [named(want, "parent")],
    crossCheck: notItself,
    plan: (want: Inputs, have: State | undefined, mark: string) =>
      have
        ? changeDevice(want, have)
        : makeOn(want, [type, ...(want.mode === undefined ? [] : ["mode", want.mode])], mark),
    adopt: (state: State) => withoutDefaults(inputs, state, { mtu: [1500] }),
  };
}

/** What both show of their own. */
export function readMacvlan(link: Link) {
  return { parent: parentOf(link), mode: link.linkinfo?.info_data?.mode as Mode };
}
