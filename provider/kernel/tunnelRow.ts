import { isOver6, TUNNEL_MODES, type TunnelMode } from "../core/tunnels";
import { ipText } from "../netlink/ip";
import type { Link as Row } from "../netlink/link";
import { CLASS_SHIFT, DF, KEYED, NO_LIMIT, OWN_CLASS } from "./tunnelWords";

/** What the kernel tells of tunnels, in the words of `ip -j -d`. */

/** ARPHRD_… of linux/if_arp.h: links whose address is that of IP. */
const ADDRESSED_BY_IP = [768, 769, 776, 778, 823];

/** A link's own address, as `ip` prints it. */
export function addressText({ type, address = "" }: Row): string {
  if (!ADDRESSED_BY_IP.includes(type ?? 0) || address === "") return address;
  return ipText(Buffer.from(address.replaceAll(":", ""), "hex"));
}

// biome-ignore lint/suspicious/noExplicitAny: each type of links has data of its own.
type Data = any;
type Name = (index: number | undefined) => string | undefined;
type Info = Record<string, number | string | boolean | undefined>;

export const tunnelRows = Object.fromEntries(
  TUNNEL_MODES.map((mode) => [
    mode,
    (data: Data, nameOf: Name, isAbroad: boolean) => tunnelRow(mode, data, nameOf, isAbroad),
  ]),
);

function tunnelRow(mode: TunnelMode, data: Data, nameOf: Name, isAbroad: boolean): Info {
  const { remote, local, link = 0, ttl, iflags = 0, oflags = 0, ikey, okey } = data;
  return {
    ...{ remote: end(remote), local: end(local), ttl },
    ...(link > 0 && (isAbroad ? { link_index: link } : { link: nameOf(link) })),
    ...(isOver6(mode) ? row6(data) : { tos: data.tos ? hex(data.tos) : undefined, pmtudisc: Boolean(data.pmtudisc) }),
    ...(iflags & KEYED && { ikey }),
    ...(oflags & KEYED && { okey }),
  };
}

function row6({ flags = 0, encapLimit, flowinfo = 0 }: Data): Info {
  return {
    ...(flags & NO_LIMIT ? { ip6_tnl_f_ign_encap_limit: true } : { encap_limit: encapLimit }),
    ...(flags & OWN_CLASS
      ? { ip6_tnl_f_use_orig_tclass: true }
      : { tclass: hex((flowinfo >>> CLASS_SHIFT) & 0xff, 2) }),
  };
}

function end(address: string | undefined): string {
  return address === undefined || address === "0.0.0.0" || address === "::" ? "any" : address;
}

function hex(value: number, digits = 1): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}

export function geneveRow({ id, remote, remote6, ttl, ttlInherit, tos, df, port }: Data): Info {
  return {
    ...{ id, remote, remote6, ttl: ttlInherit ? undefined : ttl, tos: tos ? hex(tos) : undefined, port },
    df: Object.keys(DF).find((word) => DF[word as keyof typeof DF] === df),
  };
}
