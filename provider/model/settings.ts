import { Unknown } from "../core/values";
import type { Maybe } from "../resources/facts";
import type { Device, Host } from "./graph";

type Family = "inet" | "inet6";

/** Of these `all` sets each device, and a later word on a device counts. */
const SET_ALONG = ["forwarding", "disable_ipv6"];

/**
 * What the kernel goes by in a setting of `net.ipv4.conf` or `net.ipv6.conf` for a device, of those that are numbers and
 * are 0 by default: what the program sets, and 0 where it sets none in a namespace of its own.
 */
export function settingOf({ host, name }: Device, family: Family, key: string): Maybe<number> {
  const base = family === "inet" ? "net.ipv4.conf" : "net.ipv6.conf";
  const [all, byDefault] = [numberIn(host, `${base}.all.${key}`), numberIn(host, `${base}.default.${key}`)];
  const own = numberIn(host, `${base}.${name.replaceAll(".", "/")}.${key}`);
  const isAllSetAlong = SET_ALONG.includes(key);
  const given = own ?? (isAllSetAlong ? all : undefined) ?? byDefault;
  const others = isAllSetAlong ? 0 : all;
  if (given instanceof Unknown || others instanceof Unknown) return Unknown.value;
  if ((given === undefined || others === undefined) && !isOurs(host)) return Unknown.value;
  return Math.max(given ?? 0, others ?? 0);
}

/** Whether a host passes on what is for somebody else. */
export function forwards(host: Host, family: Family): Maybe<boolean> {
  const keys =
    family === "inet" ? ["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"] : ["net.ipv6.conf.all.forwarding"];
  const values = keys.flatMap((key) => numberIn(host, key) ?? []);
  const [value = isOurs(host) ? 0 : Unknown.value] = values;
  return value instanceof Unknown ? value : value > 0;
}

function numberIn({ sysctls }: Host, key: string): Maybe<number> | undefined {
  const value = sysctls.get(key)?.value;
  return value === undefined || value instanceof Unknown ? value : Number(value);
}

/** All its settings are those of the program, or the kernel's own. */
function isOurs({ by, unplaced }: Host): boolean {
  return by !== undefined && !unplaced.some(({ says }) => says === "sysctl");
}
