import { z } from "zod";
import { whileSet } from "../kernel/sysctl";
import { defineKind } from "./kind";
import { join, notOfItself, portInputs, portKind, seePort } from "./port";

const CONTROLLER = {
  ...{ property: "vrf", word: "VRF", slave: "vrf" },
  // The kernel sets it down and up again, and would drop its IPv6 addresses.
  moving: (step, { device }) => whileSet(`net.ipv6.conf.${device.replaceAll(".", "/")}.keep_addr_on_down`, step),
} as const satisfies Parameters<typeof portKind<"vrf">>[0];

const inputs = z.strictObject(portInputs(CONTROLLER, "the end of a VethPair, a Vlan, a Bridge"));
const outputs = inputs.extend({
  table: z
    .int()
    .meta({ description: "The routing table of the VRF, for the `table` of a Route.", derivedFrom: ["vrf"] }),
});

export const vrfPort = defineKind({
  ...portKind(CONTROLLER),
  type: "VrfPort",
  description:
    "A device as a port of a VRF, see ip-vrf(8): its networks are in the VRF's table. A device that already belongs to " +
    "another one stays there. When it joins or leaves, the kernel takes the routes through it and its neighbours along, and keeps its " +
    "addresses: name the device of a Route, a Neighbor or an Address by this resource (`port.device`), so that it comes after it. " +
    "Delete removes the device from the VRF and keeps the device.",
  example: `import * as netns from "pulumi-netns";

const router = new netns.Namespace("router");
const red = new netns.Vrf("red", { namespace: router.name, table: 10 });
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: router.name },
  b: { name: "eth1", namespace: router.name },
});
const port = new netns.VrfPort("eth0", { namespace: router.name, vrf: red.name, device: cable.a.name });
new netns.Address("red", { namespace: router.name, device: port.device, address: "10.0.0.1/24" });
new netns.Route("red", { namespace: router.name, destination: "default", gateway: "10.0.0.2", table: port.table });
export const table = port.table;`,
  inputs,
  outputs,
  crossCheck: (want) => notOfItself(CONTROLLER, want),
  observe: (kernel, where) =>
    seePort(CONTROLLER, kernel, where, ({ linkinfo }) => ({ table: Number(linkinfo?.info_slave_data?.table) })),
  plan: (want, have) => (have ? [] : [join(CONTROLLER, want)]),
  // The kernel sets the device down for a moment when it leaves.
  gives: ({ namespace, device }) => [{ sort: "running", namespace, name: device }],
  adopt: ({ table: _, ...want }) => want,
  facts: ({ namespace, vrf, device }) => [
    { says: "member", controller: { namespace, name: vrf }, device: { namespace, name: device } },
  ],
});
