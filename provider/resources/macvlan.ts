import { seeDevice } from "./device";
import { defineKind } from "./kind";
import { macvlanKind, macvlanOutputs, readMacvlan } from "./macvlanKind";

export const macvlan = defineKind({
  ...macvlanKind("macvlan"),
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
  outputs: macvlanOutputs,
  observe: (kernel, where, mark) => seeDevice("macvlan", kernel, where, mark, readMacvlan),
});
