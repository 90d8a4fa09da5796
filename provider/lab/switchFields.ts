import { z } from "zod";
import { flag, mtu } from "../core/fields";
import { ruled } from "../core/rules";
import { LAST_VLAN } from "../core/vlans";
import { condition } from "./condition";
import { cableEnd } from "./names";
import { networkFields } from "./networkFields";

const vlanKey = () =>
  ruled([
    [
      (id) => !/^[1-9]\d{0,3}$/.test(id) || Number(id) > LAST_VLAN,
      `must be a VLAN ID, 2 to ${LAST_VLAN} (IEEE 802.1Q)`,
    ],
    [(id) => id === "1", "is the VLAN of the switch's own `hosts`"],
  ]);

const vlan = z
  .strictObject({
    hosts: z
      .array(cableEnd())
      .optional()
      .meta({
        description:
          "The hosts in it, each by a cable of its own without tags: `HOST`, or `HOST:DEVICE` as of the switch. Absent: " +
          "those alone that a link joins to it, or those at other switches.",
      }),
    ...networkFields(24),
  })
  .meta({ id: "LabVlan", description: "A VLAN of a switch of a lab." });

export const hostSwitch = z
  .strictObject({
    hosts: z
      .array(cableEnd())
      .optional()
      .meta({
        description:
          "The hosts on it, each by a cable: `HOST`, or `HOST:DEVICE` with the name of the host's device, which is " +
          "otherwise that of the switch. Where two names would have one address, the first in the list has it: put new " +
          "hosts at the end. Absent: those alone that a link joins to it.",
      }),
    ...networkFields(24),
    vlans: z
      .record(vlanKey(), vlan, { error: "must be an object" })
      .optional()
      .meta({
        description:
          "Its VLANs by their IDs, 2 to 4094 (IEEE 802.1Q), each a network of its own, which goes on at the other " +
          "switches that links join to it. Then `hosts` and `subnet` are those of VLAN 1. Absent: none.",
      }),
    link: condition.optional().meta({
      description:
        "What packets suffer on each of its cables, each way, unless a link says otherwise. Absent: nothing.",
    }),
    mtu: mtu().optional().meta({
      description: "The largest packet in bytes of the switch and of all devices on it. Absent: the kernel's 1500.",
    }),
    openvswitch: flag()
      .default(false)
      .meta({
        description:
          "Whether it is a bridge of Open vSwitch, in the namespace that the provider runs in, instead of one of Linux in a " +
          "namespace of its own. Default: false.",
      }),
    datapath: z
      .enum(["system", "netdev"], { error: "must be system or netdev" })
      .meta({ id: "LabDatapath", description: "What forwards the frames of a bridge of Open vSwitch." })
      .optional()
      .meta({
        description:
          "Of Open vSwitch: `system`, the kernel's module, or `netdev`, ovs-vswitchd itself, which needs no module; then " +
          "the hosts make the checksums of what they send, which needs ethtool. Absent: `system`.",
      }),
    stp: flag()
      .default(false)
      .meta({
        description:
          "Whether it takes part in the spanning tree protocol (IEEE 802.1D): needed where links of switches close a loop. " +
          "Default: false.",
      }),
  })
  .meta({ id: "LabSwitch", description: "A switch of a lab: a bridge with its ports." });

export type SwitchDescription = z.output<typeof hostSwitch>;
