import { z } from "zod";
import { flag, mtu } from "../core/fields";
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
    mtu: mtu().optional().meta({
      description:
        "The largest packet in bytes, of both ends. Absent: that of the switch at one end, or the kernel's 1500.",
    }),
  })
  .meta({ id: "LabLink", description: "A cable of a lab: a pair of veth devices." });
