import { joinId } from "../core/id";
import { findDevice, macIn, ownerIn } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { isUp, netnsNumbers, showLink, showLinks } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { placeOf } from "../kernel/place";
import { ip } from "../kernel/step";
import type { Seen } from "./kind";
import { type EndKey, type EndState, type Place, placeIn } from "./pair";

/** What the host shows of a pair of devices. */

type Shown = { a: EndState; b: EndState };
type SeenPair = Omit<Seen<Shown>, "notReady"> & {
  links?: { a: Link; b: Link };
  notReady?: { reason: string; fatal: boolean } | undefined;
};
export type WherePair = { a: Place; b?: Place | undefined };

/**
 * Each end where it should be; if one is not, wherever the other end leads: somebody may have renamed or moved it. Where
 * none is, the one that bears `mark`.
 */
export async function seePair(
  type: "veth" | "netkit",
  kernel: Kernel,
  where: WherePair,
  mark?: string,
): Promise<SeenPair | undefined> {
  const a = await showLink(kernel, where.a.namespace, where.a.name);
  if (a) return seenFrom(type, kernel, "a", where.a, a, where.b);
  const b = where.b && (await showLink(kernel, where.b.namespace, where.b.name));
  if (where.b && b) return seenFrom(type, kernel, "b", where.b, b);
  const found = mark === undefined ? undefined : await findDevice(kernel, where.a, type, mark);
  return found && seenFrom(type, kernel, "a", found.at, found.link);
}

/** What is seen from the end `key`, with a hint where the other one should be. */
async function seenFrom(type: string, kernel: Kernel, key: EndKey, at: Place, link: Link, hint?: Place) {
  const here = joinId(at.namespace, at.name);
  if (link.linkinfo?.info_kind !== type) return { what: `a device ${here} that is not a ${type}`, device: at };
  const common = { ...ownerIn(link), device: at };
  const other = await findPeer(type, kernel, at, link, hint);
  if (!other)
    return {
      ...common,
      what: `a ${type} ${here} whose other end is in no namespace with a name`,
      leftover: [ip(at.namespace, "remove the rest of the pair", ["link", "del", "dev", at.name])],
    };
  const [mine, its] = [endState(at, link), endState(other.place, other.link)];
  const state = key === "a" ? { a: mine, b: its } : { a: its, b: mine };
  const places = [await placeOf(kernel, at.namespace, link), await placeOf(kernel, other.place.namespace, other.link)];
  return {
    ...common,
    state,
    links: key === "a" ? { a: link, b: other.link } : { a: other.link, b: link },
    place: (key === "a" ? places : places.reverse()).join(" "),
    isHalfMarked: other.link.ifalias !== link.ifalias,
    what: `the ${type} pair ${joinId(state.a.namespace, state.a.name)}`,
    notReady: inOperation(state) ? undefined : { reason: "the kernel has not brought both ends up yet", fatal: false },
  };
}

/** The other end: where it should be, else wherever the kernel's numbers lead. */
async function findPeer(type: string, kernel: Kernel, at: Place, link: Link, hint?: Place) {
  const expected = hint && (await showLink(kernel, hint.namespace, hint.name));
  if (hint && expected && arePeers(link, expected)) return { place: hint, link: expected };
  if (link.link !== undefined) {
    const peer = await showLink(kernel, at.namespace, link.link);
    return peer && { place: { name: link.link, namespace: at.namespace }, link: peer };
  }
  const namespace = (await netnsNumbers(kernel, at.namespace)).get(link.link_netnsid ?? -1);
  const candidate = (await showLinks(kernel, namespace, type))?.find((one) => arePeers(link, one));
  // The numbers alone are small and come again: the way back must lead here as well.
  const back = candidate && (await netnsNumbers(kernel, namespace)).get(candidate.link_netnsid ?? -1);
  const isHere = at.namespace?.startsWith("/") || back === at.namespace;
  return candidate && isHere ? { place: { name: candidate.ifname, namespace }, link: candidate } : undefined;
}

function arePeers(a: Link, b: Link): boolean {
  if (a.link !== undefined) return a.link === b.ifname && b.link === a.ifname;
  return a.link_index === b.ifindex && b.link_index === a.ifindex;
}

/** Both ends can carry packets, or one of them is not even wanted up. */
function inOperation({ a, b }: Shown): boolean {
  return !a.up || !b.up || (a.operState === "UP" && b.operState === "UP");
}

function endState(at: Place, link: Link): EndState {
  return {
    ...placeIn(at),
    mac: macIn(link),
    mtu: link.mtu,
    up: isUp(link),
    ifindex: link.ifindex,
    operState: link.operstate,
  };
}
