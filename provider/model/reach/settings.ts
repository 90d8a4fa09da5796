import type { Unknown } from "../../core/values";
import { type Device, deviceLabel, type Host, isKnown } from "../graph";
import type { Resource } from "../resources";
import type { Drop, Family } from "./types";

/** What a sysctl is at, and the resources that make it so; undefined where that is not known. */
export interface Setting {
  value: number | undefined;
  by: Resource[];
}

const SMALLEST_FOR_IPV6 = 1280;

/** What a new namespace of Linux has, where that is not 0. */
const NEW: Readonly<Record<string, number>> = { accept_dad: 1 };

/** Those that IPv6 sets on each device, and for new ones, when `all` is set. */
const SET_BY_ALL = ["disable_ipv6", "addr_gen_mode", "forwarding"];

/** Of a host: `net.ipv4.ip_forward` also by its other name. */
export function settingOf(host: Host, ...keys: string[]): Setting {
  const facts = keys.flatMap((key) => host.sysctls.get(key) ?? []);
  if (facts.length > 0) return { value: worth(facts.map(({ value }) => value)), by: facts.map(({ by }) => by) };
  return { value: host.by ? (NEW[keys[0]?.split(".").at(-1) ?? ""] ?? 0) : undefined, by: [] };
}

/** Of one device alone, as it has come to be by what is set for it, for all, and for new ones. */
export function deviceSetting(device: Pick<Device, "host" | "name">, family: Family, key: string): Setting {
  return remembered(alone[family], device, key, () => ownSetting(device, family, key));
}

function ownSetting({ host, name }: Pick<Device, "host" | "name">, family: Family, key: string): Setting {
  const folder = `net.${family === "inet" ? "ipv4" : "ipv6"}.conf`;
  const at = (place: string) => host.sysctls.get(`${folder}.${place}.${key}`);
  const own = at(name.replaceAll(".", "/"));
  if (own) return { value: worth([own.value]), by: [own.by] };
  if (family === "inet" && key === "forwarding") return forwarding(host);
  const all = family === "inet6" && SET_BY_ALL.includes(key) ? at("all") : undefined;
  if (all) return { value: worth([all.value]), by: [all.by] };
  const fresh = host.by ? (NEW[key] ?? 0) : undefined;
  const preset = at("default");
  // Devices that were there before do not have it, and which those are nobody knows.
  if (preset && name !== "lo" && worth([preset.value]) !== fresh) return { value: undefined, by: [preset.by] };
  return { value: fresh, by: [] };
}

/** Of a device where what is set for `all` counts as well: the greater of the two. */
export function withAll(device: Pick<Device, "host" | "name">, family: Family, key: string): Setting {
  return remembered(together[family], device, key, () => {
    const own = deviceSetting(device, family, key);
    const all = settingOf(device.host, `net.${family === "inet" ? "ipv4" : "ipv6"}.conf.all.${key}`);
    const isOpen = own.value === undefined || all.value === undefined;
    const value = isOpen ? undefined : Math.max(own.value as number, all.value as number);
    return { value, by: [...own.by, ...all.by] };
  });
}

type Known = WeakMap<object, Map<string, Setting>>;
const alone: Record<Family, Known> = { inet: new WeakMap(), inet6: new WeakMap() };
const together: Record<Family, Known> = { inet: new WeakMap(), inet6: new WeakMap() };

/** Each packet that comes by a device asks for the same ones. */
function remembered(known: Known, device: object, key: string, find: () => Setting): Setting {
  const all = known.get(device) ?? new Map<string, Setting>();
  if (all.size === 0) known.set(device, all);
  const found = all.get(key) ?? find();
  all.set(key, found);
  return found;
}

/** Whether a host passes on what is not for it; in IPv4 a device says so for what comes in there. */
export function forwards(device: Device, family: Family): Setting {
  if (family === "inet") return deviceSetting(device, family, "forwarding");
  const all = settingOf(device.host, "net.ipv6.conf.all.forwarding");
  const force = deviceSetting(device, family, "force_forwarding");
  return { value: all.value === 0 ? force.value : all.value, by: [...all.by, ...force.by] };
}

function forwarding(host: Host): Setting {
  return settingOf(host, "net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding");
}

/** The last one that is said counts, if they differ at all. */
function worth(values: readonly unknown[]): number | undefined {
  const numbers = new Set(values.map((value) => (isKnown(value as string | Unknown) ? Number(value) : Number.NaN)));
  const [only = Number.NaN] = numbers;
  return numbers.size > 1 || Number.isNaN(only) ? undefined : only;
}

/** Why a device has no IPv6, if so. */
export function withoutIpv6(device: Device): Drop | undefined {
  const { host } = device;
  const { value, by } = deviceSetting(device, "inet6", "disable_ipv6");
  if (value === 1) return { code: "no-ipv6", host, device, why: `IPv6 is off on ${deviceLabel(device)}.`, by };
  const { mtu } = device;
  if (isKnown(mtu) && mtu < SMALLEST_FOR_IPV6) {
    const why = `${deviceLabel(device)} has an mtu of ${mtu}: below ${SMALLEST_FOR_IPV6} the kernel has no IPv6 on it.`;
    return { code: "mtu-below-ipv6", host, device, why, by: [...device.settings.map((one) => one.by), device.by] };
  }
  if (value !== undefined && value !== 0) return undefined;
  return value === 0
    ? undefined
    : { code: "unknown", host, device, why: "It is not known whether it has IPv6.", by, isOpen: true };
}
