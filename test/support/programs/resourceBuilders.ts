import type { Json } from "../../../provider/core/values";
import { addressOn } from "./addressBuilder";
import type { Blueprint } from "./blueprint";
import { BRIDGES } from "./blueprintFields";
import { DEVICE_KEYS, KEYS } from "./sysctlKeys";

/** Who has what there is only once: a name, an address, a setting. */
export type Claims = ReadonlyMap<string, string>;

/** A namespace, by the text that a program writes for its name, and by that name. */
export interface Place {
  text: string | undefined;
  kernel: string;
}

export interface Device {
  /** The text that a program writes for the device's name. */
  name: string;
  at: Place;
  /** Its name in the kernel, after that of its namespace. */
  key: string;
  hasIpv6: boolean;
  isLoopback: boolean;
  isUp: boolean;
  mtu?: number | undefined;
}

export type Slot<K extends keyof Blueprint> = NonNullable<Blueprint[K][number]>;

/** What there is to stand on, by number; `held` are the claims of the program before. */
interface World {
  namespaces: ReadonlyMap<number, Place>;
  devices: ReadonlyMap<number, Device>;
  held: Claims;
}

/** A resource that no other one stands on, with what it claims; nothing where a valid program cannot have it. */
type ResourceBuilder<K extends keyof Blueprint> = (
  world: World,
  slot: Slot<K>,
  index: number,
) => { type: string; inputs: Json; claims: string[] } | undefined;

const port: ResourceBuilder<"ports"> = ({ devices }, { bridge, on, ...options }) => {
  const [master, device] = [devices.get(BRIDGES + bridge), devices.get(on)];
  if (!master || !device || master.at.kernel !== device.at.kernel) return undefined;
  const inputs = { namespace: master.at.text, bridge: master.name, device: device.name, ...options };
  return { type: "BridgePort", inputs, claims: [`port ${device.key}`] };
};

const settings: ResourceBuilder<"settings"> = ({ namespaces }, { at, ...values }) => {
  const place = namespaces.get(at);
  if (!place || Object.values(values).every((value) => value === undefined)) return undefined;
  const inputs = { namespace: place.text, device: "lo", ...values };
  return { type: "LinkSettings", inputs, claims: [`settings ${place.kernel}`] };
};

const address: ResourceBuilder<"addresses"> = ({ devices }, slot, index) => {
  const on = devices.get(slot.on);
  if (!on || (slot.isV6 && !on.hasIpv6)) return undefined;
  const own = addressOn(on, slot, index);
  const ip = own.address.replace(/\/.*/, "");
  return {
    type: "Address",
    inputs: { namespace: on.at.text, device: on.name, ...own },
    claims: [`address ${on.at.kernel} ${ip}`, ...(slot.isV6 ? [] : [`inet ${on.key} ${ip}`])],
  };
};

const sysctl: ResourceBuilder<"sysctls"> = (
  { namespaces, devices },
  { on, at, key: number, value, restoreOnDelete },
) => {
  const device = on === undefined ? undefined : devices.get(on);
  const place = on === undefined ? namespaces.get(at) : device?.at;
  if (!place) return undefined;
  const table = device ? DEVICE_KEYS : KEYS;
  const [key, values] = table[number % table.length] ?? ["", []];
  if (device && !device.hasIpv6 && key.startsWith("net.ipv6")) return undefined;
  const own = { key: key.replace("DEVICE", device?.name ?? ""), value: values[value], restoreOnDelete };
  return {
    type: "Sysctl",
    inputs: { namespace: place.text, ...own },
    claims: [`sysctl ${device?.key ?? place.kernel} ${key}`],
  };
};

const route: ResourceBuilder<"routes"> = ({ namespaces, devices, held }, { at, on, isV6, net, type, mtu, ...key }) => {
  const device = on === undefined ? undefined : devices.get(on);
  const place = on === undefined ? namespaces.get(at) : device?.at;
  // One that leads to a device which the program has down waits.
  if (!place || (device && isV6 && !device.hasIpv6)) return undefined;
  if (device && !isV6 && mayLoseIpv4(device, held)) return undefined;
  const destination = isV6 ? `2001:db8:9${net}::/48` : `10.8.${net}.0/24`;
  const way = device ? { device: device.name, mtu } : { type };
  return {
    type: "Route",
    inputs: { namespace: place.text, destination, ...key, ...way },
    claims: [`route ${place.kernel} ${destination} ${key.metric} ${key.table}`],
  };
};

/** The kernel drops a device's IPv4 routes and neighbours with the last IPv4 address on it, and addresses leave at the end of a run. */
function mayLoseIpv4(device: Device, held: Claims): boolean {
  return [...held.keys()].some((claim) => claim.startsWith(`inet ${device.key} `));
}

const rule: ResourceBuilder<"rules"> = ({ namespaces }, { at, isV6, from, ...rest }) => {
  const place = namespaces.get(at);
  if (!place) return undefined;
  const family = isV6 ? "inet6" : undefined;
  const prefix = from && (isV6 ? `2001:db8:${from}::/48` : `10.${from}.0.0/16`);
  const inputs = { namespace: place.text, family, from: prefix, ...rest };
  return { type: "Rule", inputs, claims: [`rule ${place.kernel} ${JSON.stringify(inputs)}`] };
};

const neighbor: ResourceBuilder<"neighbors"> = ({ devices, held }, { on, isV6, host, mac, proxy }) => {
  const device = devices.get(on);
  if (!device || (isV6 ? !device.hasIpv6 : mayLoseIpv4(device, held))) return undefined;
  const ip = isV6 ? `2001:db8:77::${host}` : `10.77.0.${host}`;
  const own = { address: ip, mac: proxy ? undefined : `02:00:00:00:77:0${mac}`, proxy };
  return {
    type: "Neighbor",
    inputs: { namespace: device.at.text, device: device.name, ...own },
    claims: [`neighbor ${device.key} ${ip} ${proxy === true}`],
  };
};

const qdisc: ResourceBuilder<"qdiscs"> = ({ devices }, { on, handle, how }) => {
  const device = devices.get(on);
  if (!device) return undefined;
  const inputs = { namespace: device.at.text, device: device.name, handle, ...how };
  return { type: "Qdisc", inputs, claims: [`qdisc ${device.key}`] };
};

const firewall: ResourceBuilder<"firewalls"> = ({ namespaces }, { at, ...slot }) => {
  const place = namespaces.get(at);
  if (!place) return undefined;
  const inputs = { ...slot, namespace: place.text };
  return { type: "Firewall", inputs, claims: [`table ${place.kernel} ${slot.family ?? "inet"} ${slot.name}`] };
};

/** The list of slots, the beginning of its resources' logical names, and what makes one of a slot. */
function builderOf<K extends keyof Blueprint>(list: K, resource: string, part: ResourceBuilder<K>) {
  return { list, resource, part: part as ResourceBuilder<keyof Blueprint> };
}

/** In the order in which a program has them. */
export const RESOURCE_BUILDERS = [
  builderOf("ports", "port", port),
  builderOf("settings", "settings", settings),
  builderOf("addresses", "address", address),
  builderOf("sysctls", "sysctl", sysctl),
  builderOf("routes", "route", route),
  builderOf("rules", "rule", rule),
  builderOf("neighbors", "neighbor", neighbor),
  builderOf("qdiscs", "qdisc", qdisc),
  builderOf("firewalls", "firewall", firewall),
];
