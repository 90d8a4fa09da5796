import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName, ipAddress, netnsRefOrOwn } from "../core/fields";
import { canonicalIp, familyOf, isMulticast } from "../core/ip";
import { whole } from "../core/numbers";
import { OWN } from "../core/rules";
import { unknowns } from "../core/values";
import { changeDevice, type DevicePlace, markDevice, newDevice } from "../kernel/device";
import { type FdbEntry, setFdb, showFdb } from "../kernel/fdb";
import type { Kernel } from "../kernel/kernel";
import type { Link } from "../kernel/linkRow";
import { netnsWord } from "../kernel/netnsPath";
import { ip, type Step } from "../kernel/step";
import { deviceBelow, underlayOf } from "../kernel/underlay";
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
import { type DeepPartial, defineKind, type Named } from "./kind";

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
const ANY = "00:00:00:00:00:00";
const PORT = 4789;

const entry = z
  .strictObject({
    mac: z
      .string({ error: "must be a string" })
      .regex(MAC, { error: "must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01" })
      .overwrite((value) => value.toLowerCase())
      .meta({
        description:
          "The MAC address behind that host. `00:00:00:00:00:00` stands for every unknown address; several " +
          "entries can have it.",
      }),
    destination: ipAddress().meta({ description: "The address of the other VXLAN device's host." }),
  })
  .meta({ id: "VxlanFdbEntry", description: "Which host a MAC address is behind, see `fdb` in bridge(8)." });

const inputs = z.strictObject({
  ...deviceInputs,
  mtu: deviceInputs.mtu
    .unwrap()
    .optional()
    .meta({
      description:
        "The largest packet in bytes, 68 to 65535. Absent: what `device` leaves room for (50 bytes less, 70 with IPv6), " +
        `else 1500. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
  vni: whole(0, 16_777_215, ", a VXLAN network identifier (RFC 7348)").meta({
    description:
      "The VXLAN network identifier, 0 to 16777215 (RFC 7348): devices with the same one share a " + "network.",
    replaces: true,
  }),
  local: ipAddress().optional().meta({
    description: "The source address of the packets that it sends. Absent: chosen by the route.",
    replaces: true,
  }),
  remote: ipAddress().optional().meta({
    description: "The one other host, which gets everything that `fdb` has no entry for. Not together with `group`.",
    replaces: true,
  }),
  group: ipAddress().optional().meta({
    description: "The multicast group that gets everything not learnt yet. Needs `device`. Not together with `remote`.",
    replaces: true,
  }),
  device: ifName().optional().meta({
    description:
      "The device that its packets leave by, in the same namespace, or in that of `underlay`. Absent: chosen by the route.",
    replaces: true,
  }),
  underlay: netnsRefOrOwn()
    .optional()
    .meta({
      description:
        "The namespace that its packets travel in, if not its own: a name, an absolute path, or `.` for the one that the " +
        "provider runs in. So a host of the lab has an end of a network between machines, and sees nothing else of its machine.",
      replaces: true,
    }),
  port: whole(1, 65535, ", a UDP port")
    .default(PORT)
    .meta({
      description:
        "The UDP port, the same on all hosts. Default: 4789, that of RFC 7348, not the kernel's own " + "8472.",
      replaces: true,
    }),
  ttl: whole(0, 255).optional().meta({
    description:
      "The time to live of its packets, 1 to 255; 0: the kernel's own, which is 1 for multicast. Default: 0.",
    kernelDefault: 0,
  }),
  learning: flag().optional().meta({
    description: "Whether it learns from incoming packets which host a MAC address is behind. Default: true.",
    kernelDefault: true,
  }),
  fdb: z
    .array(entry)
    .min(1, { error: "must have an entry: leave it out for none" })
    .overwrite((list) => (unknowns(list).length > 0 ? list : sorted(list)))
    .optional()
    .meta({
      description:
        "Which host each MAC address is behind: exactly these permanent entries, in any order. Absent: only " +
        "that of `remote` or `group`.",
      kernelDefault: () => [],
    }),
});

const outputs = inputs.extend({
  ...deviceOutputs,
  ...always(inputs.shape, ["ttl", "learning"]),
  fdb: z.array(entry).meta({ description: "Its permanent entries, except that of `remote` or `group`." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
type Where = DevicePlace & { underlay?: string | undefined };

export const vxlan = defineKind({
  ...deviceKind("vxlan"),
  facts: ({ vni, port = 4789, local, remote, group, device, underlay, learning = true, fdb = [], ...own }) => [
    deviceFact(own, { type: "vxlan", vni, port, local, remote, group, device, underlay, learning, fdb }),
  ],
  type: "Vxlan",
  description:
    "A device that carries Ethernet frames to other hosts in UDP packets, see ip-link(8) and RFC 7348. " +
    "Needs a kernel with CONFIG_VXLAN. Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const site = new netns.Namespace("site");
const uplink = new netns.VethPair("uplink", {
  a: { name: "eth0", namespace: site.name },
  b: { name: "eth1", namespace: site.name },
});
const vx0 = new netns.Vxlan("vx0", {
  namespace: site.name,
  vni: 100,
  device: uplink.a.name,
  local: "192.0.2.1",
  fdb: [
    { mac: "00:00:00:00:00:00", destination: "192.0.2.2" },
    { mac: "00:00:00:00:00:00", destination: "192.0.2.3" },
  ],
});
export const mtu = vx0.mtu;`,
  inputs,
  outputs,
  on: (want): Named[] => ("device" in want ? [{ name: want.device, at: below(want), path: ["device"] }] : []),
  hangsOn: (state) => {
    const { namespace } = below(state);
    return namespace === undefined ? [] : [{ sort: "namespace", namespace, path: ["underlay"] }];
  },
  crossCheck,
  where: ({ namespace, name, underlay }: Where): Where => ({ namespace, name, underlay }),
  observe: (kernel, where: Where, mark) =>
    seeDevice("vxlan", kernel, where, mark, (link, namespace) => read(kernel, link, namespace, where.underlay)),
  plan: (want, have, mark) => [
    ...(have ? [...changeDevice(want, have), ...change(want, have)] : [make(want, mark), markDevice(want, mark)]),
    ...(want.fdb ? setFdb({ netns: want.namespace, device: want.name }, want.fdb, have?.fdb ?? []) : []),
  ],
  adopt: (state) => withoutDefaults(inputs, state, { mtu: [1500, 1450, 1430], fdb: [[]] }),
});

/** Where its packets travel. */
function below(want: Pick<Partial<Inputs>, "namespace" | "underlay">): { namespace?: string | undefined } {
  if (!("underlay" in want)) return want;
  return want.underlay === OWN ? {} : { namespace: want.underlay };
}

/** Of a list it is told only that it has such an entry, for it is sorted by now. */
function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { name, local, remote, group, device } = want;
  const faults: Fault[] = [];
  const refuse = (property: string, reason: string) => faults.push({ path: [property], reason });
  if (local !== undefined && isMulticast(local)) refuse("local", "is a multicast address, which cannot be a host's");
  if (remote !== undefined && isMulticast(remote)) refuse("remote", "is a multicast address: that is a `group`");
  if (group !== undefined && !isMulticast(group)) refuse("group", "must be a multicast address");
  else if (group !== undefined && remote !== undefined)
    refuse("group", "is set together with `remote`: only one can be");
  else if (group !== undefined && !("device" in want)) refuse("group", "needs a `device`");
  if (device !== undefined && device === name && !("underlay" in want)) refuse("device", "is the device itself");
  const addresses = (["remote", "group", "local"] as const).filter((key) => key in want);
  const [first] = addresses;
  const family = first === undefined ? "inet" : want[first] && familyOf(want[first]);
  const others = addresses.filter((key) => want[key] !== undefined && family && familyOf(want[key]) !== family);
  for (const key of others) refuse(key, `is not of the family of \`${first}\``);
  for (const reason of entryFaults(want.fdb ?? [], family, remote)) refuse("fdb", reason);
  return faults.filter((fault, index) => faults.findIndex((other) => other.path[0] === fault.path[0]) === index);
}

function entryFaults(list: readonly (Partial<FdbEntry> | undefined)[], family?: string, remote?: string): string[] {
  const entries = list.flatMap((one) => (one?.mac && one.destination ? [one as FdbEntry] : []));
  const isRepeated = ({ mac, destination }: FdbEntry, index: number) =>
    entries.slice(0, index).some((one) => one.mac === mac && (isOne(mac) || one.destination === destination));
  return [
    ...(family && entries.some(({ destination }) => familyOf(destination) !== family)
      ? ["has a destination that is not of the family of its other addresses (IPv4 if there are none)"]
      : []),
    ...(entries.some(isRepeated)
      ? ["has an address twice: only `00:00:00:00:00:00` can have several destinations"]
      : []),
    ...(entries.some(({ mac, destination }) => mac === ANY && destination === remote)
      ? ["has an entry of `00:00:00:00:00:00`, which `remote` already makes"]
      : []),
  ];
}

/** Whether a MAC address is one station's. */
function isOne(mac: string): boolean {
  return mac !== ANY && Number.parseInt(mac.slice(0, 2), 16) % 2 === 0;
}

function sorted(list: readonly FdbEntry[]): FdbEntry[] {
  const key = ({ mac, destination }: FdbEntry) => `${mac} ${destination}`;
  return [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

async function read(kernel: Kernel, link: Link, namespace: string | undefined, hint: string | undefined) {
  const { ifname, linkinfo } = link;
  const info = linkinfo?.info_data ?? {};
  const underlay = await underlayOf(kernel, namespace, link, hint);
  const device =
    info.link_index === undefined ? undefined : await deviceBelow(kernel, underlay, Number(info.link_index));
  const address = (key: string) => {
    const text = info[key] ?? info[`${key}6`];
    return text === undefined ? {} : { [key]: canonicalIp(String(text)) ?? String(text) };
  };
  const own = info.remote ?? info.remote6 ?? info.group ?? info.group6;
  const fdb = await showFdb(kernel, namespace, ifname);
  return {
    ...{ vni: Number(info.id), ...address("local"), ...address("remote"), ...address("group") },
    ...(info.link === undefined ? {} : { device: String(info.link) }),
    ...(underlay !== undefined && { underlay, ...(device !== undefined && { device }) }),
    ...{ port: Number(info.port), ttl: typeof info.ttl === "number" ? info.ttl : 0, learning: info.learning === true },
    fdb: sorted(fdb.filter(({ mac, destination }) => mac !== ANY || destination !== own)),
  };
}

/** It stays where its packets travel when it is made from there. */
function make(want: Inputs, mark: string): Step {
  const word = (name: string, value: string | number | undefined) => (value === undefined ? [] : [name, String(value)]);
  const type = [
    ...["type", "vxlan", "id", String(want.vni)],
    ...[...word("local", want.local), ...word("remote", want.remote), ...word("group", want.group)],
    ...[...word("dev", want.device), "dstport", String(want.port), ...word("ttl", want.ttl)],
    ...(want.learning === undefined ? [] : [learningWord(want.learning)]),
  ];
  const { namespace, underlay } = want;
  if (underlay === undefined)
    return ip(namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type]);
  const words = ["link", "add", ...newDevice(want, mark, ["netns", netnsWord(namespace)]), ...type];
  const from = below(want).namespace;
  return { ...ip(from, "make the device", words), spans: [from, namespace] };
}

function change(want: Inputs, have: State): Step[] {
  const { namespace, name, vni, ttl, learning } = want;
  const set = (property: string, words: string[]) => {
    const type = ["type", "vxlan", "id", String(vni)];
    return ip(namespace, `set ${property}`, ["link", "set", "dev", name, ...type, ...words], [property]);
  };
  return [
    ...(ttl === undefined || ttl === have.ttl ? [] : [set("ttl", ["ttl", String(ttl)])]),
    ...(learning === undefined || learning === have.learning ? [] : [set("learning", [learningWord(learning)])]),
  ];
}

function learningWord(learning: boolean): string {
  return learning ? "learning" : "nolearning";
}
