import { z } from "zod";
import { ifName } from "../core/fields";
import { joinId, splitId } from "../core/id";
import {
  asGiven,
  KINDS,
  netem,
  options,
  qdiscFaults,
  type Settings,
  seenNetem,
  seenOptions,
  seenTbf,
  tbf,
  usualNetem,
} from "../core/qdisc";
import { covers } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { inScope } from "../kernel/netns";
import { placeIn } from "../kernel/place";
import { handleOf, isDefault, isKnown, parentOf, settingsIn, showClasses, showQdiscs, wordsOf } from "../kernel/qdisc";
import type { Row } from "../kernel/qdiscRow";
import type { Step } from "../kernel/step";
import { uncoveredQdiscs } from "../kernel/uncoveredQdiscs";
import { defineKind, inNamespace, named, type Seen } from "./kind";

const ROOT = "root";
/** Numbers from here on are given where nobody asks for one. */
const OWN_HANDLES = 0x8000;

const handle = () =>
  z
    .string({ error: "must be a string" })
    .superRefine((text, context) => {
      const number = Number.parseInt(text, 16);
      if (!/^[0-9a-f]{1,4}:?$/i.test(text) || number < 1 || number === 0xffff)
        context.addIssue({ code: "custom", message: "must be a number in hexadecimal from 1: to fffe:, such as 1:" });
    })
    .overwrite((text) => (/^[0-9a-f]{1,4}:?$/i.test(text) ? `${Number.parseInt(text, 16).toString(16)}:` : text));

const CLASS = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i;

const parent = () =>
  z
    .string({ error: "must be a string" })
    .superRefine((text, context) => {
      const [major = 0, minor = 0] = numbersIn(text);
      if (text !== ROOT && (major < 1 || major === 0xffff || minor < 1))
        context.addIssue({ code: "custom", message: "must be `root`, or a class such as 1:1 in hexadecimal" });
    })
    .overwrite((text) => (CLASS.test(text) ? numbersIn(text).map(hex).join(":") : text));

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that the device is in"),
  device: ifName().meta({ description: "The name of the device whose packets it is for.", replaces: true }),
  parent: parent()
    .default(ROOT)
    .meta({
      description:
        "Where it is: `root`, for all that the device sends, or a class of another qdisc of the device, such as `1:1`. " +
        "Default: `root`.",
      replaces: true,
    }),
  handle: handle().optional().meta({
    description:
      "Its number, by which its classes are named, in hexadecimal: `1:`. Absent: one of its own, from 9000 on.",
    replaces: true,
  }),
  kind: z
    .enum(KINDS, { error: `must be one of ${KINDS.join(", ")}` })
    .meta({ id: "QdiscKind", description: "What a qdisc does, see tc(8)." })
    .meta({
      description:
        "What it does with packets, see tc(8): `netem` delays, drops and corrupts them, `tbf` limits their " +
        "rate, `htb` divides a rate among classes, `fq_codel`, `codel`, `fq`, `sfq` and `prio` decide which " +
        "packet goes next, `pfifo`, `bfifo` and " +
        "`pfifo_head_drop` are plain queues, `noqueue` is none. Each needs its part of the kernel, such as " +
        "CONFIG_NET_SCH_NETEM.",
      replaces: true,
    }),
  netem: netem.optional().meta({ description: "For `netem`: what is done to packets. Absent: nothing." }),
  tbf: tbf.optional().meta({ description: "For `tbf`, and required there: the rate, and what may wait." }),
  options: options.optional().meta({ description: "For the other kinds: their options, by their names in tc(8)." }),
});

const outputs = inputs.extend({
  handle: z.string().meta({ description: "Its number, by which its classes are named.", replaces: true }),
  netem: seenNetem.optional().meta({ description: "Of `netem`: what is done to packets." }),
  tbf: seenTbf.optional().meta({ description: "Of `tbf`: the rate, and what may wait." }),
  options: seenOptions.optional().meta({ description: "Of the other kinds: their options." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
/** With what it is to do, where that is known: the tools show some of it a little rounded. */
type Where = Pick<Inputs, "namespace" | "device" | "parent"> & { given?: Settings };

export const qdisc = defineKind({
  type: "Qdisc",
  description:
    "What a device does with the packets that it sends: a queueing discipline, see tc(8). It replaces the " +
    "kernel's default, which returns on delete. From then on it owns its place: a qdisc that somebody puts " +
    "there by hand is removed by the next `pulumi up`. One that was there before is left alone.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: net0.name },
  b: { name: "eth1", namespace: net0.name },
});
const slow = new netns.Qdisc("slow", {
  namespace: net0.name,
  device: cable.a.name,
  kind: "tbf",
  tbf: { rate: "1mbit", burst: "32kb", latency: "400ms" },
});
const far = new netns.Qdisc("far", {
  namespace: net0.name,
  device: cable.b.name,
  kind: "netem",
  netem: { delay: "50ms", jitter: "5ms", loss: "0.5%" },
});
export const handle = slow.handle;`,
  inputs,
  outputs,
  crossCheck: qdiscFaults,
  on: (want) => [named(want, "device")],
  idForm: "NAMESPACE/DEVICE/PARENT (DEVICE/PARENT without a namespace), PARENT being `root` or a class such as 1:1",
  id: ({ namespace, device, parent }) => joinId(namespace, device, parent),
  parseId(id): Where | undefined {
    const split = splitId(id, 2);
    const device = ifName().safeParse(split?.parts[0]).data;
    const at = parent().safeParse(split?.parts[1]).data;
    return device === undefined || at === undefined ? undefined : { namespace: split?.netns, device, parent: at };
  },
  where: ({ namespace, device, parent, netem, tbf, options }): Where => ({
    ...{ namespace, device, parent },
    given: { netem, tbf, options: options as Settings["options"] },
  }),
  observe,
  async lacks(kernel, { namespace, device, parent }) {
    const classes = parent === ROOT ? undefined : await showClasses(kernel, namespace, device);
    return classes?.includes(parent) === false ? `there is no qdisc yet with the class ${parent}` : undefined;
  },
  plan: (want, have, mark) => {
    const handle = want.handle ?? (have?.kind === want.kind ? have.handle : handleOf(mark, want.parent));
    const make = step("make the qdisc", "add", want, handle, settingsWords(want));
    if (!have) return [make];
    if (have.kind !== want.kind || have.handle !== handle) return [away(have, have.handle), make];
    const same = (["netem", "tbf", "options"] as const).every((key) => !want[key] || covers(have[key], want[key]));
    return same ? [] : [step("change the qdisc", "change", want, handle, settingsWords(want, have))];
  },
  // Whatever is there by now: the place is ours.
  remove: (have, { state }) => [away(have, (state ?? have).handle)],
  precedes: (one, other) =>
    one.device === other.device &&
    one.namespace === other.namespace &&
    one.handle !== undefined &&
    other.parent.startsWith(one.handle),

  preview: () => ({}),
  // Others may name it by its number at once.
  early: async (_, want) => {
    const { handle = handleOf(joinId(want.namespace, want.device), want.parent) } = want;
    return { outputs: { handle }, inputs: { handle } };
  },
  adopt: ({ handle, netem, tbf, options, ...rest }) => ({
    ...rest,
    ...(Number.parseInt(handle, 16) < OWN_HANDLES && { handle }),
    ...(netem && { netem: usualNetem(netem) }),
    ...(tbf && { tbf: { rate: tbf.rate, burst: tbf.burst, limit: tbf.limit } }),
    ...(options && Object.keys(options).length > 0 && { options }),
  }),
  hangsOn: ({ namespace, device, parent }) =>
    parent === ROOT ? [] : [{ sort: "qdisc", namespace, name: `${device} ${parent.split(":")[0]}:`, path: ["parent"] }],
  gives: ({ namespace, device, handle }) => [{ sort: "qdisc", namespace, name: `${device} ${handle}` }],
  facts: ({ namespace, device, parent = "root", kind, netem }) => [
    { says: "qdisc", device: { namespace, name: device }, parent, kind, loss: netem?.loss },
  ],
  called: ({ device, parent }) => [device, `${device}-${parent}`],
  bearsMark: false,
  placeOf: (kernel, { namespace, device }) => placeIn(kernel, namespace, device),
  identity: [],
  deleteKey: ({ namespace, device }) => joinId(namespace, device),
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) => (await showQdiscs(kernel, netns))?.flatMap((row) => idOf(netns, row))),
  uncovered: uncoveredQdiscs,
});

function idOf(netns: string | undefined, row: Row): string[] {
  const at = parent().safeParse(parentOf(row)).data;
  return isDefault(row) || !isKnown(row.kind) || at === undefined ? [] : [joinId(netns, row.dev ?? "", at)];
}

async function observe(kernel: Kernel, { namespace, device, parent, given }: Where): Promise<Seen<State> | undefined> {
  const rows = await showQdiscs(kernel, namespace, device);
  const row = rows?.find((one) => parentOf(one) === parent);
  const place = row && (await placeIn(kernel, namespace, device));
  if (!row || isDefault(row) || place === undefined) return undefined;
  const { kind, handle } = row;
  const what = `the qdisc ${kind} ${handle} at ${joinId(namespace, device, parent)}`;
  const at = { ...(namespace !== undefined && { namespace }), device, parent };
  // Of a kind that there are no words for: in a place of ours it is what is to be cleared away.
  if (!isKnown(kind)) return { what, place, leftover: [away(at, handle)], madeUnder: () => true };
  const state = { ...at, handle, kind, ...asGiven(given ?? {}, settingsIn(kind, row.options)) };
  return { state: state as State, what, place };
}

function settingsWords({ kind, netem, tbf, options }: Inputs, have?: State): string[] {
  return [kind, ...wordsOf({ netem, tbf, options: options as Settings["options"] }, { netem: have?.netem })];
}

function away(at: Pick<Inputs, "namespace" | "device" | "parent">, handle: string): Step {
  return step("remove the qdisc", "del", at, handle);
}

function step(
  what: string,
  verb: "add" | "change" | "del",
  { namespace, device, parent }: Pick<Inputs, "namespace" | "device" | "parent">,
  handle: string,
  words: readonly string[] = [],
): Step {
  const at = parent === ROOT ? [ROOT] : ["parent", parent];
  const argv = ["tc", "qdisc", verb, "dev", device, ...at, "handle", handle, ...words];
  return { netns: namespace, argv, what, property: ["kind"] };
}

function numbersIn(text: string): number[] {
  return (CLASS.exec(text) ?? []).slice(1).map((part) => Number.parseInt(part, 16));
}

function hex(number: number): string {
  return number.toString(16);
}
