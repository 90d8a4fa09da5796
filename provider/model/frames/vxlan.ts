import { hasUnknown } from "../../core/values";
import type { Link } from "../../resources/facts";
import type { Device, Host } from "../graph";

type Vxlan = Extract<Link, { type: "vxlan" }>;
type FdbEntry = { mac?: string; destination?: string };

const ALL = "00:00:00:00:00:00";

/** Where a vxlan device sends its frames to, by addresses. */
export interface Remotes {
  /** What is for all. */
  flooded: string[];
  /** What is for one that it knows there. */
  single: string[];
  /** To all who have joined it. */
  group: string | undefined;
}

/** Undefined while that is not known. */
export function remotesOf({ link }: Device): Remotes | undefined {
  if (
    link?.type !== "vxlan" ||
    hasUnknown([link.vni, link.port, link.remote, link.group, link.fdb, link.local, link.underlay])
  ) {
    return undefined;
  }
  const entries = (link.fdb as FdbEntry[]).flatMap(({ mac, destination }) =>
    destination ? [{ mac, destination }] : [],
  );
  const to = (isForAll: boolean) =>
    entries.filter(({ mac }) => (mac === ALL) === isForAll).map(({ destination }) => destination);
  return {
    flooded: [...(link.remote === undefined ? [] : [link.remote as string]), ...to(true)],
    single: to(false),
    group: link.group as string | undefined,
  };
}

/** The host that its packets leave from and arrive in. */
export function underlayOf({ host, underlay = host }: Device): Host {
  return underlay;
}

/** The others of its network that say of themselves that they have an address, where nothing is said of the network between them. */
export function saidToBeAt({ underlay }: Device, others: readonly Device[], address: string): Device[] {
  if (!underlay || underlay.devices.size > 0) return [];
  return others.filter(({ link }) => link?.type === "vxlan" && link.local === address);
}

export function isSameNet(one: Device, { link }: Device): boolean {
  const { vni, port } = link as Vxlan;
  return one.link?.type === "vxlan" && one.link.vni === vni && one.link.port === port;
}
