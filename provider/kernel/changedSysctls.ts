import type { Device } from "./linkRow";
import type { Looking } from "./looking";
import { normalValue, slashed } from "./sysctl";
import { alongWith, losesNothing, oneName, reachOf } from "./sysctlResets";

type Values = ReadonlyMap<string, string>;

/** The keys of a namespace that have other values than in a new one of this host, with those. */
export async function changedSysctls(
  kernel: Looking,
  netns: string | undefined,
): Promise<[key: string, value: string][]> {
  const [all, fresh, devices] = await Promise.all([
    kernel.look(netns, ["sysctl", "-a"], (netlink, file) => dotted(netlink.readSettings(file))),
    readNew(kernel),
    kernel.devices(netns),
  ]);
  return all && fresh && devices ? changed(all, fresh, devices) : [];
}

/** The value that a key of a namespace has where nobody has set anything; undefined where that cannot be told. */
export async function usualSysctl(
  kernel: Looking,
  netns: string | undefined,
  key: string,
): Promise<string | undefined> {
  const [fresh, devices = []] = await Promise.all([readNew(kernel), kernel.devices(netns)]);
  return fresh && usualValue(key, fresh, new Map(devices.map((device) => [device.ifname, device])));
}

function readNew(kernel: Looking): Promise<Values | undefined> {
  return kernel.look(undefined, ["unshare", "--net", "sysctl", "-a"], (netlink) => dotted(netlink.readNewSettings()));
}

/**
 * What was set, not what comes of that: where a key sets others along, those are told only if they have another value
 * than it gives them. Where it depends on the order what they would have, they are told.
 */
export function changed(all: Values, fresh: Values, devices: readonly Device[]): [key: string, value: string][] {
  const found: [string, string][] = [];
  const setting: [string, string][] = [];
  const byName = new Map(devices.map((device) => [device.ifname, device]));
  for (const [key, value] of [...all].sort(([a], [b]) => rankOf(a) - rankOf(b))) {
    const usual = usualValue(key, fresh, byName);
    if (usual === undefined || oneName(key) !== key) continue;
    let possible = [usual];
    for (const [other, its] of setting) {
      const made = alongWith(other, its, key);
      if (made !== undefined) possible = losesNothing(other, key) ? [...possible, made] : [made];
    }
    if (possible.every((one) => one === value)) continue;
    found.push([key, value]);
    if (reachOf(key).length > 0) setting.push([key, value]);
  }
  return found.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What sets others along comes before them: what is of all devices, then what is for new ones. */
function rankOf(key: string): number {
  if (reachOf(key).length === 0) return 2;
  return key.includes(".default.") ? 1 : 0;
}

const OF_DEVICE = /^(net\.(?:ipv4|ipv6|mpls)\.(conf|neigh))\.([^.]+)\.([^.]+)$/;

/** The value that a key has where nobody has set anything; undefined where that cannot be told. */
function usualValue(key: string, fresh: Values, devices: ReadonlyMap<string, Device>): string | undefined {
  const [, folder = "", sort, part = "", name = ""] = OF_DEVICE.exec(key) ?? [];
  const device = devices.get(part.replaceAll("/", "."));
  const isIpv6 = device && folder === "net.ipv6.conf";
  // It goes with that of the device.
  if (isIpv6 && name === "mtu") return String(device.mtu);
  const known = fresh.get(key);
  if (known !== undefined || !device) return known;
  // ipv6_add_dev in net/ipv6/addrconf.c.
  if (isIpv6 && name === "accept_dad" && device.flags.includes("NOARP")) return "-1";
  if (isIpv6 && name === "use_tempaddr" && device.address === "") return "-1";
  // A new namespace shows of the neighbours' keys those of `lo` alone, which are no others.
  return fresh.get(`${folder}.${sort === "conf" ? "default" : "lo"}.${name}`);
}

function dotted(values: Values): Values {
  return new Map([...values].map(([key, value]) => [slashed(key), normalValue(value)]));
}
