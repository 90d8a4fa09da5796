import { netnsPath } from "./netnsPath";

/**
 * What the kernel removes along with what, in this one place: kinds say which of these parts a thing of theirs gives to
 * others, and on which it depends. docs/taken-along.md is this table.
 */
export const TAKEN_ALONG = {
  namespace: {
    goes: "a namespace is removed",
    takes: "everything in it, and the far end of each pair that leads out of it",
    source: "network_namespaces(7), veth(4)",
  },
  device: {
    goes: "a device is removed",
    takes:
      "its addresses, neighbours, qdiscs and settings, the routes through it, and devices that have it as their " +
      "parent; with a port of a bridge, its settings as a port; with a bridge, those of all its ports. A rule with " +
      "`iif` or `oif` stays, and applies to the next device of that name",
    source: "ip-link(8); ip-rule(8)",
  },
  running: {
    goes: "a device is set down, or leaves a VRF",
    takes:
      "its IPv6 addresses, the routes through it, and its neighbours, even permanent ones; with `lo`, all IPv6 routes " +
      "that lead nowhere (`blackhole` and the like)",
    source:
      "Documentation/networking/ip-sysctl.rst, `keep_addr_on_down`; neigh_ifdown() of net/core/neighbour.c; " +
      "fib6_ifdown() of net/ipv6/route.c",
  },
  up: {
    goes: "a device is set up, or gets a carrier because the other end of its pair is set up",
    takes: "nothing; but what waited for that (`waiting`) is made",
    source: "below",
  },
  mac: {
    goes: "a device gets another MAC address",
    takes: "its neighbours, even permanent ones",
    source: "neigh_changeaddr() of net/core/neighbour.c",
  },
  ipv6: {
    goes: "`disable_ipv6` switches IPv6 off on a device",
    takes: "its IPv6 addresses and neighbours, and the IPv6 routes through it; with `lo`, those that lead nowhere, too",
    source: "Documentation/networking/ip-sysctl.rst, `disable_ipv6`",
  },
  ipv6Settings: {
    goes: "a device gets an mtu below 1280, too small for IPv6",
    takes: "the same, and its settings below `net.ipv6`",
    source: "RFC 8200, section 5; addrconf_notify() of net/ipv6/addrconf.c",
  },
  ipv4: {
    goes: "a device loses its last IPv4 address",
    takes: "the IPv4 routes through it, and its IPv4 neighbours",
    source: "fib_disable_ip() of net/ipv4/fib_frontend.c",
  },
  address: {
    goes: "an address is removed",
    takes: "IPv4 routes that have it as their source; IPv6 routes stay, but lose the source",
    source: "fib_sync_down_addr() of net/ipv4/fib_semantics.c, fib6_remove_prefsrc() of net/ipv6/route.c",
  },
  qdisc: {
    goes: "a qdisc is removed",
    takes: "the qdiscs below it",
    source: "tc(8)",
  },
} as const;

/** A part of the kernel that things hang on. */
export interface Part {
  sort: keyof typeof TAKEN_ALONG;
  namespace?: string | undefined;
  /** Within the namespace: a device, an address, a device with a qdisc's handle. Of a namespace itself none. */
  name?: string | undefined;
}

/** Two parts are the same when their texts are. */
export function partText({ sort, namespace, name = "" }: Part): string {
  return `${sort} ${namespace === undefined ? "" : netnsPath(namespace)} ${name}`;
}

/** The settings of a device that others on it depend on. */
export interface Running {
  up?: boolean | undefined;
  mac?: string | undefined;
  mtu?: number | undefined;
}

/** RFC 8200, section 5: no link with a smaller one can carry IPv6. */
const LEAST_IPV6_MTU = 1280;

/** What others on a device lose, or have waited for, when its settings change; what `want` leaves out stays. */
export function affectedParts(at: Pick<Part, "namespace" | "name">, have: Running, want: Running): Part[] {
  const differs = (key: keyof Running) => want[key] !== undefined && want[key] !== have[key];
  const [before = LEAST_IPV6_MTU, now = before] = [have.mtu, want.mtu];
  return [
    ...(differs("up") ? (want.up ? isSetUp(at) : [{ sort: "running", ...at } as const]) : []),
    ...(differs("mac") ? [{ sort: "mac", ...at } as const] : []),
    ...(before < LEAST_IPV6_MTU !== now < LEAST_IPV6_MTU
      ? (["ipv6", "ipv6Settings"] as const).map((sort) => ({ sort, ...at }))
      : []),
  ];
}

/** What may end a wait: for that device to be set up, and for any of its namespace to have a carrier. */
function isSetUp(at: Pick<Part, "namespace" | "name">): Part[] {
  return [{ sort: "up", ...at }, getsCarrier(at)];
}

/** The latter alone. */
export function getsCarrier({ namespace }: Pick<Part, "namespace">): Part {
  return { sort: "up", namespace };
}

interface OnDevice {
  namespace?: string | undefined;
  device: string | undefined;
}

/** What all that is IPv4 and leads out of a device hangs on; `path` is the property that says so. */
export function onIpv4<P>({ namespace, device }: OnDevice, path: P): (Part & { path: P })[] {
  return (["running", "ipv4"] as const).map((sort) => ({ sort, namespace, name: device, path }));
}

/** What all that is IPv6 on a device hangs on: `conf.all` switches every device. */
export function onIpv6<P>({ namespace, device }: OnDevice, path: P): (Part & { path: P })[] {
  const own = (["running", "ipv6"] as const).map((sort) => ({ sort, namespace, name: device, path }));
  return [...own, { sort: "ipv6", namespace, path }];
}
