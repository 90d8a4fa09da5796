import { familyOf } from "../../core/ip";
import type { Device } from "../graph";
import type { Own } from "./addresses";
import { commonBits, contains, isLinkLocal, isLoopback, prefixOf } from "./ip";
import type { Entry, Way } from "./routes";
import type { View } from "./world";

/** The order of scopes in IPv4: what reaches far comes first. */
const SCOPES = { global: 0, link: 253, host: 254 };

/**
 * The addresses that a host may give a packet as its source: one, unless several are as good and it counts which of them
 * came first.
 */
export function sourcesFor(
  view: View,
  { source, scope }: Entry,
  { device, gateway }: Way,
  destination: string,
): string[] {
  if (source !== undefined) return [source];
  return familyOf(destination) === "inet"
    ? sourcesOn(view, device, gateway, scope)
    : sources6(view, device, destination);
}

/** As inet_select_addr of net/ipv4/devinet.c has it. */
export function sourcesOn(view: View, device: Device, near: string | undefined, scope: Entry["scope"]): string[] {
  const primary = primaries(view).filter((own) => SCOPES[own.scope] <= SCOPES[scope]);
  const here = primary.filter((own) => own.device === device);
  const ofNetwork = near === undefined ? [] : here.filter(({ network }) => contains(network, near));
  if (ofNetwork.length > 0) return texts(ofNetwork.slice(0, 1));
  return texts(here.length > 0 ? here : primary.filter((own) => own.device !== device && own.scope !== "link"));
}

/** The first address of each network of each device. */
function primaries({ addresses }: View): Own[] {
  const seen = new Set<string>();
  return addresses.filter(({ family, device, network }) => {
    if (family !== "inet") return false;
    const key = `${device.name} ${network.length} ${network.bits}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** As RFC 6724 has it, by the rules that labs need: 1, 2, 5, 6 and 8. */
function sources6({ addresses }: View, device: Device, destination: string): string[] {
  const isNear = isLinkLocal(destination);
  const candidates = addresses.filter(
    (own) => own.family === "inet6" && !own.fault && (isNear ? own.device === device : !isLoopback(own.address)),
  );
  const scores = candidates.map((own) => [
    Number(own.address === destination),
    isNear ? Number(own.scope === "link") : Number(own.scope === "global"),
    Number(own.device === device),
    Number(label(own.address) === label(destination)),
    Math.min(commonBits(own.address, destination), own.length),
  ]);
  const best = scores.reduce<number[]>((most, one) => (compare(one, most) > 0 ? one : most), []);
  return texts(candidates.filter((_, index) => compare(scores[index] ?? [], best) === 0));
}

function label(address: string): number {
  const labels = ["::1/128", "fc00::/7", "2002::/16", "2001::/32", "fec0::/10"];
  return labels.findIndex((prefix) => contains(prefixOf(prefix), address));
}

function compare(one: readonly number[], other: readonly number[]): number {
  const index = one.findIndex((score, place) => score !== (other[place] ?? -1));
  return index < 0 ? 0 : (one[index] as number) - (other[index] ?? -1);
}

function texts(own: readonly Own[]): string[] {
  return [...new Set(own.map(({ address }) => address))];
}
