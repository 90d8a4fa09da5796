import type { Maybe } from "../../resources/facts";
import { type Device, deviceLabel, type Host, isKnown } from "../graph";
import type { Resource } from "../resources";
import type { Drop, Family } from "./types";

/** What a sysctl is at, and the resources that make it so; undefined where that is not known. */
export interface Setting {
  value: number | undefined;
  by: Resource[];
  /** What is set, if anything that decides it is. */
  key?: string;
}

const SMALLEST_FOR_IPV6 = 1280;

/** What a new namespace of Linux has, where that is not 0. */
const NEW: Readonly<Record<string, number>> = { accept_dad: 1 };

/** Those that the kernel sets on each device, and for new ones, when `all` is set. */
const SET_BY_ALL: Record<Family, string[]> = {
  inet: ["forwarding"],
  inet6: ["disable_ipv6", "addr_gen_mode", "forwarding", "force_forwarding"],
};

const IP_FORWARD = "net.ipv4.ip_forward";

/** What the kernel has under two names. */
const ALIASES: Readonly<Record<string, string>> = { "net.ipv4.conf.all.forwarding": IP_FORWARD };

/** Of a host as a whole. */
export function settingOf(host: Host, key: string): Setting {
  return said(host, key) ?? { value: usual(host, key.split(".").at(-1) ?? ""), by: [] };
}

function said({ sysctls }: Host, asked: string): Setting | undefined {
  const key = sysctls.has(asked) ? asked : (ALIASES[asked] ?? asked);
  const fact = sysctls.get(key);
  return fact && { value: worth(fact.value), by: [fact.by], key };
}

/** What a new namespace has, if all that is set in this one is known. */
function usual({ by, unplaced }: Host, key: string): number | undefined {
  return by && !unplaced.some(({ says }) => says === "sysctl") ? (NEW[key] ?? 0) : undefined;
}

/** Of one device alone, as it has come to be by what is set for it, for all, and for new ones. */
export function deviceSetting(device: Pick<Device, "host" | "name">, family: Family, key: string): Setting {
  return remembered(alone[family], device, key, () => ownSetting(device, family, key));
}

function ownSetting({ host, name }: Pick<Device, "host" | "name">, family: Family, key: string): Setting {
  const at = (place: string) => said(host, `net.${family === "inet" ? "ipv4" : "ipv6"}.conf.${place}.${key}`);
  const own = at(name.replaceAll(".", "/")) ?? (SET_BY_ALL[family].includes(key) ? at("all") : undefined);
  if (own) return own;
  const fresh = usual(host, key);
  const preset = at("default");
  // Devices that were there before do not have it, and which those are nobody knows.
  if (preset && name !== "lo" && preset.value !== fresh) return { value: undefined, by: preset.by };
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

/** Whether a host passes on what comes in on a device and is not for it, and the key to set so that it does. */
export function forwards(device: Device, family: Family): Setting & { key: string } {
  if (family === "inet") return { key: IP_FORWARD, ...deviceSetting(device, family, "forwarding") };
  const key = "net.ipv6.conf.all.forwarding";
  const all = settingOf(device.host, key);
  const force = deviceSetting(device, family, "force_forwarding");
  return { value: all.value === 0 ? force.value : all.value, by: [...all.by, ...force.by], key };
}

function worth(value: Maybe<string> | undefined): number | undefined {
  const number = isKnown(value) ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? undefined : number;
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
