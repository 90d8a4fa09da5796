import { z } from "zod";
import type { Fault } from "../core/check";
import { flag } from "../core/fields";
import { changeDevice, type DevicePlace } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import type { Link } from "../kernel/linkRow";
import { addTuntap, MODES, ownerAs } from "../kernel/tuntap";
import { always, deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { type DeepPartial, defineKind, type Seen } from "./kind";

const TYPE = "tun";
/** A frame of Ethernet has a header besides. */
const TAP_MTU = 65521;

const owner = (what: string) =>
  z
    .union([z.string(), z.number()], { error: `must be a name or a number of a ${what}` })
    .superRefine((value, context) => {
      const isNumber = /^\d{1,10}$/.test(String(value)) && Number(value) < 2 ** 32 - 1;
      if (!isNumber && !/^[a-z_][\w.-]{0,31}\$?$/i.test(String(value)))
        context.addIssue({ code: "custom", message: `must be a name or a number of a ${what}` });
    })
    .overwrite((value) => (/^\d+$/.test(String(value)) ? String(Number(value)) : value));

const inputs = z.strictObject({
  ...deviceInputs,
  mode: z
    .enum(MODES, { error: `must be ${MODES.join(" or ")}` })
    .default("tap")
    .meta({ id: "TapMode", description: "What a program reads and writes: frames or packets." })
    .meta({
      description:
        "What the program reads and writes: `tap` Ethernet frames, as a virtual machine does, or `tun` IP packets, without " +
        "a MAC address. Default: `tap`.",
      replaces: true,
    }),
  user: owner("user").optional().meta({
    description: "The user, by name or number, who may use it without being root. Absent: none.",
    replaces: true,
  }),
  group: owner("group").optional().meta({
    description: "The group, by name or number, whose members may use it. Absent: none.",
    replaces: true,
  }),
  multiQueue: flag().optional().meta({
    description: "Whether a program can open it several times, one queue each (IFF_MULTI_QUEUE). Default: false.",
    kernelDefault: false,
    replaces: true,
  }),
});

const outputs = inputs.extend({
  ...deviceOutputs,
  ...always(inputs.shape, ["multiQueue"]),
  mac: z.string().optional().meta({ description: "The device's MAC address; a `tun` has none." }),
  user: z.string().optional().meta({ description: "The user who may use it.", replaces: true }),
  group: z.string().optional().meta({ description: "The group whose members may use it.", replaces: true }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
/** With the owners that the program gives. */
type Where = DevicePlace & { user?: string | undefined; group?: string | undefined };

export const tap = defineKind({
  // One that goes with the program that holds it open is that program's, such as the bridges of Open vSwitch in userspace.
  ...deviceKind(TYPE, ({ linkinfo }) => linkinfo?.info_data?.persist === true),
  type: "Tap",
  description:
    "A device whose other end is a program, such as a virtual machine or a VPN: the program reads from " +
    "/dev/net/tun what is sent on the device, and what it writes there arrives on it. The device exists " +
    "whether or not such a program runs, but has no carrier until one does. Needs a kernel with CONFIG_TUN, and /dev/net/tun. Its alias is the stack's " +
    "ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const lan = new netns.Namespace("lan");
const br0 = new netns.Bridge("br0", { namespace: lan.name });
const vm0 = new netns.Tap("vm0", { namespace: lan.name, user: "nobody" });
new netns.BridgePort("vm0", { namespace: lan.name, bridge: br0.name, device: vm0.name });
export const mac = vm0.mac;`,
  inputs,
  outputs,
  crossCheck,
  where: ({ namespace, name, user, group }): Where => ({ namespace, name, user: text(user), group: text(group) }),
  observe,
  plan: (want, have, mark) => [
    ...(have ? [] : [addTuntap({ ...want, user: text(want.user), group: text(want.group) }, mark)]),
    ...changeDevice(want, have ?? { up: false }),
  ],
  adopt: (state) => withoutDefaults(inputs, state),
  // The userspace datapath of Open vSwitch.
  comesByItself: ({ name }) => name === "ovs-netdev",
});

function text(owner: string | number | undefined): string | undefined {
  return owner === undefined ? undefined : String(owner);
}

function crossCheck({ mode, mac, mtu }: DeepPartial<Inputs>): Fault[] {
  return [
    ...(mode === "tun" && mac !== undefined ? [{ path: ["mac"], reason: "is not for a `tun`, which has none" }] : []),
    ...(mode === "tap" && mtu !== undefined && mtu > TAP_MTU
      ? [{ path: ["mtu"], reason: `is above ${TAP_MTU}, the most that a \`tap\` takes` }]
      : []),
  ];
}

async function observe(kernel: Kernel, where: Where, mark?: string): Promise<Seen<State> | undefined> {
  const seen = await seeDevice(TYPE, kernel, where, mark, (link) => read(kernel, where, link));
  if (!seen?.state) return seen as Seen<State> | undefined;
  const { mac, ...state } = seen.state;
  return { ...seen, state: { ...state, ...(state.mode === "tap" && { mac }) } };
}

async function read(kernel: Kernel, given: Where, { linkinfo }: Link) {
  const { type, multi_queue: multiQueue, user, group } = linkinfo?.info_data ?? {};
  const [its, theirs] = await Promise.all([
    user === undefined ? undefined : ownerAs(kernel, "user", given.user, String(user)),
    group === undefined ? undefined : ownerAs(kernel, "group", given.group, String(group)),
  ]);
  return {
    mode: type as Inputs["mode"],
    ...(its !== undefined && { user: its }),
    ...(theirs !== undefined && { group: theirs }),
    multiQueue: multiQueue === true,
  };
}
