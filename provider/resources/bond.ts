import { z } from "zod";
import type { Fault } from "../core/check";
import { ifName } from "../core/fields";
import { whole } from "../core/numbers";
import type { Json } from "../core/values";
import {
  AD_SELECTS,
  BOND_MODES,
  changeOptions,
  type Mode,
  monitorOf,
  type Option,
  optionWords,
  readOptions,
  SET_DOWN,
  XMIT_HASH_POLICIES,
} from "../kernel/bond";
import { changeDevice, type DevicePlace, markDevice, newDevice } from "../kernel/device";
import { showLink } from "../kernel/link";
import { macOf, randomMac } from "../kernel/mark";
import { ip } from "../kernel/step";
import { getsCarrier, type Part } from "../kernel/takenAlong";
import {
  always,
  deviceFact,
  deviceInputs,
  deviceKind,
  deviceOutputs,
  LEFT_OUT,
  seeDevice,
  withoutDefaults,
} from "./device";
import { type DeepPartial, defineKind } from "./kind";

const NEW_MODE = "balance-rr";
const MOST_MS = 2 ** 31 - 1;
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `must be ${words.slice(0, -1).join(", ")} or ${words.at(-1)}` });

/** The modes that an option does something in. */
const ONLY: Partial<Record<Option, readonly Mode[]>> = {
  lacpRate: ["802.3ad"],
  adSelect: ["802.3ad"],
  minLinks: ["802.3ad"],
  primary: ["active-backup", "balance-tlb", "balance-alb"],
  xmitHashPolicy: ["balance-xor", "802.3ad", "balance-tlb"],
};
const inModes = (option: Option) => `Only for the mode ${ONLY[option]?.map((mode) => `\`${mode}\``).join(", ")}.`;

const inputs = z.strictObject({
  ...deviceInputs,
  mac: deviceInputs.mac.meta({
    description: "The bond's MAC address, which its ports get as well. Absent: a random one, kept whatever ports join.",
    kernelDefault: randomMac,
  }),
  mode: oneOf(BOND_MODES)
    .optional()
    .meta({
      description:
        "How it uses its ports: `balance-rr` in turn, `active-backup` one at a time, `balance-xor` by a hash, `broadcast` all, " +
        "`802.3ad` by LACP with a switch or another bond, `balance-tlb` and `balance-alb` by load. Default: `balance-rr`.",
      kernelDefault: NEW_MODE,
      replaces: true,
    }),
  miimon: whole(0, MOST_MS, " milliseconds")
    .optional()
    .meta({
      description:
        "How often it looks whether its ports have a carrier, in milliseconds; 0: never, so that nothing fails over. Absent: 100 in " +
        "the modes `802.3ad`, `balance-tlb` and `balance-alb`, else 0.",
      kernelDefault: ({ mode }: Json) => monitorOf(mode as Mode | undefined),
    }),
  updelay: whole(0, MOST_MS, " milliseconds").optional().meta({
    description:
      "How long a port must have a carrier before it is used, in milliseconds: a multiple of `miimon`. Default: 0.",
    kernelDefault: 0,
  }),
  downdelay: whole(0, MOST_MS, " milliseconds").optional().meta({
    description:
      "How long a port may lack its carrier and is used still, in milliseconds: a multiple of `miimon`. Default: 0.",
    kernelDefault: 0,
  }),
  primary: ifName()
    .optional()
    .meta({
      description:
        `The device that is the active port whenever it can be, as soon as it is a port (BondPort). ${inModes("primary")} Absent: ` +
        `none. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
  xmitHashPolicy: oneOf(XMIT_HASH_POLICIES)
    .optional()
    .meta({
      description: `What a packet's port is chosen by: MAC addresses, addresses, ports. ${inModes("xmitHashPolicy")} Default: \`layer2\`.`,
      kernelDefault: "layer2",
    }),
  lacpRate: oneOf(["slow", "fast"])
    .optional()
    .meta({
      description:
        `How often LACP is to hear from the other side: every 30 s (\`slow\`) or every second (\`fast\`). ${inModes("lacpRate")} A change ` +
        "sets the bond down for a moment. Default: `slow`.",
      kernelDefault: "slow",
    }),
  adSelect: oneOf(AD_SELECTS)
    .optional()
    .meta({
      description:
        `Which group of ports LACP uses: \`stable\` keeps one, \`bandwidth\` and \`count\` take the best. ${inModes("adSelect")} A change ` +
        "sets the bond down for a moment. Default: `stable`.",
      kernelDefault: "stable",
    }),
  minLinks: whole(0, 65535)
    .optional()
    .meta({
      description: `How many ports must be active before the bond has a carrier. ${inModes("minLinks")} Default: 0.`,
      kernelDefault: 0,
    }),
});
const outputs = inputs.extend({
  ...deviceOutputs,
  ...always(inputs.shape, [
    "mode",
    "miimon",
    "updelay",
    "downdelay",
    "xmitHashPolicy",
    "lacpRate",
    "adSelect",
    "minLinks",
  ]),
});

type Inputs = z.output<typeof inputs>;
type Where = DevicePlace & { primary?: string | undefined };
const common = deviceKind("bond");

export const bond = defineKind({
  ...common,
  facts: ({ mode = NEW_MODE, ...device }) => [deviceFact(device, { type: "bond", mode })],
  type: "Bond",
  description:
    "Several devices as one: link aggregation, or a device that stays when a cable fails, see `bond` in ip-link(8) and the kernel's " +
    "Documentation/networking/bonding.rst. Devices join it by a BondPort each. Needs a kernel with CONFIG_BONDING. Its alias is " +
    "the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const host = new netns.Namespace("host");
const one = new netns.VethPair("one", {
  a: { name: "eth0", namespace: host.name },
  b: { name: "port0", namespace: host.name },
});
const two = new netns.VethPair("two", {
  a: { name: "eth1", namespace: host.name },
  b: { name: "port1", namespace: host.name },
});
const bond0 = new netns.Bond("bond0", {
  namespace: host.name,
  mode: "active-backup",
  miimon: 100,
  primary: one.a.name,
});
new netns.BondPort("eth0", { namespace: host.name, bond: bond0.name, device: one.a.name });
new netns.BondPort("eth1", { namespace: host.name, bond: bond0.name, device: two.a.name });
export const mac = bond0.mac;`,
  inputs,
  outputs,
  crossCheck,
  where: ({ namespace, name, primary }: Where): Where => ({
    namespace,
    name,
    ...(primary !== undefined && { primary }),
  }),
  lacks: async (kernel, { namespace, primary }) =>
    primary === undefined || (await showLink(kernel, namespace, primary)) ? undefined : `the device ${primary}`,
  observe: (kernel, where: Where, mark) =>
    seeDevice("bond", kernel, where, mark, (link, namespace) => readOptions(kernel, namespace, link, where.primary)),
  plan: (want, have, mark) => {
    if (have) return [...changeDevice(want, have), ...changeOptions(want, have)];
    // Without one of its own it would take that of its first port, and another one when the last port leaves.
    const device = newDevice({ ...want, mac: want.mac ?? macOf(mark, want) }, mark);
    const words = ["link", "add", ...device, "type", "bond", ...optionWords(want)];
    return [ip(want.namespace, "make the bond", words), markDevice(want, mark)];
  },
  affects: (have, want): Part[] => {
    const at = { namespace: have.namespace, name: have.name };
    const isSetDown = have.up && SET_DOWN.some((key) => want[key] !== undefined && want[key] !== have[key]);
    const running: Part[] = [{ sort: "running", ...at }, { sort: "up", ...at }, getsCarrier(at)];
    return [...common.affects(have, want), ...(isSetDown ? running : [])];
  },
  adopt: (state) => withoutDefaults(inputs, state, { miimon: [monitorOf(state.mode)] }),
  // With the module bonding, in the namespace that the machine begins with.
  comesByItself: ({ namespace, name, up, mode, miimon }) =>
    namespace === undefined && name === "bond0" && !up && mode === NEW_MODE && miimon === 0,
});

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { name, primary, miimon } = want;
  const mode = "mode" in want ? want.mode : NEW_MODE;
  const wrong = Object.entries(ONLY).flatMap(([option, modes]): Fault[] =>
    mode !== undefined && want[option as Option] !== undefined && !modes.includes(mode)
      ? [{ path: [option], reason: `is only for the mode ${modes.join(", ")}` }]
      : [],
  );
  const isMonitored = mode !== undefined && monitorOf(mode) > 0;
  const every = "miimon" in want ? miimon : mode && monitorOf(mode);
  const delays = (["updelay", "downdelay"] as const).flatMap((key): Fault[] => {
    const delay = want[key];
    if (!delay || every === undefined) return [];
    if (every === 0) return [{ path: [key], reason: "needs a `miimon` above 0" }];
    return delay % every === 0 ? [] : [{ path: [key], reason: `must be a multiple of \`miimon\`, ${every}` }];
  });
  return [
    ...wrong,
    ...(isMonitored && miimon === 0 ? [{ path: ["miimon"], reason: `must be above 0 in the mode ${mode}` }] : []),
    ...delays,
    ...(primary !== undefined && primary === name ? [{ path: ["primary"], reason: "is the bond itself" }] : []),
  ].filter(({ path }, index, all) => all.findIndex((other) => other.path[0] === path[0]) === index);
}
