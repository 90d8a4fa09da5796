import { remembered } from "../core/remembered";

/** A fact: when a key is written, the kernel sets others along, whatever somebody had set them to. */
export interface Reset {
  /** The key that is written; KEY is any one. */
  writing: string;
  /** Those that are set along, with DEVICE for each device there is. */
  sets: readonly string[];
  /** What to; absent: to the same. */
  to?: "opposite" | "zeroByZero";
  /** Only where nobody has set that device's key yet, nor given the device an IPv4 address: there is nothing to lose. */
  unlessSet?: true;
  /** Where the kernel does it. */
  source: string;
}

const OF_IPV6 = ["disable_ipv6", "addr_gen_mode", "ignore_routes_with_linkdown", "forwarding"];

/**
 * What resets what among the keys below `net.`; see Documentation/networking/ip-sysctl.rst. A test writes each key of the
 * kernel that it runs on, and compares. No key that is set along sets others along by itself.
 */
export const RESETS: readonly Reset[] = [
  {
    writing: "net.ipv4.ip_forward",
    sets: ["net.ipv4.conf.default.forwarding", "net.ipv4.conf.DEVICE.forwarding"],
    source: "inet_forward_change in net/ipv4/devinet.c",
  },
  {
    writing: "net.ipv4.ip_forward",
    sets: ["net.ipv4.conf.all.accept_redirects"],
    to: "opposite",
    source: "inet_forward_change in net/ipv4/devinet.c",
  },
  {
    writing: "net.ipv4.conf.default.KEY",
    sets: ["net.ipv4.conf.DEVICE.KEY"],
    unlessSet: true,
    source: "devinet_copy_dflt_conf in net/ipv4/devinet.c",
  },
  ...["ipv4", "ipv6"].map(
    (family): Reset => ({
      writing: `net.${family}.neigh.default.KEY`,
      sets: [`net.${family}.neigh.DEVICE.KEY`],
      unlessSet: true,
      // Only the machine's first namespace has them.
      source: "neigh_copy_dflt_parms in net/core/neighbour.c",
    }),
  ),
  ...OF_IPV6.map(
    (key): Reset => ({
      writing: `net.ipv6.conf.all.${key}`,
      sets: [`net.ipv6.conf.default.${key}`, `net.ipv6.conf.DEVICE.${key}`],
      source: "addrconf_sysctl_* in net/ipv6/addrconf.c",
    }),
  ),
  {
    writing: "net.ipv6.conf.all.force_forwarding",
    sets: ["net.ipv6.conf.DEVICE.force_forwarding"],
    source: "addrconf_sysctl_force_forwarding in net/ipv6/addrconf.c",
  },
  {
    writing: "net.ipv6.conf.all.forwarding",
    sets: ["net.ipv6.conf.DEVICE.force_forwarding"],
    to: "zeroByZero",
    source: "addrconf_forward_change in net/ipv6/addrconf.c",
  },
];

/** The names under which the kernel has one setting twice: the first is the one it goes by here. */
export const SAME: readonly (readonly [name: string, other: string])[] = [
  ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"],
  ...["ipv4", "ipv6"].flatMap((family): [string, string][] => [
    [`net.${family}.neigh.DEVICE.base_reachable_time_ms`, `net.${family}.neigh.DEVICE.base_reachable_time`],
    [`net.${family}.neigh.DEVICE.retrans_time_ms`, `net.${family}.neigh.DEVICE.retrans_time`],
    [`net.${family}.neigh.DEVICE.unres_qlen_bytes`, `net.${family}.neigh.DEVICE.unres_qlen`],
  ]),
  ["net.ipv6.route.gc_min_interval_ms", "net.ipv6.route.gc_min_interval"],
  ["net.mptcp.path_manager", "net.mptcp.pm_type"],
];

/** The one name that a setting goes by. */
export const oneName = remembered((key): string => {
  for (const [name, other] of SAME) {
    const device = match(other, key)?.DEVICE ?? (match(other.replace("DEVICE", "default"), key) && "default");
    if (device !== undefined || key === other) return name.replace("DEVICE", device ?? "");
  }
  return key;
});

/** What `other` is set to when `key` is set to `value`; undefined where that leaves it alone. */
export function alongWith(key: string, value: string, other: string): string | undefined {
  const reset = resetOf(key, other);
  if (!reset) return undefined;
  if (reset.to === undefined) return value;
  if (reset.to === "opposite") return value === "0" ? "1" : "0";
  return value === "0" ? "0" : undefined;
}

/** Whether nothing is lost when `key` sets `other` along. */
export function losesNothing(key: string, other: string): boolean {
  return resetOf(key, other)?.unlessSet ?? false;
}

/** The folders below /proc/sys in whose folders the keys are that `key` sets along, and what these are called there. */
export const reachOf = remembered((key): [folder: string, name: string][] => {
  const own = oneName(key);
  const all = RESETS.flatMap(({ writing, sets }) => {
    const words = match(writing, own);
    return words ? sets.map((one) => one.replace("KEY", words.KEY ?? "").split(".")) : [];
  });
  const places = all.map((parts) => [parts.slice(0, -2).join("/"), parts.at(-1) as string] as [string, string]);
  return [...new Map(places.map((place) => [place.join("/"), place])).values()];
});

/** Whether a key sets others along, or is set along: what is done to such in one namespace goes one after the other. */
export function takesTurns(key: string): boolean {
  const matches = (pattern: string) => match(pattern, oneName(key)) !== undefined;
  return RESETS.some(({ writing, sets }) => matches(writing) || sets.some(matches));
}

function resetOf(key: string, other: string): Reset | undefined {
  return RESETS.find(({ writing, sets }) => {
    const words = match(writing, key) ?? match(writing, oneName(key));
    return words && sets.some((one) => isSetBy(one, words, other));
  });
}

function isSetBy(pattern: string, { KEY }: Words, other: string): boolean {
  const words = match(KEY === undefined ? pattern : pattern.replace("KEY", KEY), other);
  // Whether a device forwards does not come from `default`.
  return words !== undefined && !(KEY === "forwarding" && other.startsWith("net.ipv4."));
}

type Words = { KEY?: string; DEVICE?: string };

/** What KEY and DEVICE of a pattern are in a key; undefined where that is not of it. */
function match(pattern: string, key: string): Words | undefined {
  const parts = key.split(".");
  const words: Words = {};
  const patterns = pattern.split(".");
  if (patterns.length !== parts.length) return undefined;
  for (const [index, one] of patterns.entries()) {
    const part = parts[index] as string;
    if (one === "KEY") words.KEY = part;
    else if (one === "DEVICE" && part !== "all" && part !== "default") words.DEVICE = part;
    else if (one !== part) return undefined;
  }
  return words;
}
