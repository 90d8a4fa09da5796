import { z } from "zod";
import { changeDevice, makeOn } from "../kernel/device";
import { parentOf } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
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

const MODES = ["l2", "l3", "l3s"] as const;
const FLAGS = ["bridge", "private", "vepa"] as const;
const OF_ALL =
  "All ipvlans of a parent have the same one: a change, which is in place, and one that is made with another change " +
  "it for all of them, so give each the same.";

const { mac: _, ...shared } = deviceInputs;
const inputs = z
  .strictObject({
    ...shared,
    mtu: parentsMtu(),
    parent: parentName("The name of the device that it is on, in the same namespace."),
    mode: z
      .enum(MODES, { error: `must be ${MODES.join(", ")}` })
      .optional()
      .meta({
        description:
          "Who knows the way, see ip-link(8): `l2` the device's own routes and neighbors, as on any Ethernet; `l3` the " +
          "parent's namespace, whose routes lead on, without ARP, broadcast and multicast; `l3s` the same, through the " +
          `parent's firewall too (CONFIG_IPVLAN_L3S). ${OF_ALL} Default: \`l3\`.`,
        kernelDefault: "l3",
      }),
    flag: z
      .enum(FLAGS, { error: `must be ${FLAGS.join(", ")}` })
      .optional()
      .meta({
        description:
          "Which other devices on the same parent it can reach, see ip-link(8): `bridge` all, directly, `private` none, " +
          `\`vepa\` all, through a switch that sends packets back. ${OF_ALL} Default: \`bridge\`.`,
        kernelDefault: "bridge",
      }),
  })
  .meta({ absent: { mac: "is not for an ipvlan: it has the MAC address of its parent" } });
const outputs = z.strictObject({
  ...inputs.shape,
  ...deviceOutputs,
  mac: z.string().meta({ description: "The device's MAC address, which is that of its parent." }),
  ...always(inputs.shape, ["mode", "flag"]),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

export const ipvlan = defineKind({
  ...deviceKind("ipvlan"),
  facts: ({ parent, mode = "l3", flag = "bridge", ...device }) => [
    deviceFact(device, { type: "ipvlan", parent, mode, flag }),
  ],
  type: "Ipvlan",
  description:
    "A device with its own IP addresses on top of another device, its parent, whose MAC address it has, see ip-link(8): " +
    "for what takes one MAC address only, such as a port of a switch, where a Macvlan has its own. It cannot reach the " +
    "parent itself. A parent has either ipvlans, or macvlans and macvtaps, or is a port. Needs a kernel with CONFIG_IPVLAN. " +
    "Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: net0.name },
  b: { name: "eth1", namespace: net0.name },
});
const ipv0 = new netns.Ipvlan("ipv0", { namespace: net0.name, parent: cable.a.name, mode: "l2" });
new netns.Address("ipv0", { namespace: net0.name, device: ipv0.name, address: "192.0.2.1/24" });
export const mac = ipv0.mac;`,
  inputs,
  outputs,
  on: (want) => [named(want, "parent")],
  crossCheck: notItself,
  observe: (kernel, where, mark) => seeDevice("ipvlan", kernel, where, mark, read),
  // What is left out is said as well: else it would be what the others of the parent have.
  plan: (want, have, mark) =>
    have
      ? [...changeDevice(want, have), ...change(want, have)]
      : makeOn(want, ["ipvlan", "mode", want.mode ?? "l3", want.flag ?? "bridge"], mark),
  adopt: (state) => withoutDefaults(inputs, state, { mtu: [1500] }),
});

function read(link: Link) {
  const { mode, ...flags } = link.linkinfo?.info_data ?? {};
  return {
    parent: parentOf(link),
    mode: mode as State["mode"],
    flag: FLAGS.find((flag) => flags[flag] === true) ?? "bridge",
  };
}

function change({ namespace, name, mode, flag }: Inputs, have: State) {
  const set = (property: "mode" | "flag", words: string[]) =>
    ip(namespace, `set ${property}`, ["link", "set", "dev", name, "type", "ipvlan", ...words], [property]);
  return [
    ...(mode === undefined || mode === have.mode ? [] : [set("mode", ["mode", mode])]),
    ...(flag === undefined || flag === have.flag ? [] : [set("flag", [flag])]),
  ];
}
