import { ADDRESS } from "../../../provider/netlink/address";
import { VLAN } from "../../../provider/netlink/bridgeVlan";
import { LINK } from "../../../provider/netlink/link";
import type { Message } from "../../../provider/netlink/message";
import { NEIGHBOR } from "../../../provider/netlink/neighbor";
import { QDISC } from "../../../provider/netlink/qdisc";
import { ROUTE } from "../../../provider/netlink/route";
import { RULE } from "../../../provider/netlink/rule";

/** What rtnetlink is asked to change, in words that are the same in each run: `RTM_NEWLINK index=a0 mtu=1400`. */

/** The first type of each sort of objects, linux/rtnetlink.h. */
const SORTS: Record<number, readonly [name: string, format: { read(message: Message): object }]> = {
  16: ["LINK", LINK],
  20: ["ADDR", ADDRESS],
  24: ["ROUTE", ROUTE],
  28: ["NEIGH", NEIGHBOR],
  32: ["RULE", RULE],
  36: ["QDISC", QDISC],
  112: ["VLAN", VLAN],
};
const VERBS = ["NEW", "DEL", "GET", "SET"];

/** Undefined where nothing is changed. `links`: the names of those whose numbers are known. */
export function textOfChange(message: Message, links: ReadonlyMap<number, string>): string | undefined {
  const verb = VERBS[message.type & 3];
  if (verb === "GET") return undefined;
  const [name, format] = SORTS[message.type & ~3] ?? [message.type];
  return [`RTM_${verb}${name}`, ...(format ? pairs(format.read(message), links) : [])].join(" ");
}

/** The number and the name of a link that the kernel tells of. */
export function linkIn(message: Message): [index: number, name: string] {
  const { index, ifname = "" } = LINK.read(message);
  return [index, ifname];
}

function pairs(values: object, links: ReadonlyMap<number, string>, before = ""): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const name = before + key;
    if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
      return pairs(value, links, `${name}.`);
    // Most of a header is 0 and says nothing; who has no master any more is said so.
    if (value === 0) return key === "master" ? ["nomaster"] : [];
    return [`${name}=${textOf(key, value, links)}`];
  });
}

/** Without what is another one in each run: tokens, groups and MAC addresses made of them, numbers of links and of files. */
function textOf(key: string, value: unknown, links: ReadonlyMap<number, string>): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "number") {
    if (["index", "link", "master", "oif"].includes(key)) return links.get(value) ?? "LINK";
    if (["group", "netNsFd"].includes(key)) return "N";
  }
  return String(value)
    .replace(/:[0-9a-f]{18}/g, ":TOKEN")
    .replace(/^(..:){5}..$/, "MAC")
    .replaceAll(" ", "_");
}
