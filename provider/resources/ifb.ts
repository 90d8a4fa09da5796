import { z } from "zod";
import { mac } from "../core/fields";
import { changeDevice, makeDevice } from "../kernel/device";
import { randomMac } from "../kernel/mark";
import { deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { defineKind } from "./kind";

const inputs = z.strictObject({
  ...deviceInputs,
  mac: mac().optional().meta({
    description: "The device's MAC address, not a multicast one. Absent: a random one that the kernel gives.",
    kernelDefault: randomMac,
    replaces: true,
  }),
});
const outputs = inputs.extend({
  ...deviceOutputs,
  mac: z.string().meta({ description: "The device's MAC address.", replaces: true }),
});

export const ifb = defineKind({
  ...deviceKind("ifb"),
  type: "Ifb",
  description:
    "An intermediate functional block: a device that packets of others are redirected to, so that its Qdisc delays, drops " +
    "or limits what comes in on those, and that hands them back then; it drops what is sent on it otherwise. See " +
    "tc-mirred(8) and tc-actions(8). Needs a kernel with CONFIG_IFB. Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const ifb0 = new netns.Ifb("ifb0", { namespace: net0.name });
new netns.Qdisc("slow", { namespace: net0.name, device: ifb0.name, kind: "tbf", tbf: { rate: "10mbit", burst: "32kb", latency: "50ms" } });
export const ifindex = ifb0.ifindex;`,
  inputs,
  outputs,
  observe: (kernel, where, mark) => seeDevice("ifb", kernel, where, mark, () => ({})),
  plan: (want, have, mark) => (have ? changeDevice(want, have) : makeDevice(want, ["ifb"], mark)),
  adopt: (state) => withoutDefaults(inputs, state),
});
