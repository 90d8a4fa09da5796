import { z } from "zod";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import { ip } from "../kernel/step";
import { deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { defineKind } from "./kind";

const inputs = z.strictObject(deviceInputs);
const outputs = inputs.extend(deviceOutputs);

export const dummy = defineKind({
  ...deviceKind("dummy"),
  type: "Dummy",
  description:
    "A device that drops all that is sent on it, and that is always there: for addresses that hang on no cable, see " +
    "ip-link(8). Needs a kernel with CONFIG_DUMMY. It bears the mark of this stack as its alias (`ip link`).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const service = new netns.Dummy("service", { namespace: net0.name });
new netns.Address("service", { namespace: net0.name, device: service.name, address: "192.0.2.1/32" });
export const ifindex = service.ifindex;`,
  inputs,
  outputs,
  observe: (kernel, where, mark) => seeDevice("dummy", kernel, where, mark, () => ({})),
  plan: (want, have, mark) =>
    have
      ? changeDevice(want, have)
      : [
          ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), "type", "dummy"]),
          markDevice(want, mark),
        ],
  adopt: (state) => withoutDefaults(inputs, state),
});
