import { bitsOf, type Cidr, canonicalIp, canonicalPrefix, isMulticast, parseCidr } from "../core/ip";
import { type Rule, ruled } from "../core/rules";
import { NONE } from "./names";

const EXAMPLES = { inet: "an IPv4 prefix such as 10.0.1.0/24", inet6: "an IPv6 prefix such as 2001:db8:1::/64" };

/** A subnet of hosts, or `none`. */
export const subnet = (family: Cidr["family"]) => {
  const rules: Rule[] = [
    [(text) => canonicalIp(text) !== undefined, `has no prefix length: it must be ${EXAMPLES[family]}`],
    [(text) => parseCidr(text)?.family !== family, `must be ${EXAMPLES[family]}, or \`${NONE}\``],
    [
      (text) => canonicalPrefix(text) === undefined,
      "has bits set beyond its prefix length: write the first address of the network",
    ],
    [(text) => !isOfHosts(text), "has no addresses that hosts can have"],
    [(text) => parseCidr(text)?.prefixLength === bitsOf(family), "is a single address, and hosts need several"],
  ];
  const unlessNone = rules.map(([broken, reason]): Rule => [(text) => text !== NONE && broken(text), reason]);
  return ruled(unlessNone).overwrite((text) => canonicalPrefix(text) ?? text);
};

/** Neither everything, nor this host, its own loopback, a group or what is kept for later (RFC 1112). */
function isOfHosts(prefix: string): boolean {
  const { address = "", family } = parseCidr(prefix) ?? {};
  const first = Number.parseInt(address, 10);
  if (isMulticast(address)) return false;
  return family === "inet"
    ? first !== 0 && first !== 127 && first < 240
    : !address.startsWith("::") && !isOfLink(address);
}

function isOfLink(address: string): boolean {
  return /^fe[89ab]/.test(address);
}
