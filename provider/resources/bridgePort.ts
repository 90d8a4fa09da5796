import { z } from "zod";
import { flag } from "../core/fields";
import { whole } from "../core/numbers";
import { defaultVlans, vlanFaults, vlanSet } from "../core/vlans";
import { setVlans, showVlans } from "../kernel/bridge";
import type { Kernel } from "../kernel/kernel";
import type { Link } from "../kernel/linkRow";
import { ip, type Step } from "../kernel/step";
import { always, LEFT_OUT, withoutDefaults } from "./device";
import { defineKind } from "./kind";
import { join, notOfItself, portInputs, portKind, seePort } from "./port";

const CONTROLLER = { property: "bridge", word: "bridge", slave: "bridge" } as const;

const inputs = z.strictObject({
  ...portInputs(CONTROLLER, "the end of a VethPair, a Vxlan, a Dummy"),
  cost: whole(1, 65535)
    .optional()
    .meta({
      description:
        "The spanning tree's cost of a path through this port: 1 to 65535. Absent: derived from the device's " +
        `speed, 2 for a veth. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
  priority: whole(0, 63).optional().meta({
    description:
      "Of two ports that lead to the same bridge, the one with the lower priority forwards: 0 to 63. Default: 32.",
    kernelDefault: 32,
  }),
  hairpin: flag().optional().meta({
    description: "Whether a frame may leave by the port that it came in by. Default: false.",
    kernelDefault: false,
  }),
  isolated: flag().optional().meta({
    description: "Whether it can reach only ports that are not isolated. Default: false.",
    kernelDefault: false,
  }),
  learning: flag().optional().meta({
    description: "Whether the bridge learns MAC addresses from frames that come in here. Default: true.",
    kernelDefault: true,
  }),
  flood: flag().optional().meta({
    description: "Whether frames to unknown addresses are flooded to this port. Default: true.",
    kernelDefault: true,
  }),
  guard: flag().optional().meta({
    description: "Whether an incoming spanning tree packet disables the port (`bpdu_guard`). Default: false.",
    kernelDefault: false,
  }),
  rootBlock: flag().optional().meta({
    description: "Whether the port may not lead to the root of the spanning tree. Default: false.",
    kernelDefault: false,
  }),
  vlans: vlanSet()
    .optional()
    .meta({
      description:
        "The VLANs that the port is in: exactly these, in any order (`bridge vlan`, see bridge(8)). They take " +
        "effect when the bridge has `vlanFiltering`. Needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING. Absent: " +
        "the bridge's " +
        `\`defaultPvid\`, untagged. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
});

const outputs = inputs.extend({
  ...always(inputs.shape, ["cost", "priority", "hairpin", "isolated", "learning", "flood", "guard", "rootBlock"]),
  vlans: z.array(vlanSet().element).meta({ description: "The VLANs that the port is in." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

/** The words of `ip link … type bridge_slave`, which are those of what it shows as well. */
const WORDS = {
  cost: "cost",
  priority: "priority",
  hairpin: "hairpin",
  isolated: "isolated",
  learning: "learning",
  flood: "flood",
  guard: "guard",
  rootBlock: "root_block",
} as const;
type Option = keyof typeof WORDS;
const OPTIONS = Object.keys(WORDS) as Option[];

/** What a port of a veth has by itself. */
const USUAL: Required<Pick<State, Option | "vlans">> = {
  ...{ cost: 2, priority: 32, hairpin: false, isolated: false, learning: true, flood: true, guard: false },
  ...{ rootBlock: false, vlans: defaultVlans({}) },
};

export const bridgePort = defineKind({
  ...portKind(CONTROLLER),
  type: "BridgePort",
  description:
    "A device as a port of a bridge, see `bridge_slave` in ip-link(8), and bridge(8). A device that already " +
    "belongs to another bridge stays there. Delete removes the device from the bridge and keeps the device.",
  example: `import * as netns from "pulumi-netns";

const lan = new netns.Namespace("lan");
const br0 = new netns.Bridge("br0", { namespace: lan.name, vlanFiltering: true });
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: lan.name },
  b: { name: "port0", namespace: lan.name },
});
const port = new netns.BridgePort("port0", {
  namespace: lan.name,
  bridge: br0.name,
  device: cable.b.name,
  vlans: [{ vid: 10, pvid: true, untagged: true }, { vid: 20, vidEnd: 29 }],
});
export const cost = port.cost;`,
  inputs,
  outputs,
  crossCheck: ({ vlans, ...want }) => [...notOfItself(CONTROLLER, want), ...vlanFaults(vlans)],
  observe: (kernel, where) =>
    seePort(CONTROLLER, kernel, where, (link, master) => read(kernel, where.namespace, link, master)),
  plan: (want, have) => [
    ...(have ? change(want, have) : [join(CONTROLLER, want), ...given(want).map((option) => set(want, option))]),
    ...(want.vlans ? setVlans({ netns: want.namespace, device: want.device }, want.vlans, have?.vlans) : []),
  ],
  early: async () => ({ outputs: USUAL }),
  /** Whether the cost and the VLANs were given is not shown: what a port of a veth has by itself is left out. */
  adopt: (state) => withoutDefaults(inputs, state, { cost: [2], vlans: [[], defaultVlans({})] }),
  facts: ({ namespace, bridge, device, isolated = false, hairpin = false, learning = true, flood = true, vlans }) => [
    {
      says: "port",
      bridge: { namespace, name: bridge },
      device: { namespace, name: device },
      ...{ isolated, hairpin, learning, flood, vlans },
    },
  ],
});

async function read(kernel: Kernel, namespace: string | undefined, { ifname, linkinfo }: Link, master: Link) {
  const shown = linkinfo?.info_slave_data ?? {};
  const options = OPTIONS.map((option) => [option, shown[WORDS[option]]]);
  // What a kernel that can filter by VLAN shows of every bridge.
  const hasVlans = master.linkinfo?.info_data?.vlan_default_pvid !== undefined;
  return {
    ...(Object.fromEntries(options) as Pick<State, Option>),
    vlans: hasVlans ? await showVlans(kernel, namespace, ifname) : [],
  };
}

function given(want: Inputs): Option[] {
  return OPTIONS.filter((option) => want[option] !== undefined);
}

function change(want: Inputs, have: State): Step[] {
  return given(want)
    .filter((option) => want[option] !== have[option])
    .map((option) => set(want, option));
}

function set({ namespace, device, ...want }: Inputs, option: Option): Step {
  const value = want[option];
  const word = typeof value === "boolean" ? (value ? "on" : "off") : String(value);
  const words = ["link", "set", "dev", device, "type", "bridge_slave", WORDS[option], word];
  return ip(namespace, `set ${option}`, words, [option]);
}
