import type { Json } from "../../provider/core/values";
import type { Snapshot } from "./snapshot";
import type { Resource } from "./topology";

type Row = Record<string, unknown>;

/** What a second reader sees of one resource, given by the names in the kernel: another text once it was changed or made anew. */
export function sightOf({ type, name, inputs }: Resource, seen: Snapshot): string {
  const at = (inputs.namespace ?? "") as string;
  if (type === "Namespace") {
    const own = String(inputs.name ?? name);
    return JSON.stringify([own in seen.networks, isUp(linkOf(seen, own, "lo"))]);
  }
  if (type === "VethPair") return JSON.stringify([endOf(inputs.a as Json, seen), endOf(inputs.b as Json, seen)]);
  if (type === "Address") return JSON.stringify([numberOf(seen, at, inputs.device), addressOf(at, inputs, seen)]);
  const [, device] = /^net\.\w+\.(?:conf|neigh)\.([^.]+)\./.exec(String(inputs.key)) ?? [];
  const line = seen.networks[at]?.sysctls.find((one) => one.startsWith(`${inputs.key} =`));
  return JSON.stringify([device && numberOf(seen, at, device), line]);
}

function endOf({ namespace = "", name }: Json, seen: Snapshot): unknown {
  const link = linkOf(seen, String(namespace), name);
  return link && [link.ifindex, link.mtu, link.address, isUp(link)];
}

function addressOf(at: string, { device, address }: Json, seen: Snapshot): unknown {
  const [local, length] = String(address).split("/");
  const infos = linkOf(seen, at, device, "addresses")?.addr_info as Row[] | undefined;
  const info = infos?.find((one) => one.local === local && one.prefixlen === Number(length));
  return info && [info.address, info.broadcast, info.label, info.scope, info.nodad];
}

function linkOf(seen: Snapshot, at: string, name: unknown, from: "links" | "addresses" = "links"): Row | undefined {
  return seen.networks[at]?.[from].find(({ ifname }) => ifname === name);
}

function numberOf(seen: Snapshot, at: string, name: unknown): unknown {
  return linkOf(seen, at, name)?.ifindex;
}

function isUp(link: Row | undefined): boolean {
  return (link?.flags as string[] | undefined)?.includes("UP") ?? false;
}
