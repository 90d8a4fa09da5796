import { hasKey, isOver6, keyNumber, keyText, TUNNEL_MODES, type TunnelMode } from "../core/tunnels";
import type { Place, Words } from "./words";

/** The words of `ip link` about tunnels, as attributes: what is not said is as `ip` has it, which is not always the kernel's own. */

type Data = Record<string, unknown>;

/** GRE_KEY of linux/if_tunnel.h, as both flags of the keys have it. */
export const KEYED = 0x2000;
/** IP6_TNL_F_… of linux/ip6_tunnel.h: no limit of nesting, and the class of what is carried. */
export const NO_LIMIT = 1;
export const OWN_CLASS = 2;
/** The lowest bit of the type of service says that it is that of what is carried. */
const OWN_TOS = 1;
/** Where the class is among the bits of a flow's attribute (RFC 8200). */
export const CLASS_SHIFT = 20;
/** GENEVE_DF_… of linux/if_link.h. */
export const DF = { unset: 0, set: 1, inherit: 2 };

export function isTunnel(kind: string): kind is TunnelMode {
  return (TUNNEL_MODES as readonly string[]).includes(kind);
}

/** The kernel takes it for the whole: what is not in it becomes none. */
export function tunnelData(mode: TunnelMode, words: Words, place: Place): Data {
  const data: Data = {
    ...(isOver6(mode) && { ttl: 64, encapLimit: 4, flags: 0 }),
    ...(!hasKey(mode) && { proto: 0 }),
  };
  const to = words.into(data);
  const address = (name: string) => () => {
    const text = words.next();
    if (text !== "any") data[name] = text;
  };
  const key =
    (...ways: string[]) =>
    () => {
      const text = keyText(keyNumber(words.next()) ?? 0);
      for (const way of ways) Object.assign(data, { [`${way}key`]: text, [`${way}flags`]: KEYED });
    };
  const set = (name: string, value: number) => () => void Object.assign(data, { [name]: value });
  words.each({
    ...{ local: address("local"), remote: address("remote"), dev: to("link", place.index) },
    ...{ ttl: to("ttl", inherited(0)), tos: () => tos(data, words.next(), isOver6(mode)) },
    ...{ key: key("i", "o"), ikey: key("i"), okey: key("o"), noikey: () => {}, nookey: () => {} },
    ...{ pmtudisc: set("pmtudisc", 1), nopmtudisc: set("pmtudisc", 0) },
    encaplimit: () => {
      const text = words.next();
      if (text === "none") data.flags = Number(data.flags) | NO_LIMIT;
      else data.encapLimit = Number(text);
    },
  });
  return data;
}

function tos(data: Data, text: string, is6: boolean): void {
  if (!is6) data.tos = inherited(OWN_TOS)(text);
  else if (text === "inherit") data.flags = Number(data.flags) | OWN_CLASS;
  else data.flowinfo = Number(text) << CLASS_SHIFT;
}

const inherited = (meaning: number) => (text: string) => (text === "inherit" ? meaning : Number(text));

export function geneveData(words: Words): Data {
  const data: Data = {};
  const to = words.into(data);
  words.each({
    ...{ id: to("id", Number), dstport: to("port", Number), tos: to("tos", inherited(OWN_TOS)) },
    df: to("df", (word) => DF[word as keyof typeof DF]),
    ttl: () => {
      const text = words.next();
      Object.assign(data, text === "inherit" ? { ttlInherit: 1 } : { ttl: Number(text) });
    },
    remote: () => {
      const text = words.next();
      data[text.includes(":") ? "remote6" : "remote"] = text;
    },
  });
  return data;
}
