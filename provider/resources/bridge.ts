import { z } from "zod";
import type { Fault } from "../core/check";
import { flag } from "../core/fields";
import { whole } from "../core/numbers";
import { defaultVlans, LAST_VLAN, vlanFaults, vlanSet } from "../core/vlans";
import { setVlans, showVlans } from "../kernel/bridge";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import { showStaticFdb } from "../kernel/fdb";
import type { Kernel } from "../kernel/kernel";
import type { Link } from "../kernel/linkRow";
import { macOf, randomMac } from "../kernel/mark";
import { ip, type Step } from "../kernel/step";
import { always, deviceFact, deviceInputs, deviceKind, deviceOutputs, seeDevice, withoutDefaults } from "./device";
import { defineKind } from "./kind";

const HUNDREDTHS =
  "in hundredths of a second, as `ip link` has it (a kernel with CONFIG_HZ=250 rounds odd values down, so they " +
  "are refused there)";

/** That of a new bridge. */
const NEW_MTU = 1500;

const inputs = z.strictObject({
  ...deviceInputs,
  mac: deviceInputs.mac.meta({
    description: "The bridge's MAC address, not a multicast one. Absent: a random one, kept whatever ports join.",
    kernelDefault: randomMac,
  }),
  mtu: deviceInputs.mtu.meta({
    description:
      "The largest packet in bytes, 68 to 65535; once set, ports do not change it. Absent: 1500, or the " +
      "smallest mtu among its ports. Removed from the program after it was set: a fixed 1500.",
    kernelDefault: NEW_MTU,
  }),
  stp: flag().optional().meta({
    description: "Whether it takes part in the spanning tree protocol (IEEE 802.1D). Default: false.",
    kernelDefault: false,
  }),
  forwardDelay: whole(0, 3000, " hundredths of a second (30 s)")
    .optional()
    .meta({
      description:
        `How long a port listens, and then learns, before it forwards, ${HUNDREDTHS}: 0 to 3000, with \`stp\` at ` +
        "least 200. Default: 1500, which is 15 s.",
      kernelDefault: 1500,
    }),
  helloTime: whole(100, 1000, " hundredths of a second (1 to 10 s)")
    .optional()
    .meta({
      description: `The time between two hello packets of the root bridge, ${HUNDREDTHS}: 100 to 1000. Default: 200, which is 2 s.`,
      kernelDefault: 200,
    }),
  maxAge: whole(600, 4000, " hundredths of a second (6 to 40 s)")
    .optional()
    .meta({
      description:
        `How long another bridge may go without a hello packet before it counts as dead, ${HUNDREDTHS}: 600 to 4000. ` +
        "Default: 2000, which is 20 s.",
      kernelDefault: 2000,
    }),
  priority: whole(0, 65535).optional().meta({
    description:
      "The bridge with the lowest priority becomes the root of the spanning tree: 0 to 65535. Default: 32768.",
    kernelDefault: 32768,
  }),
  ageingTime: whole(0, 100_000_000, " hundredths of a second")
    .optional()
    .meta({
      description: `How long a learnt MAC address is kept, ${HUNDREDTHS}; 0 learns none. Default: 30000, which is 5 minutes.`,
      kernelDefault: 30_000,
    }),
  vlanFiltering: flag()
    .optional()
    .meta({
      description:
        "Whether frames pass only where both ports are in their VLAN. Needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING. " +
        "Default: false.",
      kernelDefault: false,
    }),
  defaultPvid: whole(0, LAST_VLAN, ", a VLAN ID or 0 for none")
    .optional()
    .meta({
      description:
        "The VLAN that the bridge and every new port join by default, untagged; 0: none. Needs a kernel with " +
        "CONFIG_BRIDGE_VLAN_FILTERING. Default: 1.",
      kernelDefault: 1,
    }),
  mcastSnooping: flag().optional().meta({
    description: "Whether multicast goes only to ports that asked for it (IGMP and MLD snooping). Default: true.",
    kernelDefault: true,
  }),
  vlans: vlanSet()
    .optional()
    .meta({
      description:
        "The VLANs that the bridge's own device is in: exactly these, in any order (`bridge vlan` with `self`, see " +
        "bridge(8)). Needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING. Absent: `defaultPvid`, untagged.",
      kernelDefault: defaultVlans,
    }),
});

const outputs = inputs.extend({
  ...deviceOutputs,
  ...always(inputs.shape, ["stp", "forwardDelay", "helloTime", "maxAge", "priority", "ageingTime", "vlanFiltering"]),
  vlans: z.array(vlanSet().element).meta({ description: "The VLANs that the bridge's own device is in." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

/** The words of `ip link … type bridge`, which are those of what it shows as well. */
const WORDS = {
  forwardDelay: "forward_delay",
  helloTime: "hello_time",
  maxAge: "max_age",
  priority: "priority",
  ageingTime: "ageing_time",
  vlanFiltering: "vlan_filtering",
  defaultPvid: "vlan_default_pvid",
  mcastSnooping: "mcast_snooping",
  stp: "stp_state",
} as const;
type Option = keyof typeof WORDS;
const OPTIONS = Object.keys(WORDS) as Option[];
const FLAGS: readonly Option[] = ["stp", "vlanFiltering", "mcastSnooping"];

export const bridge = defineKind({
  ...deviceKind("bridge"),
  facts: ({ vlanFiltering = false, defaultPvid = 1, stp = false, vlans, ...device }) => [
    deviceFact(device, { type: "bridge", vlanFiltering, defaultPvid, stp, vlans }),
  ],
  type: "Bridge",
  description:
    "A bridge: an Ethernet switch in the kernel, see ip-link(8) and bridge(8). Devices join it by a BridgePort each. " +
    "Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const lan = new netns.Namespace("lan");
const br0 = new netns.Bridge("br0", { namespace: lan.name, ageingTime: 6000 });
const pc = new netns.Namespace("pc");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: pc.name },
  b: { name: "port0", namespace: lan.name },
});
new netns.BridgePort("port0", { namespace: lan.name, bridge: br0.name, device: cable.b.name });
export const ifindex = br0.ifindex;`,
  inputs,
  outputs,
  crossCheck: ({ stp, forwardDelay, vlans }): Fault[] => [
    ...(stp && forwardDelay !== undefined && forwardDelay < 200
      ? [{ path: ["forwardDelay"], reason: "is below 200 hundredths of a second, the least with `stp` (IEEE 802.1D)" }]
      : []),
    ...vlanFaults(vlans),
  ],
  observe: (kernel, where, mark) =>
    seeDevice("bridge", kernel, where, mark, (link, namespace) => read(kernel, link, namespace)),
  plan: (want, have, mark) => [
    ...(have
      ? [...changeDevice(want, have), ...change(want, have)]
      : [make(want, mark), ...setMtu(want), markDevice(want, mark)]),
    ...vlanSteps(want, have),
  ],
  adopt: (state) => withoutDefaults(inputs, state, { vlans: [[], defaultVlans(state)] }),
  uncovered: async (kernel, namespace) =>
    (await showStaticFdb(kernel, namespace)).map(
      ({ mac, device }) => `the entry of ${mac} behind ${device} in the FDB of a bridge (\`bridge fdb\`)`,
    ),
});

async function read(kernel: Kernel, { ifname, linkinfo }: Link, namespace: string | undefined) {
  const info = linkinfo?.info_data ?? {};
  const options = OPTIONS.map((option) => [option, info[WORDS[option]]] as const)
    .filter(([, value]) => value !== undefined)
    .map(([option, value]) => [option, FLAGS.includes(option) ? value !== 0 : value]);
  // What a kernel that can filter by VLAN shows of every bridge.
  const hasVlans = info[WORDS.defaultPvid] !== undefined;
  const vlans = hasVlans ? await showVlans(kernel, namespace, ifname) : [];
  return { ...(Object.fromEntries(options) as Required<Pick<State, Option>>), vlans };
}

function make(want: Inputs, mark: string): Step {
  // What a new bridge has off stays unsaid: a kernel without it refuses the word.
  const given = OPTIONS.filter((option) => want[option] !== undefined && (option !== "vlanFiltering" || want[option]));
  // Without one of its own it would take that of a port, now of this one, now of that.
  const device = newDevice({ name: want.name, mac: want.mac ?? macOf(mark, want) }, mark);
  const words = ["link", "add", ...device, "type", "bridge", ...wordsFor(given, want)];
  return ip(want.namespace, "make the bridge", words);
}

/** What a bridge is made with gives way to the least of its ports'; what it is changed to afterwards stays. */
function setMtu({ namespace, name, mtu }: Inputs): Step[] {
  if (mtu === undefined) return [];
  // To be set to what it has already is no change.
  const ways = mtu === NEW_MTU ? [mtu - 1, mtu] : [mtu];
  return ways.map((way) => ip(namespace, "set mtu", ["link", "set", "dev", name, "mtu", String(way)], ["mtu"]));
}

/** Without the protocol the delay may be what it may not be with it, so that goes off first and on last. */
function change(want: Inputs, have: State): Step[] {
  const changed = OPTIONS.filter((option) => want[option] !== undefined && want[option] !== have[option]);
  const ordered = want.stp === false ? [...changed].reverse() : changed;
  return ordered.map((option) =>
    ip(
      want.namespace,
      `set ${option}`,
      ["link", "set", "dev", want.name, "type", "bridge", ...wordsFor([option], { ...have, ...want })],
      [option],
    ),
  );
}

/** A kernel that cannot filter by VLAN takes a default PVID and forgets it; at the flag beside it, it says so. */
function wordsFor(options: readonly Option[], values: Partial<Record<Option, unknown>>): string[] {
  const said = options.includes("defaultPvid") ? [...new Set<Option>(["vlanFiltering", ...options])] : options;
  return said.flatMap((option) => [WORDS[option], String(Number(values[option] ?? 0))]);
}

/** With its default VLAN the kernel changes others: then it is not known what is there. */
function vlanSteps(want: Inputs, have: State | undefined): Step[] {
  if (want.vlans === undefined) return [];
  const isKnown = want.defaultPvid === undefined || want.defaultPvid === have?.defaultPvid;
  const at = { netns: want.namespace, device: want.name, isBridge: true };
  return setVlans(at, want.vlans, isKnown ? have?.vlans : undefined);
}
