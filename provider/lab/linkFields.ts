import { z } from "zod";
import { flag, mtu } from "../core/fields";
import { vlanId } from "../core/vlans";
import { condition } from "./condition";
import { cableEnd } from "./names";
import { networkFields } from "./networkFields";

export const link = z
  .strictObject({
    between: z
      .array(cableEnd())
      .length(2, { error: "must have two ends" })
      .meta({
        description:
          "The two ends, each a host or a switch: `NAME`, or `NAME:DEVICE` with the name of its device there, which is " +
          "otherwise the name of the other end. Between two hosts the first has the first address of the subnet.",
      }),
    ...networkFields(30),
    link: condition.optional().meta({
      description:
        "What packets suffer on it, each way. Absent: what the switch at one end says of its cables, or nothing.",
    }),
    up: flag().default(true).meta({
      description: "Whether it works: with false both ends are down. Default: true.",
    }),
    vlan: vlanId().optional().meta({
      description: "Of a host's cable to a switch: the VLAN that the switch's port is in. Absent: that of its `hosts`.",
    }),
    vlans: z
      .array(vlanId())
      .min(1, { error: "must name a VLAN: leave it out for all" })
      .optional()
      .meta({
        description:
          "The VLANs that it carries with their tags; 1, that of the `hosts` of switches, without one. The host at the end of " +
          "such a cable has a device `DEVICE.VLAN` for each (a trunk). Absent: between switches all that they have, and on a host's " +
          "cable `vlan` alone.",
      }),
    mtu: mtu().optional().meta({
      description:
        "The largest packet in bytes, of both ends. Absent: that of the switch at one end, or the kernel's 1500.",
    }),
  })
  .meta({ id: "LabLink", description: "A cable of a lab: a pair of veth devices." });
