import { z } from "zod";
import { ifName, mac, mtu } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { DEVICE_NAME } from "../core/rules";
import { changeDevice, findDevice, newDevice, ownerIn, remarkDevice } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { isUp, netnsNumbers, showLink, showLinks } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { looksRandom } from "../kernel/mark";
import { inScope } from "../kernel/netns";
import { netnsWord } from "../kernel/netnsPath";
import { placeOf } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { affectedParts, getsCarrier } from "../kernel/takenAlong";
import { deviceFact, deviceInputs, ref } from "./device";
import { defineKind, inNamespace, type Seen } from "./kind";

const end = z
  .strictObject({
    name: ifName().meta({ description: `The device's name, ${DEVICE_NAME}.`, replaces: true }),
    namespace: inNamespace("The namespace that this end is in"),
    mac: deviceInputs.mac,
    mtu: deviceInputs.mtu,
    up: deviceInputs.up,
  })
  .meta({ id: "VethEnd", description: "One end of a veth pair." });

const seenEnd = z
  .strictObject({
    ...end.shape,
    mac: mac().meta({ description: "The device's MAC address." }),
    mtu: mtu().meta({ description: "The largest packet in bytes." }),
    ifindex: z.int().meta({ description: "The device's number in its namespace (`ip link`)." }),
    operState: z.string().meta({
      description:
        "Whether it can carry packets, in the words of `ip link` (RFC 2863): `UP` when both ends are up, " +
        "`LOWERLAYERDOWN` when the other is down, `DOWN` when this one is.",
      derivedFrom: ["a", "b"],
    }),
  })
  .meta({ id: "VethEndState", description: "One end of a veth pair, as the kernel shows it." });

const inputs = z.strictObject({
  a: end.meta({ id: "VethEnd", description: "The first end; the pair's id names it." }),
  b: end.meta({ id: "VethEnd", description: "The other end." }),
});

const outputs = z.strictObject({
  a: seenEnd.meta({ id: "VethEndState", description: "The first end." }),
  b: seenEnd.meta({ id: "VethEndState", description: "The other end." }),
});

type End = z.output<typeof end>;
type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
type Place = { name: string; namespace?: string | undefined };
const ENDS = ["a", "b"] as const;

export const vethPair = defineKind({
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
  crossCheck: ({ a, b }) =>
    a?.name !== undefined && a.name === b?.name && a.namespace === b.namespace && !isOpen(a) && !isOpen(b)
      ? [{ path: ["b", "name"], reason: "is the name of end `a` in the same namespace: the two ends must differ" }]
      : [],
  devices: (pair) => ENDS.map((key) => ({ name: pair[key]?.name, at: pair[key] ?? {}, path: [key, "name"] })),
  idForm: "NAMESPACE/NAME of its `a` end (NAME alone without a namespace)",
  id: ({ a }) => joinId(a.namespace, a.name),
  parseId(id) {
    const split = splitId(id, 1);
    const name = ifName().safeParse(split?.parts[0]).data;
    return name === undefined ? undefined : { a: { name, namespace: split?.netns } };
  },
  where: ({ a, b }) => ({ a: place(a), b: place(b) }),
  observe,
  plan: (want, have, mark) =>
    have
      ? ENDS.flatMap((key) => changeDevice(want[key], have[key], ` of end ${key}`, [key]))
      : // The mark goes on `a` last: where it is, both ends have it.
        [add(want, mark), finish("b", want.b, mark), finish("a", want.a, mark)],
  remark: (have, mark) => ENDS.map((key) => remarkDevice(have[key], mark, [key])),
  remove: (have) => [del(have)],

  facts: ({ a = {}, b = {} }) => [
    deviceFact(a, { type: "veth", peer: ref(b) }),
    deviceFact(b, { type: "veth", peer: ref(a) }),
  ],
  preview: () => ({}),
  adopt: ({ a, b }) => ({ a: adoptEnd(a), b: adoptEnd(b) }),
  affects: (have, want) =>
    ENDS.flatMap((key) => {
      const other = place(have[key === "a" ? "b" : "a"]);
      const own = affectedParts(place(have[key]), have[key], want[key] ?? {});
      return own.some(({ sort }) => sort === "up") ? [...own, getsCarrier(other)] : own;
    }),
  holdsUp: ({ a, b }) => a?.up === false || b?.up === false,
  called: ({ a, b }) => {
    const [from = "own", to = "own"] = [a.namespace, b.namespace];
    const names = `${a.name}-${b.name}`;
    return from === to ? [names, `${from}-${names}`] : [`${from}-${to}`, `${from}-${a.name}-${to}-${b.name}`];
  },
  bearsMark: true,
  identity: [
    ["a", "ifindex"],
    ["b", "ifindex"],
  ],
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) =>
      (await showLinks(kernel, netns, "veth"))?.map(({ ifname }) => joinId(netns, ifname)),
    ),
});

/**
 * Each end where it should be; if one is not, wherever the other end leads: somebody may have renamed or moved it. Where
 * none is, the one that bears `mark`.
 */
async function observe(
  kernel: Kernel,
  where: { a: Place; b?: Place | undefined },
  mark?: string,
): Promise<Seen<State> | undefined> {
  const a = await showLink(kernel, where.a.namespace, where.a.name);
  if (a) return seenFrom(kernel, "a", where.a, a, where.b);
  const b = where.b && (await showLink(kernel, where.b.namespace, where.b.name));
  if (where.b && b) return seenFrom(kernel, "b", where.b, b);
  const found = mark === undefined ? undefined : await findDevice(kernel, where.a, "veth", mark);
  return found && seenFrom(kernel, "a", found.at, found.link);
}

/** What is seen from the end `key`, with a hint where the other one should be. */
async function seenFrom(kernel: Kernel, key: "a" | "b", at: Place, link: Link, hint?: Place): Promise<Seen<State>> {
  const here = joinId(at.namespace, at.name);
  if (link.linkinfo?.info_kind !== "veth") return { what: `a device ${here} that is not a veth`, device: at };
  const common = { ...ownerIn(link), device: at };
  const other = await findPeer(kernel, at, link, hint);
  if (!other)
    return {
      ...common,
      what: `a veth ${here} whose other end is in no namespace with a name`,
      leftover: [ip(at.namespace, "remove the rest of the pair", ["link", "del", "dev", at.name])],
    };
  const [mine, its] = [endState(at, link), endState(other.place, other.link)];
  const state = key === "a" ? { a: mine, b: its } : { a: its, b: mine };
  const places = [await placeOf(kernel, at.namespace, link), await placeOf(kernel, other.place.namespace, other.link)];
  return {
    ...common,
    state,
    place: (key === "a" ? places : places.reverse()).join(" "),
    isHalfMarked: other.link.ifalias !== link.ifalias,
    what: `the veth pair ${joinId(state.a.namespace, state.a.name)}`,
    notReady: inOperation(state) ? undefined : { reason: "the kernel has not brought both ends up yet", fatal: false },
  };
}

/** The other end: where it should be, else wherever the kernel's numbers lead. */
async function findPeer(kernel: Kernel, at: Place, link: Link, hint?: Place) {
  const expected = hint && (await showLink(kernel, hint.namespace, hint.name));
  if (hint && expected && arePeers(link, expected)) return { place: hint, link: expected };
  if (link.link !== undefined) {
    const peer = await showLink(kernel, at.namespace, link.link);
    return peer && { place: { name: link.link, namespace: at.namespace }, link: peer };
  }
  const namespace = (await netnsNumbers(kernel, at.namespace)).get(link.link_netnsid ?? -1);
  const candidate = (await showLinks(kernel, namespace, "veth"))?.find((one) => arePeers(link, one));
  // The numbers alone are small and come again: the way back must lead here as well.
  const back = candidate && (await netnsNumbers(kernel, namespace)).get(candidate.link_netnsid ?? -1);
  const isHere = at.namespace?.startsWith("/") || back === at.namespace;
  return candidate && isHere ? { place: { name: candidate.ifname, namespace }, link: candidate } : undefined;
}

function arePeers(a: Link, b: Link): boolean {
  if (a.link !== undefined) return a.link === b.ifname && b.link === a.ifname;
  return a.link_index === b.ifindex && b.link_index === a.ifindex;
}

/** Both ends can carry packets, or one of them is not even wanted up. */
function inOperation({ a, b }: State): boolean {
  return !a.up || !b.up || (a.operState === "UP" && b.operState === "UP");
}

/** Whether the namespace is not known yet, and so may be any. */
function isOpen(end: { namespace?: string | undefined }): boolean {
  return "namespace" in end && end.namespace === undefined;
}

function place({ name, namespace }: Place): Place {
  return namespace === undefined ? { name } : { name, namespace };
}

function endState(at: Place, link: Link): State["a"] {
  return {
    ...place(at),
    mac: link.address,
    mtu: link.mtu,
    up: isUp(link),
    ifindex: link.ifindex,
    operState: link.operstate,
  };
}

function adoptEnd(state: State["a"]): End {
  const { mac, mtu, up } = state;
  return { ...place(state), up, ...(looksRandom(mac) ? {} : { mac }), ...(mtu === 1500 ? {} : { mtu }) };
}

/**
 * One command makes both ends where they belong. It cannot set an alias; the group, which it can set, says until the
 * next step whose they are. Of the two it can set only the first up, the one that the last step does not.
 */
function add({ a, b }: Inputs, mark: string): Step {
  const words = (end: End) => newDevice(end, mark, ["netns", netnsWord(end.namespace)]);
  const all = ["link", "add", ...words(b), ...(b.up ? ["up"] : []), "type", "veth", "peer", ...words(a)];
  return { ...ip(undefined, "make the pair", all), spans: [a.namespace, b.namespace] };
}

function del({ a, b }: State): Step {
  const step = ip(a.namespace, "remove the pair", ["link", "del", "dev", a.name]);
  return { ...step, spans: [a.namespace, b.namespace] };
}

function finish(key: string, { name, namespace, up }: End, mark: string): Step {
  const words = ["link", "set", "dev", name, "alias", mark, "group", "0", ...(up ? ["up"] : [])];
  return ip(namespace, `mark end ${key}${up ? " and set it up" : ""}`, words, [key]);
}
