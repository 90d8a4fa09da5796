import { z } from "zod";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import { parentOf } from "../kernel/link";
import { ip } from "../kernel/step";
import {
  always,
  deviceFact,
  deviceInputs,
  deviceKind,
  deviceOutputs,
  notItself,
  parentName,
  parentsMtu,
  seeDevice,
  withoutDefaults,
} from "./device";
import { defineKind, named } from "./kind";

const MODES = ["private", "vepa", "bridge", "passthru", "source"] as const;

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
const outputs = inputs.extend({ ...deviceOutputs, ...always(inputs.shape, ["mode"]) });

type Mode = (typeof MODES)[number];

export const macvlan = defineKind({
  ...deviceKind("macvlan"),
  facts: ({ parent, mode = "bridge", ...device }) => [deviceFact(device, { type: "macvlan", parent, mode })],
  type: "Macvlan",
  description:
    "A device with its own MAC address on top of another device, its parent, see ip-link(8). It cannot reach " +
    "the parent itself. Needs a kernel with CONFIG_MACVLAN. Its alias is the stack's ownership mark (`ip link` shows " +
    "it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: net0.name },
  b: { name: "eth1", namespace: net0.name },
});
const mv0 = new netns.Macvlan("mv0", { namespace: net0.name, parent: cable.a.name, mode: "bridge" });
export const mac = mv0.mac;`,
  inputs,
  outputs,
  on: (want) => [named(want, "parent")],
  crossCheck: notItself,
  observe: (kernel, where, mark) =>
    seeDevice("macvlan", kernel, where, mark, (link) => ({
      parent: parentOf(link),
      mode: link.linkinfo?.info_data?.mode as Mode,
    })),
  plan: (want, have, mark) => {
    if (have) return changeDevice(want, have);
    const type = ["link", want.parent, "type", "macvlan", ...(want.mode === undefined ? [] : ["mode", want.mode])];
    return [
      ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type], ["parent"]),
      markDevice(want, mark),
    ];
  },
  adopt: (state) => withoutDefaults(inputs, state, { mtu: [1500] }),
});
