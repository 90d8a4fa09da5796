import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "../core/check";
import { count, flag, ifName, mac, mtu } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { getAt, type Json, mapLeaves, type Path } from "../core/values";
import { changedLinks } from "../kernel/changedLinks";
import { macIn } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { isUp, showLink, showLinks } from "../kernel/link";
import { inScope } from "../kernel/netns";
import { type Offloads, setOffloads, showOffloads, showOffloadsIfAble } from "../kernel/offload";
import { placeIn, placeOf } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { affectedParts } from "../kernel/takenAlong";
import { type DeepPartial, defineKind, inNamespace, named, type Seen } from "./kind";

const offload = (what: string) =>
  flag()
    .optional()
    .meta({ description: `${what}. Absent: left as it is.` });

const offloads = z
  .strictObject({
    tx: offload("Whether the device makes checksums of what it sends (`tx-checksumming`)"),
    rx: offload("Whether the device checks those of what it receives (`rx-checksumming`)"),
    tso: offload("Whether the device cuts TCP's data into packets (`tcp-segmentation-offload`); it needs `tx`"),
    gso: offload("Whether packets are cut as late as can be (`generic-segmentation-offload`)"),
    gro: offload("Whether packets that arrive are joined (`generic-receive-offload`)"),
  })
  .meta({
    id: "LinkOffloads",
    description: "What a device does in the place of the kernel, see ethtool(8), option -K.",
  });

const settings = {
  up: flag().optional().meta({ description: "Whether the device is up. Absent: left as it is." }),
  mtu: mtu(65536, "a device")
    .optional()
    .meta({ description: "The largest packet in bytes, 68 to 65536. Absent: left as it is." }),
  mac: mac().optional().meta({ description: "The device's MAC address, not a multicast one. Absent: left as it is." }),
  txQueueLength: count(0).optional().meta({
    description: "How many packets may wait to be sent (`txqueuelen` of ip-link(8)). Absent: left as it is.",
  }),
  offloads: offloads.optional().meta({
    description: "What the device does instead of the kernel, see ethtool(8). Needs ethtool on the host.",
  }),
};
const KEYS = Object.keys(settings) as (keyof typeof settings)[];

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that the device is in"),
  device: ifName().meta({ description: "The name of the device.", replaces: true }),
  ...settings,
});

const previous = z
  .strictObject({ ...settings, mac: z.string().optional().meta({ description: "The MAC address." }) })
  .meta({
    id: "LinkSettingsBefore",
    description: "What a device's settings were before.",
  });

const outputs = inputs.extend({
  mac: z.string().optional().meta({ description: "The device's MAC address." }),
  previous: previous.meta({
    id: "LinkSettingsBefore",
    description: "What each setting that the program gives was before.",
    derivedFrom: KEYS,
  }),
});

type Inputs = z.output<typeof inputs>;
type Settings = z.output<typeof previous>;
type State = z.output<typeof outputs>;
/** With the settings that the program gives; where nobody says which, it is about all of them. */
type Where = Pick<Inputs, "namespace" | "device"> & { given?: Json };

/** An id, and the settings that it names. */
const SOME = new RegExp(`^(.*?)((?:,(?:${KEYS.join("|")}))*)$`, "s");

/** These settings, with all that they have below them. */
function allOf(keys: readonly string[]): Json {
  const whole = (key: string) => (key === "offloads" ? mapLeaves(offloads.shape, () => true) : true);
  return Object.fromEntries(keys.map((key) => [key, whole(key)]));
}

export const linkSettings = defineKind({
  type: "LinkSettings",
  description:
    "Settings of a device that something else has made: `lo`, a container's `eth0`, the end of another resource's " +
    "pair; see ip-link(8) and ethtool(8). Create records what it finds as `previous`, and delete restores " +
    "exactly that. " +
    "Do not use it for what another resource already sets on its own device, such as `up` of a VethPair's end.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const loopback = new netns.LinkSettings("loopback", {
  namespace: net0.name,
  device: "lo",
  mtu: 1500,
});
export const before = loopback.previous.mtu;`,
  inputs,
  outputs,
  crossCheck,
  on: (want) => [named(want, "device")],
  idForm:
    "NAMESPACE/DEVICE (DEVICE alone without a namespace), with `,SETTING` behind it for each where only some are meant: " +
    "`net0/veth0,mtu,offloads`",
  id: ({ namespace, device }) => joinId(namespace, device),
  parseId(id): Where | undefined {
    const [, path = "", names = ""] = SOME.exec(id) ?? [];
    const split = splitId(path, 1);
    const device = ifName().safeParse(split?.parts[0]).data;
    if (device === undefined) return undefined;
    const given = names === "" ? {} : { given: allOf(names.slice(1).split(",")) };
    return { namespace: split?.netns, device, ...given };
  },
  where(want): Where {
    const { namespace, device } = want;
    // Of a state, those that it remembers the values of.
    const given = settingsIn("previous" in want ? (want.previous as Settings) : want);
    return { namespace, device, given: mapLeaves(given, () => true) as Json };
  },
  observe,
  plan: steps,
  remove: (have) => steps({ namespace: have.namespace, device: have.device, ...have.previous }, have),
  holdsUp: ({ up }) => up === false,
  setting: {
    kept: ["previous"],
    before: ({ previous }) => previous,
    importId: ({ namespace, device, ...given }) =>
      [joinId(namespace, device), ...Object.keys(settingsIn(given))].join(","),
    changed: async (kernel, namespace) =>
      (await changedLinks(kernel, namespace)).map(([device, settings]) => ({
        ...(namespace !== undefined && { namespace }),
        ...{ device, ...settings },
      })),
    missing: async (_, { namespace, device }) =>
      `There is no device ${joinId(namespace, device)}: make it first, and take its name from that resource (\`link.a.name\`).`,
  },

  preview: () => ({}),
  adopt: ({ namespace, device, previous, ...have }) => ({
    ...(namespace !== undefined && { namespace }),
    device,
    // Those that are asked for.
    ...settingsIn(
      Object.fromEntries(
        Object.entries(have).filter(([key]) => key in previous && !(key === "mac" && device === "lo")),
      ),
    ),
  }),
  affects: ({ namespace, device, ...have }, want) => affectedParts({ namespace, name: device }, have, want),
  facts: ({ namespace, device, up, mac, mtu }) => [
    { says: "settings", device: { namespace, name: device }, up, mac, mtu },
  ],
  called: ({ device }) => [device],
  bearsMark: false,
  placeOf: (kernel, { namespace, device }) => placeIn(kernel, namespace, device),
  identity: [],
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) =>
      (await showLinks(kernel, netns))?.map(({ ifname }) => joinId(netns, ifname)),
    ),
});

async function observe(kernel: Kernel, { namespace, device, given }: Where): Promise<Seen<State> | undefined> {
  const read = given?.offloads === undefined ? showOffloadsIfAble : showOffloads;
  const [link, offloads] = await Promise.all([showLink(kernel, namespace, device), read(kernel, namespace, device)]);
  if (!link) return undefined;
  const found: Required<Settings> = {
    up: isUp(link),
    mtu: link.mtu,
    mac: macIn(link),
    txQueueLength: link.txqlen ?? 0,
    offloads,
  };
  const isGiven = (path: Path) => given === undefined || getAt(given, path) !== undefined;
  return {
    state: {
      ...(namespace !== undefined && { namespace }),
      device,
      ...found,
      previous: settingsIn(mapLeaves(found, (value, path) => (isGiven(path) ? value : undefined)) as Settings),
    },
    what: `the device ${joinId(namespace, device)}`,
    place: await placeOf(kernel, namespace, link),
  };
}

/** What is set at all: no offloads are none. */
function settingsIn(values: Settings): Settings {
  const keys = KEYS.filter((key) => values[key] !== undefined && !isDeepStrictEqual(values[key], {}));
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}

/** From what there is, when that is known, to what is wanted: each setting by itself. */
function steps({ namespace, device, ...want }: Inputs, have: Settings = {}): Step[] {
  const differs = (key: keyof Settings) => want[key] !== undefined && want[key] !== have[key];
  const set = (key: keyof Settings, ...words: string[]) =>
    differs(key) ? [ip(namespace, `set ${key}`, ["link", "set", "dev", device, ...words], [key])] : [];
  const offloads = Object.entries(want.offloads ?? {}).filter(
    ([key, isOn]) => isOn !== undefined && isOn !== have.offloads?.[key as keyof Offloads],
  );
  return [
    ...set("mac", "address", String(want.mac)),
    ...set("mtu", "mtu", String(want.mtu)),
    ...set("txQueueLength", "txqueuelen", String(want.txQueueLength)),
    ...(offloads.length > 0 ? [setOffloads(namespace, device, Object.fromEntries(offloads))] : []),
    ...set("up", want.up ? "up" : "down"),
  ];
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const names = KEYS.map((key) => `\`${key}\``).join(", ");
  const isGiven = (key: keyof Settings) => key in want && !isDeepStrictEqual(want[key], {});
  return [
    ...(KEYS.some(isGiven) ? [] : [{ path: ["device"], reason: `must be given something to set: ${names}` }]),
    ...(want.device === "lo" && "mac" in want ? [{ path: ["mac"], reason: "is not for `lo`, which has none" }] : []),
  ];
}
