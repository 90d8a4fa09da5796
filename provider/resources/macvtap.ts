import { z } from "zod";
import { seeDevice } from "./device";
import { defineKind } from "./kind";
import { macvlanKind, macvlanOutputs, readMacvlan } from "./macvlanKind";

const outputs = macvlanOutputs.extend({
  tapDevice: z.string().meta({
    description:
      "The character device that the program at its other end opens: `/dev/tap` and `ifindex`. The kernel makes it in the " +
      "host's /dev (devtmpfs), for root alone. Of two in different namespaces that have the same `ifindex` it leads to the " +
      "one that was there first. In a container, and for the other one, make it by `mknod` with the numbers in " +
      "/sys/class/net/NAME/macvtap/tapIFINDEX/dev, which `ip netns exec NAMESPACE` shows.",
  }),
});

export const macvtap = defineKind({
  ...macvlanKind("macvtap"),
  type: "Macvtap",
  description:
    "A macvlan whose other end is a program, such as a virtual machine: the program opens a character device, " +
    "`tapDevice`, and is on the parent's network with a MAC address of its own, without a bridge, see ip-link(8). As long " +
    "as none has it open, the device works like a macvlan. Needs a kernel with CONFIG_MACVTAP. Its alias is the stack's " +
    "ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: net0.name },
  b: { name: "eth1", namespace: net0.name },
});
const vm0 = new netns.Macvtap("vm0", { namespace: net0.name, parent: cable.a.name, mode: "bridge" });
export const tapDevice = vm0.tapDevice;`,
  outputs,
  observe: (kernel, where, mark) =>
    seeDevice("macvtap", kernel, where, mark, (link) => ({
      ...readMacvlan(link),
      tapDevice: `/dev/tap${link.ifindex}`,
    })),
});
