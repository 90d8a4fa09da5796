import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName, ipAddress, mac } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { familyOf } from "../core/ip";
import { covers } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { showNeighbors } from "../kernel/neighbor";
import { inScope } from "../kernel/netns";
import { placeIn } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { onIpv4, onIpv6 } from "../kernel/takenAlong";
import { type DeepPartial, defineKind, inNamespace, named, type Seen } from "./kind";

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that the device is in"),
  device: ifName().meta({ description: "The name of the device that the neighbour is behind.", replaces: true }),
  address: ipAddress().meta({ description: "The neighbour's IPv4 or IPv6 address.", replaces: true }),
  mac: mac().optional().meta({
    description: "The MAC address that packets to it are sent to. Required, unless `proxy` is true.",
  }),
  proxy: flag()
    .optional()
    .meta({
      description:
        "Answer for this address on the device, in the place of who has it (proxy ARP and NDP; for IPv6 the sysctl " +
        "`net.ipv6.conf.DEVICE.proxy_ndp` must be 1). Default: false.",
      replaces: true,
      kernelDefault: false,
    }),
  router: flag().optional().meta({
    description: "Whether the neighbour is a router (IPv6 only, RFC 4861). Default: false.",
    kernelDefault: false,
  }),
});

const outputs = inputs.extend({
  family: z.enum(["inet", "inet6"]).meta({
    description: "`inet` for IPv4, `inet6` for IPv6.",
    derivedFrom: ["address"],
  }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
type Where = Pick<Inputs, "namespace" | "device" | "address"> & { proxy: boolean };

const PROXY = ",proxy";

export const neighbor = defineKind({
  type: "Neighbor",
  description:
    "A permanent entry of a device's neighbour table (ARP for IPv4, NDP for IPv6), see ip-neighbour(8): which MAC " +
    "address an address has, or that this host answers for it. It replaces an entry that the kernel has learnt " +
    "by itself. The kernel drops the entry when its device goes away or down, and an IPv4 entry also with " +
    "the device's last IPv4 address; the next `up` restores it.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name },
});
const peer = new netns.Neighbor("peer", {
  namespace: net0.name,
  device: link.a.name,
  address: "10.0.1.2",
  mac: link.b.mac,
});
export const family = peer.family;`,
  inputs,
  outputs,
  crossCheck,
  on: (want) => [named(want, "device")],
  idForm: "NAMESPACE/DEVICE/ADDRESS (DEVICE/ADDRESS without a namespace), with `,proxy` behind it for a proxy's",
  id: (want) => idOf(whereOf(want)),
  parseId(id): Where | undefined {
    const proxy = id.endsWith(PROXY);
    const split = splitId(proxy ? id.slice(0, -PROXY.length) : id, 2);
    const [device, address] = [ifName().safeParse(split?.parts[0]).data, ipAddress().safeParse(split?.parts[1]).data];
    if (device === undefined || address === undefined) return undefined;
    return { namespace: split?.netns, device, address, proxy };
  },
  where: whereOf,
  observe,
  plan: (want, have) => {
    if (have && covers(have, want)) return [];
    return [want.proxy ? proxyStep("add the proxy's entry", "add", want) : set(want, have)];
  },
  remove: (have) => [
    have.proxy
      ? proxyStep("remove the proxy's entry", "del", have)
      : ip(have.namespace, "remove the entry", ["neigh", "del", have.address, "dev", have.device]),
  ],

  preview: ({ address }) => ({ family: familyOf(address) }),
  adopt: ({ family: _, proxy, router, ...rest }) => ({
    ...rest,
    ...(proxy ? { proxy } : {}),
    ...(router ? { router } : {}),
  }),
  hangsOn: ({ namespace, device, family, proxy }) => [
    ...(family === "inet" ? onIpv4({ namespace, device }, ["device"]) : onIpv6({ namespace, device }, ["device"])),
    ...(proxy ? [] : [{ sort: "mac", namespace, name: device, path: ["device"] } as const]),
  ],
  facts: ({ namespace, device, address, mac, proxy = false }) => [
    { says: "neighbor", device: { namespace, name: device }, address, mac, proxy },
  ],
  called: ({ device, address, proxy }) => [
    address,
    `${device}-${address}`,
    `${device}-${address}${proxy ? PROXY : ""}`,
  ],
  bearsMark: false,
  placeOf: (kernel, { namespace, device }) => placeIn(kernel, namespace, device),
  identity: [],
  list: (kernel, query) =>
    inScope(kernel, query, async (namespace) =>
      (await showNeighbors(kernel, namespace)).map((one) => idOf({ namespace, ...one })),
    ),
});

function whereOf({ namespace, device, address, proxy = false }: Inputs): Where {
  return { namespace, device, address, proxy };
}

function idOf({ namespace, device, address, proxy }: Where): string {
  return joinId(namespace, device, address) + (proxy ? PROXY : "");
}

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const { namespace, device, address, proxy } = where;
  const [all, place] = await Promise.all([
    showNeighbors(kernel, namespace, device),
    placeIn(kernel, namespace, device),
  ]);
  const found = all.find((one) => covers(one, { address, proxy }));
  if (!found) return undefined;
  return {
    state: { ...(namespace !== undefined && { namespace }), ...found, family: familyOf(address) },
    what: `the ${proxy ? "proxy's " : ""}entry of neighbour ${joinId(namespace, device, address)}`,
    ...(place !== undefined && { place }),
  };
}

/** Replaced, where there is none of ours: what the kernel has learnt may be there. */
function set({ namespace, device, address, mac, router }: Inputs, have: State | undefined): Step {
  const words = [address, "lladdr", String(mac), "dev", device, "nud", "permanent", ...(router ? ["router"] : [])];
  return ip(namespace, have ? "change the entry" : "make the entry", ["neigh", "replace", ...words], ["mac"]);
}

function proxyStep(what: string, verb: string, { namespace, device, address, router }: Inputs): Step {
  const words = ["proxy", address, "dev", device, ...(router && verb === "add" ? ["router"] : [])];
  return ip(namespace, what, ["neigh", verb, ...words], ["proxy"]);
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { device, address, mac, proxy, router } = want;
  const isV4 = address !== undefined && familyOf(address) === "inet";
  const isProxy = "proxy" in want && proxy !== false;
  return [
    ...(!isProxy && !("mac" in want) ? [{ path: ["mac"], reason: "is required, unless `proxy` is true" }] : []),
    ...(proxy && mac !== undefined
      ? [{ path: ["mac"], reason: "cannot be given with `proxy`: this host answers with its own" }]
      : []),
    ...(router !== undefined && isV4 ? [{ path: ["router"], reason: "is only for IPv6" }] : []),
    ...(device === "lo" && isV4 && !isProxy
      ? [{ path: ["device"], reason: "must not be `lo` with IPv4, which has no neighbours there" }]
      : []),
  ];
}
