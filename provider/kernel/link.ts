import { NetnsError } from "../errors";
import type { Kernel } from "./kernel";

/** A link as `ip -j -d link show` prints it, in its own words. */
export interface Link {
  ifindex: number;
  ifname: string;
  flags: string[];
  mtu: number;
  /** None is shown where it is 0. */
  txqlen?: number;
  operstate: string;
  address: string;
  ifalias?: string;
  /** A number where it has no name in /etc/iproute2/group. */
  group?: string;
  /** The other end's name, when it is in the same namespace. */
  link?: string;
  /** The other end's ifindex, when it is in another namespace. */
  link_index?: number;
  /** That namespace, as this one numbers it. */
  link_netnsid?: number;
  /** The bridge, or whatever else it is a port of. */
  master?: string;
  /** Of its type, and of that of its master. */
  linkinfo?: { info_kind?: string; info_data?: Info; info_slave_kind?: string; info_slave_data?: Info };
}

/** What a type of links has of its own. */
type Info = Record<string, number | string | boolean>;

/** The link named `name`; undefined when it or its namespace is not there. */
export async function showLink(kernel: Kernel, netns: string | undefined, name: string): Promise<Link | undefined> {
  const links = kernel.survey
    ? await kernel.survey.devices(netns)
    : devices(await kernel.show<Link>(netns, ["-d", "link", "show", "dev", name]), name);
  return links?.find((link) => link.ifname === name);
}

/** The rows that are devices. Asked for one, `ip` shows it or says that it does not exist: to show none is no answer. */
export function devices<Row extends { ifname: string }>(rows: Row[] | undefined, asked?: string): Row[] | undefined {
  const named = rows?.filter((row) => row.ifname !== undefined);
  if (asked === undefined || named?.length !== 0) return named;
  throw new NetnsError({
    kind: "kernel",
    tried: `could not tell whether the device ${asked} is there`,
    said: "`ip` has neither shown it nor said that it does not exist",
    todo: "Run `pulumi up` again; if it stays so, see what the `ip` on PATH is (`type ip`, `ip -V`).",
  });
}

/** All links of a namespace, or those of one type; undefined when the namespace is not there. */
export async function showLinks(kernel: Kernel, netns: string | undefined, type?: string): Promise<Link[] | undefined> {
  if (kernel.survey) {
    const links = await kernel.survey.devices(netns);
    return links?.filter((link) => type === undefined || link.linkinfo?.info_kind === type);
  }
  return kernel.show<Link>(netns, ["-d", "link", "show", ...(type === undefined ? [] : ["type", type])]);
}

export function isUp(link: Link): boolean {
  return link.flags.includes("UP");
}

/** The device that it is on; one in another namespace by its number, as `ip` shows it. */
export function parentOf({ link, link_index }: Link): string {
  return link ?? `if${link_index}`;
}

/** The names that a namespace's numbers for other namespaces have under /run/netns. */
export async function netnsNumbers(
  kernel: Kernel,
  netns: string | undefined,
): Promise<Map<number, string | undefined>> {
  const rows = await kernel.show<{ nsid: number; name?: string }>(netns, ["netns", "list-id"]);
  return new Map((rows ?? []).map((row) => [row.nsid, row.name]));
}
