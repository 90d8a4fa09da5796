import { canonicalPrefix, DEFAULT, DEFAULT6 } from "../core/ip";
import { grouped } from "../core/values";
import { AF } from "../netlink/ip";
import { listRoutes, type Route as Row } from "../netlink/route";
import type { Looking } from "./looking";
import { isMadeByKernel, isRemembered, MAIN_TABLE, ROUTE_TYPE_NUMBERS } from "./route";

/** RTPROT_UNSPEC, RTPROT_BOOT and RTPROT_STATIC of linux/rtnetlink.h. */
const BY_HAND = [0, 3, 4];
const FAMILIES = ["inet", "inet6"] as const;

/** What of the routes that somebody has made there are no words for, in others. */
export async function uncoveredRoutes(kernel: Looking, netns: string | undefined): Promise<string[]> {
  const found = FAMILIES.map(async (family) => {
    const words = ["ip", family === "inet6" ? "-6" : "-4", "route", "show", "table", "all"];
    const rows = await kernel.look(netns, [...words, "more"], (netlink, file) =>
      listRoutes(netlink, file, { family: AF[family] }),
    );
    const made = (rows ?? []).filter((row) => !isRemembered(row) && !isMadeByKernel(row));
    const groups = grouped(made, (row) => nameOf(row, family));
    return [...groups].flatMap(([name, routes]) => [
      ...routes.flatMap((row) => reasons(row).map((reason) => `${reason} of the route ${name}`)),
      ...(routes.length > 1 ? [`one more route ${name}`] : []),
    ]);
  });
  return (await Promise.all(found)).flat();
}

function nameOf({ dst, dstLen, table, table8, priority, tos }: Row, family: (typeof FAMILIES)[number]): string {
  const prefix = dst === undefined ? (family === "inet6" ? DEFAULT6 : DEFAULT) : `${dst}/${dstLen}`;
  const of = table ?? table8;
  return [
    canonicalPrefix(prefix) ?? prefix,
    ...(of === MAIN_TABLE ? [] : [`table ${of}`]),
    ...(priority === undefined ? [] : [`metric ${priority}`]),
    ...(tos === 0 ? [] : [`tos ${tos}`]),
  ].join(" ");
}

function reasons({ type, tos, via, encapType, nhId, metrics = {}, srcLen, pref, protocol, expires }: Row): string[] {
  const { mtu: _, ...others } = metrics;
  return [
    ...(Object.values(ROUTE_TYPE_NUMBERS).includes(type) ? [] : [`the type ${type}`]),
    ...(tos === 0 ? [] : ["the TOS"]),
    ...(via === undefined ? [] : ["the gateway of the other family"]),
    ...(encapType === undefined ? [] : ["the encapsulation"]),
    ...(nhId === undefined ? [] : [`the next hop object ${nhId}`]),
    ...Object.keys(others).map((name) => `the ${name}`),
    ...(srcLen === 0 ? [] : ["the prefix of sources"]),
    ...(pref === undefined || pref === 0 ? [] : ["the preference"]),
    ...(expires === undefined ? [] : ["the end"]),
    ...(BY_HAND.includes(protocol) ? [] : [`the protocol ${protocol}`]),
  ];
}
