import { z } from "zod";
import type { Fault } from "../core/check";
import { addressLabel, cidr, flag, ifName, ipAddress } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { canonicalIp, familyOf, networkOf, parseCidr } from "../core/ip";
import { showAddresses } from "../kernel/address";
import type { AddressedLink, AddressInfo } from "../kernel/addressRow";
import type { Kernel } from "../kernel/kernel";
import { inScope } from "../kernel/netns";
import { placeIn, placeOf } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { readSysctl, whileSet } from "../kernel/sysctl";
import { onIpv6 } from "../kernel/takenAlong";
import { uncoveredAddresses } from "../kernel/uncoveredAddresses";
import { type DeepPartial, defineKind, inNamespace, named, type Seen } from "./kind";

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that the device is in"),
  device: ifName().meta({ description: "The name of the device that gets the address.", replaces: true }),
  address: cidr().meta({
    description: "The address with its prefix length, IPv4 or IPv6: `10.0.1.1/24`, `2001:db8::1/64`.",
    replaces: true,
  }),
  peer: ipAddress()
    .optional()
    .meta({
      description:
        "The address of the other end of a point-to-point link, without a prefix length: that of `address` holds for it, " +
        "and the connected route leads to it.",
      replaces: true,
    }),
  broadcast: ipAddress().optional().meta({
    description: "The broadcast address (IPv4 only). Absent: none, as with `ip addr add`.",
    replaces: true,
  }),
  label: addressLabel()
    .optional()
    .meta({
      description:
        "The label (IPv4 only), at most 15 bytes without white space and control characters: the device's name, or one " +
        "that begins with it, such as `veth0:1`. " +
        "Absent: the device's name.",
      replaces: true,
    }),
  scope: z
    .enum(["global", "site", "link", "host"], { error: "must be global, site, link or host" })
    .meta({ id: "AddressScope", description: "Where an IPv4 address is valid, see ip-address(8)." })
    .optional()
    .meta({
      description:
        "Where the address is valid (IPv4 only; an IPv6 address says it itself), see ip-address(8): `global`, `site`, " +
        "`link` or `host`. Absent: `host` in 127.0.0.0/8, else `global`.",
      replaces: true,
    }),
  noDad: flag()
    .optional()
    .meta({
      description:
        "Use the address at once, without duplicate address detection (IPv6 only, RFC 4862). Default: false, and the " +
        "resource is ready when the detection is over.",
      replaces: true,
      kernelDefault: false,
    }),
});

const outputs = inputs.extend({
  family: z
    .enum(["inet", "inet6"])
    .meta({ id: "AddressFamily", description: "`inet` for IPv4, `inet6` for IPv6." })
    .meta({ description: "`inet` for IPv4, `inet6` for IPv6.", derivedFrom: ["address"] }),
  network: z.string().meta({
    description: "The prefix that the kernel makes a connected route for, such as `10.0.1.0/24`.",
    derivedFrom: ["address", "peer"],
  }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
interface Where {
  namespace?: string | undefined;
  device: string;
  address: string;
  peer?: string | undefined;
}

const PROMOTE = "promote_secondaries";

export const address = defineKind({
  type: "Address",
  description:
    "An IPv4 or IPv6 address on a device, see ip-address(8). The kernel adds the connected route by itself. " +
    "An IPv6 address is ready once duplicate address detection is over. An address that another host already " +
    "has is an error, unless the same run removes it there; one that the kernel has given up since is drift, " +
    "and the next `up` tries it again.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const loopback = new netns.Address("loopback", {
  namespace: net0.name,
  device: "lo",
  address: "10.0.0.1/32",
});
export const network = loopback.network;`,
  inputs,
  outputs,
  crossCheck,
  on: (want) => [named(want, "device")],
  claim: (want) => ({ name: claimed(want), at: want, path: ["address"] }),
  conflict: ({ family, address: own }) => (family === "inet6" ? parse(own).address : undefined),
  comesByItself: ({ device, address: own }) => isOfLink(own) || (device === "lo" && isLoopback(own)),
  idForm: "NAMESPACE/DEVICE/ADDRESS/LENGTH (DEVICE/ADDRESS/LENGTH without a namespace)",
  id: (want) => joinId(want.namespace, want.device, want.address),
  parseId(id): Where | undefined {
    const split = splitId(id, 3);
    const [device = "", host, length] = split?.parts ?? [];
    const parsed = ifName().safeParse(device).success ? parseCidr(`${host}/${length}`) : undefined;
    return parsed && { namespace: split?.netns, device, address: `${parsed.address}/${parsed.prefixLength}` };
  },
  where: ({ namespace, device, address, peer }): Where => ({ namespace, device, address, peer }),
  observe,
  plan: (want, have) => (have ? [] : [add(want)]),
  remove: (have, seen) => {
    const del = addressStep("remove the address", "del", have);
    return [seen.takesOthersAlong ? whileSet(`net.ipv4.conf.${dotted(have.device)}.${PROMOTE}`, del) : del];
  },

  preview: (want) => ({ family: parse(want.address).family, network: network(want) }),
  adopt: ({ family: _, network: __, label, scope, noDad, ...rest }) => ({
    ...rest,
    ...(label === undefined || label === rest.device ? {} : { label }),
    ...(scope === undefined || scope === defaultScope(rest.address) ? {} : { scope }),
    ...(noDad ? { noDad } : {}),
  }),
  hangsOn: ({ family, ...state }) => (family === "inet" ? [] : onIpv6(state, ["device"])),
  gives: ({ namespace, device, address: own, family }) => [
    { sort: "address", namespace, name: parse(own).address },
    ...(family === "inet" ? [{ sort: "ipv4", namespace, name: device } as const] : []),
  ],
  facts: ({ namespace, device, address, peer, scope, noDad = false }) => [
    { says: "address", device: { namespace, name: device }, address, peer, scope, noDad },
  ],
  called: ({ device, address: own }) => [device, `${device}-${parse(own).address}`, `${device}-${own}`],
  bearsMark: false,
  placeOf: (kernel, { namespace, device }) => placeIn(kernel, namespace, device),
  identity: [],
  // Its detection.
  holdsUp: ({ address: own, noDad }) => own !== undefined && !noDad && familyOf(own) === "inet6",
  deleteKey: ({ namespace, device }) => joinId(namespace, device),
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) =>
      (await showAddresses(kernel, netns))?.flatMap((link) =>
        link.addr_info.map((info) => joinId(netns, link.ifname, `${canonical(info.local)}/${info.prefixlen}`)),
      ),
    ),
  uncovered: uncoveredAddresses,
});

function crossCheck({ address, peer, broadcast, label, scope, noDad, device }: DeepPartial<Inputs>): Fault[] {
  const { family, address: host } = (address === undefined ? undefined : parseCidr(address)) ?? {};
  const faults: Fault[] = [];
  const refuse = (property: string, reason: string) => faults.push({ path: [property], reason });
  if (peer !== undefined && family && familyOf(peer) !== family) refuse("peer", "is not of the family of `address`");
  if (peer !== undefined && peer === host) refuse("peer", "is `address` itself: it is the other end's");
  if (broadcast !== undefined && familyOf(broadcast) === "inet6")
    refuse("broadcast", "is IPv6, which has no broadcast");
  if (family === "inet6") {
    if (broadcast !== undefined) refuse("broadcast", "is only for IPv4: IPv6 has no broadcast");
    if (label !== undefined) refuse("label", "is only for IPv4");
    if (scope !== undefined) refuse("scope", "is only for IPv4: an IPv6 address determines its scope");
  }
  if (family === "inet" && noDad !== undefined) refuse("noDad", "is only for IPv6");
  if (label !== undefined && device !== undefined && !label.startsWith(device)) {
    refuse("label", "must begin with the name of the device");
  }
  return faults.filter((fault, index) => faults.findIndex((other) => other.path[0] === fault.path[0]) === index);
}

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const links = await showAddresses(kernel, where.namespace, where.device);
  const { address: wanted, prefixLength } = parse(where.address);
  const sameAddress = (info: AddressInfo) => canonical(info.local) === wanted && info.prefixlen === prefixLength;
  const link = links?.find((one) => one.ifname === where.device);
  const infos = (link?.addr_info ?? []).filter(sameAddress);
  const info = infos.find((one) => peerOf(one) === where.peer) ?? infos[0];
  if (!link || !info) return undefined;
  const state = stateOf(where, info);
  const what = `the address ${joinId(where.namespace, where.device, where.address)}`;
  const place = await placeOf(kernel, where.namespace, link);
  if (info.dadfailed) return { what: `${what}, which another host has`, place, ...refused(where, state) };
  return {
    ...{ state, what, place },
    takesOthersAlong: await takesOthersAlong(kernel, where, link, info),
    notReady: notReady(link, info),
  };
}

/** The kernel leaves it there, and never tries it again: that is for us to do. */
function refused(where: Where, state: State) {
  return {
    leftover: [addressStep("remove the address", "del", where)],
    madeUnder: () => true,
    notReady: {
      reason: "another host has this address (duplicate address detection)",
      fatal: true,
      todo: "Choose another address, or set `noDad` to do without the detection.",
      conflict: parse(where.address).address,
      would: state,
    },
  };
}

/** Duplicate address detection runs only on a device that has carrier: without it there is nothing to wait for. */
function notReady(link: AddressedLink, info: AddressInfo): Seen<State>["notReady"] {
  return info.tentative && link.flags.includes("LOWER_UP")
    ? { reason: "duplicate address detection is not finished", fatal: false }
    : undefined;
}

/** With its first IPv4 address of a network the kernel drops the others of that network, unless told to promote one. */
async function takesOthersAlong(
  kernel: Kernel,
  where: Where,
  link: AddressedLink,
  info: AddressInfo,
): Promise<boolean> {
  const networkOfInfo = ({ local, address, prefixlen }: AddressInfo) => networkOf(address ?? local, prefixlen);
  const others = link.addr_info.filter(
    (other) => other.secondary && networkOfInfo(other) === networkOfInfo(info) && other.local !== info.local,
  );
  if (info.family !== "inet" || info.secondary || others.length === 0) return false;
  const keys = [`net.ipv4.conf.${dotted(where.device)}.${PROMOTE}`, `net.ipv4.conf.all.${PROMOTE}`];
  const values = await Promise.all(keys.map((key) => readSysctl(kernel, where.namespace, key)));
  return !values.includes("1");
}

function stateOf(where: Where, info: AddressInfo): State {
  const peer = peerOf(info);
  const isInet = info.family === "inet";
  return {
    ...(where.namespace === undefined ? {} : { namespace: where.namespace }),
    device: where.device,
    address: where.address,
    ...(peer === undefined ? {} : { peer }),
    ...(info.broadcast === undefined ? {} : { broadcast: info.broadcast }),
    ...(isInet ? { label: info.label ?? where.device, scope: info.scope as NonNullable<State["scope"]> } : {}),
    ...(isInet ? {} : { noDad: info.nodad ?? false }),
    family: info.family,
    network: network({ address: where.address, peer }),
  };
}

/** A device can have an IPv6 address only once; an IPv4 address with each length of its prefix, which the id says. */
function claimed({ address: own, device }: DeepPartial<Inputs>): string | undefined {
  const host = own?.replace(/\/.*/, "");
  if (host === undefined || device === undefined || familyOf(host) === "inet") return undefined;
  return `${host}%${device}`;
}

function isOfLink(own: string): boolean {
  return /^fe[89ab]/i.test(own);
}

/** What the kernel gives to `lo` by itself. */
function isLoopback(address: string): boolean {
  return address === "127.0.0.1/8" || address === "::1/128";
}

function defaultScope(address: string): string {
  return address.startsWith("127.") ? "host" : "global";
}

function add(want: Inputs): Step {
  return addressStep("add the address", "add", want, [
    ...(want.broadcast === undefined ? [] : ["broadcast", want.broadcast]),
    ...(want.label === undefined ? [] : ["label", want.label]),
    ...(want.scope === undefined ? [] : ["scope", want.scope]),
    ...(want.noDad ? ["nodad"] : []),
  ]);
}

function addressStep(
  what: string,
  verb: string,
  { namespace, device, address, peer }: Where,
  more: string[] = [],
): Step {
  const { address: host, prefixLength } = parse(address);
  const words = peer === undefined ? [address] : [host, "peer", `${peer}/${prefixLength}`];
  return ip(namespace, what, ["addr", verb, ...words, "dev", device, ...more], ["address"]);
}

function parse(address: string) {
  const parsed = parseCidr(address);
  if (!parsed) throw new Error("an address that Check let through is no address");
  return parsed;
}

function network({ address, peer }: { address: string; peer?: string | undefined }): string {
  const parsed = parse(address);
  return networkOf(peer ?? parsed.address, parsed.prefixLength);
}

function peerOf(info: AddressInfo): string | undefined {
  return info.address === undefined ? undefined : canonical(info.address);
}

function canonical(address: string): string {
  return canonicalIp(address) ?? address;
}

/** In a dotted sysctl key, dots of a device's name are written as slashes (sysctl(8)). */
function dotted(device: string): string {
  return device.replaceAll(".", "/");
}
