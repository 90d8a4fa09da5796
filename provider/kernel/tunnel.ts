import { canonicalIp } from "../core/ip";
import { tosOf, tosWord } from "../core/tunnelFields";
import { FALL_BACKS, hasKey, isOver6, keyNumber, type TunnelMode } from "../core/tunnels";
import type { DevicePlace } from "./device";
import type { Link } from "./linkRow";
import { ip, type Step } from "./step";

/** The options of `ip link` for tunnels. */

type Key = string | number | undefined;

interface Options {
  mode: TunnelMode;
  local?: string | undefined;
  remote?: string | undefined;
  device?: string | undefined;
  ttl?: string | number | undefined;
  tos?: string | number | undefined;
  key?: Key;
  ikey?: Key;
  okey?: Key;
  pmtudisc?: boolean | undefined;
  encapLimit?: string | number | undefined;
}

/** The words of one that is made: what is not said is not there. */
export function tunnelWords(want: Options): string[] {
  return Object.values(options(want)).flat();
}

/** By the property that they are for; `none`: where there is nothing the words for that. */
function options(of: Options, none = false): Record<string, string[]> {
  const { local, remote, device, ttl, tos, key, ikey = key, okey = key, pmtudisc, encapLimit } = of;
  const word = (name: string, value: string | number | undefined) => (value === undefined ? [] : [name, String(value)]);
  const end = (name: string, value: string | undefined) => word(name, value ?? (none ? "any" : undefined));
  const keyed = (name: string, value: Key) =>
    value === undefined && none && hasKey(of.mode) ? [`no${name}`] : word(name, value);
  return {
    local: end("local", local),
    remote: end("remote", remote),
    device: word("dev", device),
    ttl: word("ttl", ttl),
    tos: word("tos", tos === undefined ? undefined : tosWord(tos)),
    key: !none && key !== undefined ? word("key", key) : [...keyed("ikey", ikey), ...keyed("okey", okey)],
    pmtudisc: pmtudisc === undefined ? [] : [pmtudisc ? "pmtudisc" : "nopmtudisc"],
    encapLimit: word("encaplimit", encapLimit),
  };
}

/**
 * One step, for the kernel takes what it is told for all of the tunnel. It may choose the MTU anew with that, so one that is
 * wanted is set again.
 */
export function changeTunnel(
  want: Options & DevicePlace & { mtu?: number | undefined },
  have: Options & { mtu: number },
): Step[] {
  const { ttl, tos, pmtudisc, encapLimit } = have;
  const given = Object.fromEntries(Object.entries(want).filter(([, value]) => value !== undefined));
  const goal: Options = { ...{ ttl, tos, pmtudisc, encapLimit, mode: have.mode }, ...given };
  const [now, before] = [options(goal, true), options(have, true)];
  const differing = Object.keys(now).filter((key) => now[key]?.join(" ") !== before[key]?.join(" "));
  const [first] = differing;
  if (first === undefined) return [];
  const { namespace, name, mtu } = want;
  const words = ["type", goal.mode, ...Object.values(now).flat()];
  return [
    ip(namespace, `set ${differing.join(", ")}`, ["link", "set", "dev", name, ...words], [first]),
    ...(mtu !== undefined && mtu === have.mtu
      ? [ip(namespace, "keep its mtu", ["link", "set", "dev", name, "mtu", String(mtu)], ["mtu"])]
      : []),
  ];
}

/** What the kernel shows; `isSplit`: the keys one by one, be they the same. */
export function readTunnel(link: Link, isSplit: boolean) {
  const { info_kind, info_data: info = {} } = link.linkinfo ?? {};
  const mode = info_kind as TunnelMode;
  const address = (key: "local" | "remote") => {
    const text = String(info[key]);
    return text === "any" ? {} : { [key]: canonicalIp(text) ?? text };
  };
  const own = isOver6(mode)
    ? {
        tos: info.ip6_tnl_f_use_orig_tclass ? ("inherit" as const) : Number(info.tclass),
        encapLimit: info.ip6_tnl_f_ign_encap_limit ? "none" : Number(info.encap_limit),
      }
    : { tos: tosOf(info.tos), pmtudisc: info.pmtudisc === true };
  return {
    mode,
    ...{ ...address("local"), ...address("remote") },
    ...(info.link !== undefined && { device: String(info.link) }),
    ...(info.link_index !== undefined && { device: `if${info.link_index}` }),
    ttl: Number(info.ttl) === 0 ? ("inherit" as const) : Number(info.ttl),
    ...own,
    ...keys(info, isSplit),
  };
}

function keys(info: Record<string, unknown>, isSplit: boolean): { key?: number; ikey?: number; okey?: number } {
  const [ikey, okey] = [info.ikey, info.okey].map((text) => (text === undefined ? undefined : keyNumber(String(text))));
  if (!isSplit && ikey === okey) return ikey === undefined ? {} : { key: ikey };
  return { ...(ikey !== undefined && { ikey }), ...(okey !== undefined && { okey }) };
}

/** It comes with a module, and nobody has made it anything else. */
export function isFallBack({ ifname, ifalias, linkinfo }: Link): boolean {
  const { remote, local } = linkinfo?.info_data ?? {};
  return FALL_BACKS.includes(ifname) && ifalias === undefined && remote === "any" && local === "any";
}
