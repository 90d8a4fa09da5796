import { z } from "zod";
import type { Fault } from "../core/check";
import { count, mtu } from "../core/fields";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import { ip } from "../kernel/step";
import { deviceFact, deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { defineKind } from "./kind";

/** VRF_MTU and the least of drivers/net/vrf.c: no IPv6 goes through a smaller one. */
const [LEAST_MTU, NEW_MTU] = [1280, 65575];

const inputs = z.strictObject({
  ...deviceInputs,
  mtu: mtu(NEW_MTU).optional().meta({
    description: "The largest packet in bytes, 1280 to 65575. Absent: the kernel's 65575.",
    kernelDefault: NEW_MTU,
  }),
  table: count(1).meta({
    description:
      "The number of the VRF's own routing table, 1 to 4294967295: a Route is in the VRF by the same `table`. Not that of " +
      "another VRF, nor 254, the table `main`.",
    replaces: true,
  }),
});
const outputs = inputs.extend(deviceOutputs);

export const vrf = defineKind({
  ...deviceKind("vrf"),
  facts: ({ table, ...device }) => [deviceFact(device, { type: "vrf", table })],
  type: "Vrf",
  description:
    "Virtual routing and forwarding: a routing table of its own for the devices that join it by a VrfPort each, see " +
    "ip-vrf(8). What comes in there, and what a program sends that is bound to the VRF (`ip vrf exec red`, `ping -I red`), goes by " +
    "the routes of that table; networks of two VRFs may overlap. With the first one the kernel makes a rule by itself that " +
    "leads there (`1000: from all lookup [l3mdev-table]`), which stays. Needs a kernel with CONFIG_NET_VRF. Its alias is the " +
    "stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const router = new netns.Namespace("router");
const red = new netns.Vrf("red", { namespace: router.name, table: 10 });
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: router.name },
  b: { name: "eth1", namespace: router.name },
});
const port = new netns.VrfPort("eth0", { namespace: router.name, vrf: red.name, device: cable.a.name });
new netns.Address("red", { namespace: router.name, device: port.device, address: "10.0.0.1/24" });
export const table = red.table;`,
  inputs,
  outputs,
  crossCheck: ({ mtu }): Fault[] =>
    mtu !== undefined && mtu < LEAST_MTU
      ? [{ path: ["mtu"], reason: `is below ${LEAST_MTU}, the least that a VRF takes` }]
      : [],
  observe: (kernel, where, mark) =>
    seeDevice("vrf", kernel, where, mark, (link) => ({ table: Number(link.linkinfo?.info_data?.table) })),
  plan: (want, have, mark) => {
    if (have) return changeDevice(want, have);
    const type = ["type", "vrf", "table", String(want.table)];
    return [
      ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type], ["table"]),
      markDevice(want, mark),
    ];
  },
  adopt: (state) => withoutDefaults(inputs, state),
});
