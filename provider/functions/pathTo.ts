import { z } from "zod";
import { ifName, ipAddress, netnsRef } from "../core/fields";
import { familyOf } from "../core/ip";
import { pathTo as find } from "../kernel/pathTo";
import { defineFunction } from "./function";

const inputs = z.strictObject({
  to: ipAddress().meta({ description: "The address that packets are for." }),
  from: ipAddress().optional().meta({ description: "The address that they come from. Absent: chosen by the route." }),
  device: ifName().optional().meta({ description: "The device that they leave by. Absent: chosen by the route." }),
  namespace: netnsRef()
    .optional()
    .meta({
      description:
        "The namespace that they leave: a name under /run/netns, or an absolute path. Absent: the namespace that the " +
        "provider runs in.",
    }),
});

const outputs = z.strictObject({
  device: z.string().meta({ description: "The device that they leave by." }),
  gateway: z.string().optional().meta({ description: "The router that they are sent to, if there is one." }),
  mtu: z.int().meta({ description: "The largest packet in bytes that can take this way, as far as this host knows." }),
});

export const pathTo = defineFunction({
  name: "pathTo",
  description:
    "The way that packets to an address take from a host, by what its kernel says (`ip route get`): the first device, and how " +
    "large they may be, be it by the device, by the route's `mtu`, or by what the kernel has learnt of the way (path MTU " +
    "discovery). It is an error when there is no way. With `netns:offline` the host is not looked at.",
  example: `import * as netns from "pulumi-netns";

const way = netns.pathToOutput({ to: "192.0.2.2" });
const tunnel = new netns.Vxlan("vx0", {
  vni: 42,
  remote: "192.0.2.2",
  mtu: way.mtu.apply((mtu) => mtu - 50),
});`,
  inputs,
  outputs,
  crossCheck: ({ to, from }) =>
    from !== undefined && familyOf(from) !== familyOf(to)
      ? [{ path: ["from"], reason: "is not of the family of `to`" }]
      : [],
  offline: () => undefined,
  call: find,
});
