import { z } from "zod";
import { defineKind } from "./kind";
import { adoptEnd, changeEnds, endInputs, endOutputs, makePair, newEnd, pairKind } from "./pair";
import { seePair } from "./pairSeen";

const end = z.strictObject(endInputs).meta({ id: "VethEnd", description: "One end of a veth pair." });

const seenEnd = z
  .strictObject({ ...end.shape, ...endOutputs })
  .meta({ id: "VethEndState", description: "One end of a veth pair, as the kernel shows it." });

const inputs = z.strictObject({
  a: end.meta({ id: "VethEnd", description: "The first end; the pair's id names it." }),
  b: end.meta({ id: "VethEnd", description: "The other end." }),
});

const outputs = z.strictObject({
  a: seenEnd.meta({ id: "VethEndState", description: "The first end." }),
  b: seenEnd.meta({ id: "VethEndState", description: "The other end." }),
});

type Inputs = z.output<typeof inputs>;

export const vethPair = defineKind({
  ...pairKind("veth"),
  type: "VethPair",
  description:
    "Two Ethernet devices joined like the ends of a cable: what goes into one comes out of the other, see veth(4). " +
    "Each end can be in a namespace of its own and is created there directly. " +
    "The alias of both ends is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name, mtu: 1400 },
});
export const ifindex = link.a.ifindex;`,
  inputs,
  outputs,
  observe: (kernel, where, mark) => seePair("veth", kernel, where, mark),
  plan: (want, have, mark) => (have ? changeEnds(want, have) : makePair(want, words(want, mark), mark)),
  adopt: ({ a, b }) => ({ a: adoptEnd(a), b: adoptEnd(b) }),
});

/** Of the two this can set only the first up, the one that the last step does not. */
function words({ a, b }: Inputs, mark: string): string[] {
  return [...newEnd(b, mark), ...(b.up ? ["up"] : []), "type", "veth", "peer", ...newEnd(a, mark)];
}
