import { z } from "zod";
import { mac } from "../core/fields";
import { vlanId } from "../core/vlans";
import { changeDevice, makeOn } from "../kernel/device";
import { parentOf } from "../kernel/link";
import {
  always,
  deviceFact,
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
  parent: parentName("The device that carries the tagged frames, in the same namespace."),
  vid: vlanId().meta({ description: "The VLAN ID in the tag, 1 to 4094 (IEEE 802.1Q).", replaces: true }),
  protocol: z
    .enum(PROTOCOLS, { error: `must be ${PROTOCOLS.join(" or ")}` })
    .optional()
    .meta({
      description: "The kind of tag: `802.1Q`, or `802.1ad` for the outer one of two (QinQ). Default: `802.1Q`.",
      kernelDefault: "802.1Q",
      replaces: true,
    }),
});
const outputs = inputs.extend({ ...deviceOutputs, ...always(inputs.shape, ["protocol"]) });

export const vlan = defineKind({
  ...deviceKind("vlan"),
  facts: ({ parent, vid, protocol = "802.1Q", ...device }) => [
    deviceFact(device, { type: "vlan", parent, vid, protocol }),
  ],
  type: "Vlan",
  description:
    "A device that carries one VLAN of another device, its parent: frames are tagged on the parent and untagged " +
    "here, see ip-link(8). It can be up only while the parent is. Needs a kernel with CONFIG_VLAN_8021Q. Its alias is the " +
    "stack's ownership mark (`ip link` shows it).",
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
    return makeOn(want, ["vlan", ...protocol, "id", String(want.vid)], mark);
  },
  adopt: (state) => withoutDefaults(inputs, state, { mac: [state.mac], mtu: [1500] }),
});
