import { DEFAULT, DEFAULT6, networkOf, parseCidr } from "../../core/ip";
import { subnetText } from "../../core/subnet";
import { isObject, type Json } from "../../core/values";
import type { Context } from "./linkParts";
import type { Node } from "./nodes";
import { FAMILIES, type Key, saidPrefixes } from "./pools";

/** Routes that a node's `routing.static` says. */
export function staticRoutes(context: Context, { name, path, said }: Node): void {
  const { file, draft } = context;
  const routing = said.routing;
  if (routing === undefined) return;
  if (!isObject(routing)) return void file.leave([...path, "routing"], "it is no map");
  for (const key of Object.keys(routing))
    if (key !== "static") file.leave([...path, "routing", key], "policies of routing protocols have no counterpart");
  const host = draft.hosts.get(name);
  const list = Array.isArray(routing.static) ? routing.static : [];
  for (const [index, one] of list.entries()) {
    const at = [...path, "routing", "static", index];
    const routes = isObject(one) ? routesOf(context, name, one) : [];
    if (!host || routes.length === 0) file.leave(at, "we cannot read this static route");
    for (const route of routes) host?.routes.push(route);
  }
}

function routesOf({ draft, named, pools }: Context, name: string, one: Json): Json[] {
  const { nexthop } = one;
  const hop: Json = isObject(nexthop) ? nexthop : {};
  const pool = typeof one.pool === "string" ? pools.get(one.pool) : undefined;
  const prefixes = saidPrefixes(one.prefix, named) ?? {};
  return FAMILIES.flatMap((key): Json[] => {
    const text =
      typeof one[key] === "string" ? String(one[key]) : typeof pool?.[key] === "string" ? String(pool[key]) : undefined;
    const subnet = prefixes[key];
    const other = typeof one.node === "string" ? draft.hosts.get(one.node)?.devices.get("lo")?.addresses : undefined;
    const loopback = other
      ?.map(({ address }) => String(address))
      .find((address) => address.includes(":") === (key === "ipv6"));
    const to = text ?? (subnet && subnetText(subnet)) ?? loopback;
    const parsed = to === undefined ? undefined : parseCidr(to);
    if (!parsed) return [];
    const destination = destinationOf(networkOf(parsed.address, parsed.prefixLength));
    if (hop.discard === true) return [{ destination, type: "blackhole" }];
    const gateway =
      typeof hop[key] === "string"
        ? String(hop[key])
        : near(draft.hosts.get(String(hop.node)), draft.hosts.get(name), key);
    return gateway === undefined ? [] : [{ destination, gateway }];
  });
}

function destinationOf(prefix: string): string {
  if (prefix === "0.0.0.0/0") return DEFAULT;
  return prefix === DEFAULT6 ? DEFAULT6 : prefix;
}

type Host =
  | { devices: Map<string, { name: string; addresses: Json[] }>; deviceTo(address: string): string | undefined }
  | undefined;

/** The address of the other host on a network of both. */
function near(other: Host, host: Host, key: Key): string | undefined {
  const all = [...(other?.devices.values() ?? [])]
    .filter(({ name }) => name !== "lo")
    .flatMap(({ addresses }) => addresses);
  const texts = all.map(({ address }) => String(address).split("/")[0] ?? "");
  return texts.find((text) => text.includes(":") === (key === "ipv6") && host?.deviceTo(text) !== undefined);
}
