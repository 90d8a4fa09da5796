import { netnsId } from "../netlink/namespace";
import type { Link } from "./linkRow";
import type { Looking } from "./looking";
import { netnsPath } from "./netnsPath";

/** The link named `name`; undefined when it or its namespace is not there. */
export async function showLink(kernel: Looking, netns: string | undefined, name: string): Promise<Link | undefined> {
  const [link] = (await kernel.device(netns, name)) ?? [];
  return link?.ifname === name ? link : undefined;
}

/** The kernel's word for a type of links; or several that are one sort of things to people. */
export type Sort = string | { called: string; types: readonly string[] };

export const calledAs = (sort: Sort) => (typeof sort === "string" ? sort : sort.called);

export function isOf(sort: Sort, { linkinfo }: Link): boolean {
  const types = typeof sort === "string" ? [sort] : sort.types;
  return types.includes(linkinfo?.info_kind ?? "");
}

/** All links of a namespace, or those of one sort; undefined when the namespace is not there. */
export async function showLinks(kernel: Looking, netns: string | undefined, sort?: Sort): Promise<Link[] | undefined> {
  const links = await kernel.devices(netns);
  return links?.filter((link) => sort === undefined || isOf(sort, link));
}

/** The name of a device by its number. */
export type NameOf = (index: number) => string;

/** The names of all devices of a namespace. */
export async function namesOf(kernel: Looking, netns: string | undefined): Promise<NameOf> {
  const names = new Map((await kernel.devices(netns))?.map(({ ifindex, ifname }) => [ifindex, ifname]));
  return (index) => names.get(index) ?? `if${index}`;
}

export function isUp(link: Link): boolean {
  return link.flags.includes("UP");
}

/** The device that it is on; one in another namespace by its number, as `ip` shows it. */
export function parentOf({ link, link_index }: Link): string {
  return link ?? `if${link_index}`;
}

/** The names that a namespace's numbers for other namespaces have under /run/netns. */
export async function netnsNumbers(kernel: Looking, netns: string | undefined): Promise<Map<number, string>> {
  const numbers = await kernel.look(netns, ["ip", "netns", "list-id"], (netlink, file) => {
    const all = new Map<number, string>();
    for (const name of netlink.listNamespaces().keys()) {
      const number = netnsId(netlink, file, netnsPath(name));
      if (number !== undefined) all.set(number, name);
    }
    return all;
  });
  return numbers ?? new Map();
}
