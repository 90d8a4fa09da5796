import { z } from "zod";
import { ifName, mac, mtu } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { DEVICE_NAME } from "../core/rules";
import { changeDevice, newDevice, remarkDevice } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { showLinks } from "../kernel/link";
import { looksRandom } from "../kernel/mark";
import { inScope } from "../kernel/netns";
import { netnsWord } from "../kernel/netnsPath";
import { ip, type Step } from "../kernel/step";
import { affectedParts, getsCarrier } from "../kernel/takenAlong";
import { deviceFact, deviceInputs, ref } from "./device";
import type { Partly } from "./facts";
import { type DeepPartial, inNamespace } from "./kind";

/** What pairs of devices have in common, whatever their type: VethPair and Netkit. */

export const endInputs = {
  name: ifName().meta({ description: `The device's name, ${DEVICE_NAME}.`, replaces: true }),
  namespace: inNamespace("The namespace that this end is in"),
  mac: deviceInputs.mac,
  mtu: deviceInputs.mtu,
  up: deviceInputs.up,
};

export const endOutputs = {
  mac: mac().meta({ description: "The device's MAC address." }),
  mtu: mtu().meta({ description: "The largest packet in bytes." }),
  ifindex: z.int().meta({ description: "The device's number in its namespace (`ip link`)." }),
  operState: z.string().meta({
    description:
      "Whether it can carry packets, in the words of `ip link` (RFC 2863): `UP` when both ends are up, " +
      "`LOWERLAYERDOWN` when the other is down, `DOWN` when this one is.",
    derivedFrom: ["a", "b"],
  }),
};

export const ENDS = ["a", "b"] as const;
export type EndKey = (typeof ENDS)[number];

export interface Place {
  name: string;
  namespace?: string | undefined;
}
export interface End extends Place {
  mac?: string | undefined;
  mtu?: number | undefined;
  up: boolean;
}
export interface EndState extends Place {
  mac: string;
  mtu: number;
  up: boolean;
  ifindex: number;
  operState: string;
}
interface Pair<One> {
  a: One;
  b: One;
}

export function pairKind(linkType: "veth" | "netkit") {
  return {
    crossCheck: ({ a, b }: DeepPartial<Pair<End>>) =>
      a?.name !== undefined && a.name === b?.name && a.namespace === b.namespace && !isOpen(a) && !isOpen(b)
        ? [{ path: ["b", "name"], reason: "is the name of end `a` in the same namespace: the two ends must differ" }]
        : [],
    devices: (pair: DeepPartial<Pair<End>>) =>
      ENDS.map((key) => ({ name: pair[key]?.name, at: pair[key] ?? {}, path: [key, "name"] })),
    idForm: "NAMESPACE/NAME of its `a` end (NAME alone without a namespace)",
    id: ({ a }: Pair<Place>) => joinId(a.namespace, a.name),
    parseId(id: string): { a: Place; b?: Place | undefined } | undefined {
      const split = splitId(id, 1);
      const name = ifName().safeParse(split?.parts[0]).data;
      return name === undefined ? undefined : { a: { name, namespace: split?.netns } };
    },
    where: ({ a, b }: Pair<Place>): { a: Place; b?: Place | undefined } => ({ a: placeIn(a), b: placeIn(b) }),
    remark: (have: Pair<Place>, mark: string) => ENDS.flatMap((key) => remarkDevice(have[key], mark, [key])),
    remove: (have: Pair<Place>) => [del(have)],
    facts: ({ a = {}, b = {} }: Partly<Pair<End>>) => [
      deviceFact(a as Partly<EndState>, { type: linkType, peer: ref(b as Place) }),
      deviceFact(b as Partly<EndState>, { type: linkType, peer: ref(a as Place) }),
    ],
    preview: () => ({}),
    affects: (have: Pair<EndState>, want: DeepPartial<Pair<End>>) =>
      ENDS.flatMap((key) => {
        const other = placeIn(have[key === "a" ? "b" : "a"]);
        const own = affectedParts(placeIn(have[key]), have[key], want[key] ?? {});
        return own.some(({ sort }) => sort === "up") ? [...own, getsCarrier(other)] : own;
      }),
    holdsUp: ({ a, b }: DeepPartial<Pair<End>>) => a?.up === false || b?.up === false,
    called: ({ a, b }: Pair<Place>) => {
      const [from = "own", to = "own"] = [a.namespace, b.namespace];
      const names = `${a.name}-${b.name}`;
      return from === to ? [names, `${from}-${names}`] : [`${from}-${to}`, `${from}-${a.name}-${to}-${b.name}`];
    },
    bearsMark: true,
    identity: [
      ["a", "ifindex"],
      ["b", "ifindex"],
    ],
    list: (kernel: Kernel, query: { namespace?: string }) =>
      inScope(kernel, query, async (netns) =>
        (await showLinks(kernel, netns, linkType))?.map(({ ifname }) => joinId(netns, ifname)),
      ),
  };
}

export function placeIn({ name, namespace }: Place): Place {
  return namespace === undefined ? { name } : { name, namespace };
}

/** Whether the namespace is not known yet, and so may be any. */
function isOpen(end: { namespace?: string | undefined }): boolean {
  return "namespace" in end && end.namespace === undefined;
}

/** A step for each setting of an end that differs. */
export function changeEnds(want: Pair<End>, have: Pair<EndState>): Step[] {
  return ENDS.flatMap((key) => changeDevice(want[key], have[key], ` of end ${key}`, [key]));
}

/** The words of `ip link add` for an end where it belongs. */
export function newEnd(end: End, mark: string): string[] {
  return newDevice(end, mark, ["netns", netnsWord(end.namespace)]);
}

/**
 * One command makes both ends where they belong. It cannot set an alias; the group, which it can set, says until the
 * next steps whose they are. The mark goes on `a` last: where it is, both ends have it.
 */
export function makePair({ a, b }: Pair<End>, words: readonly string[], mark: string): Step[] {
  const make = { ...ip(undefined, "make the pair", ["link", "add", ...words]), spans: [a.namespace, b.namespace] };
  return [make, finish("b", b, mark), finish("a", a, mark)];
}

function finish(key: EndKey, { name, namespace, up }: End, mark: string): Step {
  const words = ["link", "set", "dev", name, "alias", mark, "group", "0", ...(up ? ["up"] : [])];
  return ip(namespace, `mark end ${key}${up ? " and set it up" : ""}`, words, [key]);
}

function del({ a, b }: Pair<Place>): Step {
  const step = ip(a.namespace, "remove the pair", ["link", "del", "dev", a.name]);
  return { ...step, spans: [a.namespace, b.namespace] };
}

/** The inputs of an end as far as the kernel does not give them by itself. */
export function adoptEnd(state: EndState): End {
  const { mac, mtu, up } = state;
  return { ...placeIn(state), up, ...(looksRandom(mac) ? {} : { mac }), ...(mtu === 1500 ? {} : { mtu }) };
}
