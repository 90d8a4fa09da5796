import { z } from "zod";
import type { Link } from "../kernel/linkRow";
import { NETKIT_POLICIES } from "../kernel/linkWords";
import { randomMac } from "../kernel/mark";
import { ip } from "../kernel/step";
import { always } from "./device";
import { type DeepPartial, defineKind, type Seen } from "./kind";
import { adoptEnd, changeEnds, ENDS, type End, endInputs, endOutputs, makePair, newEnd, pairKind } from "./pair";
import { seePair } from "./pairSeen";

const MODES = ["l3", "l2"] as const;
const POLICIES = Object.keys(NETKIT_POLICIES) as (keyof typeof NETKIT_POLICIES)[];

const end = z
  .strictObject({
    ...endInputs,
    mac: endInputs.mac.meta({
      description:
        "The device's MAC address, not a multicast one; in the mode `l2` alone. Absent: a random one that the kernel gives.",
      kernelDefault: randomMac,
    }),
    policy: z
      .enum(POLICIES, { error: `must be ${POLICIES.join(" or ")}` })
      .optional()
      .meta({
        description:
          "What becomes of a packet that is sent on this end where no BPF program decides: `forward` takes it to the other " +
          "end, `blackhole` drops it. Default: `forward`.",
        kernelDefault: "forward",
      }),
  })
  .meta({ id: "NetkitEnd", description: "One end of a netkit pair." });

const seenEnd = z
  .strictObject({ ...end.shape, ...endOutputs, ...always(end.shape, ["policy"]) })
  .meta({ id: "NetkitEndState", description: "One end of a netkit pair, as the kernel shows it." });

const mode = z
  .enum(MODES, { error: `must be ${MODES.join(" or ")}` })
  .optional()
  .meta({
    description:
      "What both ends carry: `l3` IP packets, without MAC addresses and ARP, `l2` Ethernet frames. Default: `l3`.",
    kernelDefault: "l3",
    replaces: true,
  });

const inputs = z.strictObject({
  a: end.meta({ id: "NetkitEnd", description: "The primary end; the pair's id names it." }),
  b: end.meta({ id: "NetkitEnd", description: "The other end, the peer." }),
  mode,
});

const outputs = z.strictObject({
  a: seenEnd.meta({ id: "NetkitEndState", description: "The first end." }),
  b: seenEnd.meta({ id: "NetkitEndState", description: "The other end." }),
  ...always(inputs.shape, ["mode"]),
  primary: z.enum(ENDS).meta({
    description:
      "The end through which programs are attached to both and policies are changed: `a` of what this resource makes.",
  }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

export const netkit = defineKind({
  ...pairKind("netkit"),
  type: "Netkit",
  description:
    "Two devices joined like a veth pair, whose packets BPF programs see and steer before they leave the namespace that " +
    "they are sent in, see ip-link(8). Programs are attached by whoever has them, through the primary end. Needs a kernel with CONFIG_NETKIT, " +
    "Linux 6.7 and later. The alias of both ends is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const host = new netns.Namespace("host");
const pod = new netns.Namespace("pod");
const link = new netns.Netkit("link", {
  a: { name: "nk0", namespace: host.name },
  b: { name: "eth0", namespace: pod.name },
});
export const ifindex = link.a.ifindex;`,
  inputs,
  outputs,
  crossCheck: (want) => [...pairKind("netkit").crossCheck(want), ...macFaults(want)],
  observe: async (kernel, where, mark) => withOwn(await seePair("netkit", kernel, where, mark)),
  plan: (want, have, mark) =>
    have ? [...changeEnds(want, have), ...changePolicies(want, have)] : makePair(want, words(want, mark), mark),
  adopt: ({ a, b, mode }) => {
    const own = (state: State["a"]) => ({
      ...withoutMac(adoptEnd(state), mode),
      ...(state.policy === "forward" ? {} : { policy: state.policy }),
    });
    return { a: own(a), b: own(b), ...(mode === "l3" ? {} : { mode }) };
  },
});

/** A pair of mode `l3` has no MAC addresses to speak of, and takes none. */
function withoutMac({ mac, ...end }: End, mode: State["mode"]): End {
  return mode === "l2" && mac !== undefined ? { ...end, mac } : end;
}

function macFaults(want: DeepPartial<Inputs>) {
  // Left out it is `l3`; where it is there and undefined, it is not known.
  const isL3 = want.mode === "l3" || !("mode" in want);
  return ENDS.filter((key) => isL3 && want[key]?.mac !== undefined).map((key) => ({
    path: [key, "mac"],
    reason: "is for the mode `l2` alone: a pair of mode `l3` takes no MAC address",
  }));
}

function withOwn(seen: Awaited<ReturnType<typeof seePair>>): Seen<State> | undefined {
  if (!seen?.state || !seen.links) return seen as Seen<State> | undefined;
  const { state, links, ...rest } = seen;
  const info = ({ linkinfo }: Link) => linkinfo?.info_data ?? {};
  const policy = (link: Link) => ({ policy: info(link).policy as State["a"]["policy"] });
  return {
    ...rest,
    state: {
      a: { ...state.a, ...policy(links.a) },
      b: { ...state.b, ...policy(links.b) },
      mode: info(links.a).mode as State["mode"],
      primary: info(links.b).type === "primary" ? "b" : "a",
    },
  };
}

/** The end that is named first is the primary one. */
function words({ a, b, mode }: Inputs, mark: string): string[] {
  const policy = (one: Inputs["a"]) => (one.policy === undefined ? [] : [one.policy]);
  const own = [...(mode === undefined ? [] : ["mode", mode]), ...policy(a)];
  return [...newEnd(a, mark), "type", "netkit", ...own, "peer", ...policy(b), ...newEnd(b, mark)];
}

/** Through the primary end, which the kernel has them for both. */
function changePolicies(want: Inputs, have: State) {
  const { name, namespace } = have[have.primary];
  return ENDS.flatMap((key) => {
    const { policy } = want[key];
    if (policy === undefined || policy === have[key].policy) return [];
    const of = key === have.primary ? [] : ["peer"];
    const all = ["link", "set", "dev", name, "type", "netkit", ...of, policy];
    return [ip(namespace, `set policy of end ${key}`, all, [key, "policy"])];
  });
}
