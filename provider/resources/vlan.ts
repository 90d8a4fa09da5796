import { z } from "zod";
import { mac } from "../core/fields";
import { vlanId } from "../core/vlans";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import { parentOf } from "../kernel/link";
import { ip } from "../kernel/step";
import {
  always,
  deviceInputs,
  deviceKind,
  deviceOutputs,
  LEFT_OUT,
  notItself,
  parentName,
  parentsMtu,
  seeDevice,
  withoutDefaults,
} from "./device";
import { defineKind, named } from "./kind";

const PROTOCOLS = ["802.1Q", "802.1ad"] as const;

const inputs = z.strictObject({
  ...deviceInputs,
  mac: mac()
    .optional()
    .meta({
      description: `The device's MAC address, not a multicast one. Absent: that of the parent. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
  mtu: parentsMtu(),
  parent: parentName("The name of the device that the tagged frames are on, in the same namespace."),
  vid: vlanId().meta({ description: "The VLAN ID in the tag, 1 to 4094 (IEEE 802.1Q).", replaces: true }),
  protocol: z
    .enum(PROTOCOLS, { error: `must be ${PROTOCOLS.join(" or ")}` })
    .optional()
    .meta({
      description: "The sort of tag: `802.1Q`, or `802.1ad` for the outer one of two (QinQ). Default: `802.1Q`.",
      kernelDefault: "802.1Q",
      replaces: true,
    }),
});
const outputs = inputs.extend({ ...deviceOutputs, ...always(inputs.shape, ["protocol"]) });

export const vlan = defineKind({
  ...deviceKind("vlan"),
  type: "Vlan",
  description:
    "A device for the frames of one VLAN on another device, its parent: they have the tag there, and none here, see " +
    "ip-link(8). It can be up only while the parent is. Needs a kernel with CONFIG_VLAN_8021Q. It bears the mark of this " +
    "stack as its alias (`ip link`).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: net0.name },
  b: { name: "eth1", namespace: net0.name },
});
const office = new netns.Vlan("eth0.10", { namespace: net0.name, parent: cable.a.name, vid: 10 });
export const ifindex = office.ifindex;`,
  inputs,
  outputs,
  on: (want) => [named(want, "parent")],
  crossCheck: notItself,
  observe: (kernel, where, mark) =>
    seeDevice("vlan", kernel, where, mark, (link) => ({
      parent: parentOf(link),
      vid: Number(link.linkinfo?.info_data?.id),
      protocol: link.linkinfo?.info_data?.protocol as (typeof PROTOCOLS)[number],
    })),
  plan: (want, have, mark) => {
    if (have) return changeDevice(want, have);
    const protocol = want.protocol === undefined ? [] : ["protocol", want.protocol];
    const type = ["link", want.parent, "type", "vlan", ...protocol, "id", String(want.vid)];
    return [
      ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type], ["parent"]),
      markDevice(want, mark),
    ];
  },
  adopt: (state) => withoutDefaults(inputs, state, { mac: [state.mac], mtu: [1500] }),
});
