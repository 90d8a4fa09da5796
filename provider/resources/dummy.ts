import { z } from "zod";
import { changeDevice, makeDevice } from "../kernel/device";
import { deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { defineKind } from "./kind";

const inputs = z.strictObject(deviceInputs);
const outputs = inputs.extend(deviceOutputs);

export const dummy = defineKind({
  ...deviceKind("dummy"),
  type: "Dummy",
  description:
    "A device that drops everything sent to it and never loses its carrier: a home for addresses that belong to " +
    "no cable, see ip-link(8). Needs a kernel with CONFIG_DUMMY. Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const service = new netns.Dummy("service", { namespace: net0.name });
new netns.Address("service", { namespace: net0.name, device: service.name, address: "192.0.2.1/32" });
export const ifindex = service.ifindex;`,
  inputs,
  outputs,
  observe: (kernel, where, mark) => seeDevice("dummy", kernel, where, mark, () => ({})),
  plan: (want, have, mark) => (have ? changeDevice(want, have) : makeDevice(want, ["dummy"], mark)),
  adopt: (state) => withoutDefaults(inputs, state),
});
