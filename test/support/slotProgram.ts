import type { Json } from "../../provider/core/values";
import type { Slots } from "./slots";
import { DEVICE_KEYS, KEYS } from "./sysctlKeys";
import type { Resource, Topology } from "./topology";

/** The number of the first bridge among the devices. */
export const BRIDGES = 10;

/** Who has what there is only once: a name, an address, a setting. */
export type Claims = ReadonlyMap<string, string>;

interface Device {
  /** The text that a program writes for the device's name. */
  name: string;
  namespace: string | undefined;
  /** Its name in the kernel, after that of its namespace. */
  key: string;
  kernelNamespace: string;
  hasIpv6: boolean;
  isLoopback: boolean;
  isUp: boolean;
}

/** The program of these slots, next on a host where another one is up whose claims are `held`. */
export function programOf(all: Slots, held: Claims = new Map()): { program: Topology; claims: Claims } {
  return new Builder(held).build(all);
}

/**
 * What is claimed in the program before by another resource is left out: the engine deletes what has left a program at
 * the end, so a name that moves between two resources is refused ("resource … of this stack has it already"), and with
 * two that both stay it hangs on which of them is first.
 */
class Builder {
  private readonly claims = new Map<string, string>();
  private readonly program: Resource[] = [];
  private readonly namespaces = new Map<number, { text: string | undefined; kernel: string }>([
    [0, { text: undefined, kernel: "" }],
  ]);
  private readonly devices = new Map<number, Device>();

  constructor(private readonly held: Claims) {}

  build({ namespaces, pairs, bridges, ports, settings, addresses, sysctls, routes, rules }: Slots) {
    for (const [index, slot] of namespaces.entries()) if (slot) this.namespace(`net${index}`, index + 1, slot);
    for (const [number, { text, kernel }] of this.namespaces) {
      const facts = { namespace: text, kernelNamespace: kernel, hasIpv6: true, isLoopback: true, isUp: true };
      this.devices.set(number, { name: "lo", key: `${kernel}/lo`, ...facts });
    }
    for (const [index, slot] of pairs.entries()) if (slot) this.pair(`link${index}`, index, slot);
    for (const [index, slot] of bridges.entries()) if (slot) this.bridge(`bridge${index}`, index, slot);
    for (const [index, slot] of ports.entries()) if (slot) this.port(`port${index}`, slot);
    for (const [index, slot] of settings.entries()) if (slot) this.settings(`settings${index}`, slot);
    for (const [index, slot] of addresses.entries()) if (slot) this.address(`address${index}`, index, slot);
    for (const [index, slot] of sysctls.entries()) if (slot) this.sysctl(`sysctl${index}`, slot);
    for (const [index, slot] of routes.entries()) if (slot) this.route(`route${index}`, slot);
    for (const [index, slot] of rules.entries()) if (slot) this.rule(`rule${index}`, slot);
    return { program: this.program, claims: this.claims };
  }

  private take(resource: Resource, claims: string[]): boolean {
    const { name } = resource;
    const isFree = claims.every(
      (claim, index) =>
        claims.indexOf(claim) === index && !this.claims.has(claim) && (this.held.get(claim) ?? name) === name,
    );
    if (!isFree) return false;
    for (const claim of claims) this.claims.set(claim, name);
    this.program.push({ ...resource, inputs: present(resource.inputs) });
    return true;
  }

  /** The last slot never has a name: one that leaves the program stays, so that an alias replaces nothing. */
  private namespace(name: string, number: number, slot: NonNullable<Slots["namespaces"][number]>): void {
    const kernel = number === 3 ? name : slot.name;
    const inputs = number === 3 ? { loopbackUp: slot.loopbackUp } : slot;
    if (!this.take({ type: "Namespace", name, inputs }, [`namespace ${kernel}`])) return;
    this.namespaces.set(number, { text: `\${${name}.name}`, kernel });
  }

  private pair(name: string, index: number, slot: NonNullable<Slots["pairs"][number]>): void {
    const places = [this.namespaces.get(slot.aAt), this.namespaces.get(slot.bAt)];
    const [a, b] = places;
    if (!a || !b) return;
    const end = (key: "a" | "b", at: typeof a, number: number) => ({
      name: slot[`${key}.name`],
      namespace: at.text,
      // No two ends ever have the same, or their link-local addresses would meet.
      mac: slot[`${key}.mac`] && `02:00:00:00:0${index}:${number}${slot[`${key}.mac`]}`,
      mtu: slot[`${key}.mtu`],
      up: slot[`${key}.up`],
    });
    const ends = { a: end("a", a, 0), b: end("b", b, 1) };
    const keys = [`${a.kernel}/${ends.a.name}`, `${b.kernel}/${ends.b.name}`];
    const inputs = { a: present(ends.a), b: present(ends.b) };
    if (
      !this.take(
        { type: "VethPair", name, inputs },
        keys.map((key) => `device ${key}`),
      )
    )
      return;
    (["a", "b"] as const).forEach((key, number) => {
      this.devices.set(4 + 2 * index + number, {
        name: `\${${name}.${key}.name}`,
        namespace: places[number]?.text,
        key: keys[number] ?? "",
        kernelNamespace: places[number]?.kernel ?? "",
        // The kernel takes IPv6 off a device whose packets are smaller than RFC 8200 demands.
        hasIpv6: (ends[key].mtu ?? 1500) >= 1280,
        isLoopback: false,
        isUp: ends[key].up !== false,
      });
    });
  }

  private bridge(name: string, index: number, { at, ...slot }: NonNullable<Slots["bridges"][number]>): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const key = `${place.kernel}/${slot.name}`;
    const inputs = { ...slot, namespace: place.text, mac: slot.mac && `02:00:00:00:1${index}:0${slot.mac}` };
    if (!this.take({ type: "Bridge", name, inputs }, [`device ${key}`])) return;
    // Without a port that is up it never comes into operation, and so never ends the detection of IPv6 addresses.
    const facts = { hasIpv6: false, isLoopback: false, isUp: slot.up !== false };
    const where = { namespace: place.text, kernelNamespace: place.kernel };
    this.devices.set(BRIDGES + index, { name: `\${${name}.name}`, key, ...where, ...facts });
  }

  private port(name: string, { bridge, on, ...options }: NonNullable<Slots["ports"][number]>): void {
    const [master, device] = [this.devices.get(BRIDGES + bridge), this.devices.get(on)];
    if (!master || !device || master.kernelNamespace !== device.kernelNamespace) return;
    const inputs = { namespace: master.namespace, bridge: master.name, device: device.name, ...options };
    this.take({ type: "BridgePort", name, inputs }, [`port ${device.key}`]);
  }

  private settings(name: string, { at, ...values }: NonNullable<Slots["settings"][number]>): void {
    const place = this.namespaces.get(at);
    if (!place || Object.values(values).every((value) => value === undefined)) return;
    const inputs = { namespace: place.text, device: "lo", ...values };
    this.take({ type: "LinkSettings", name, inputs }, [`settings ${place.kernel}`]);
  }

  private route(name: string, { at, on, isV6, net, type, ...rest }: NonNullable<Slots["routes"][number]>): void {
    const device = on === undefined ? undefined : this.devices.get(on);
    const place =
      on === undefined ? this.namespaces.get(at) : device && { text: device.namespace, kernel: device.kernelNamespace };
    // A route that leads to a device is there as long as that is up.
    if (!place || (device && (!device.isUp || (isV6 && !device.hasIpv6)))) return;
    const { mtu, ...key } = rest;
    const destination = isV6 ? `2001:db8:9${net}::/48` : `10.8.${net}.0/24`;
    const way = device ? { device: device.name, mtu } : { type };
    const inputs = { namespace: place.text, destination, ...key, ...way };
    this.take({ type: "Route", name, inputs }, [`route ${place.kernel} ${destination} ${key.metric} ${key.table}`]);
  }

  private rule(name: string, { at, isV6, from, ...rest }: NonNullable<Slots["rules"][number]>): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const family = isV6 ? "inet6" : undefined;
    const prefix = from && (isV6 ? `2001:db8:${from}::/48` : `10.${from}.0.0/16`);
    const inputs = { namespace: place.text, family, from: prefix, ...rest };
    this.take({ type: "Rule", name, inputs }, [`rule ${place.kernel} ${family} ${rest.priority}`]);
  }

  private address(name: string, index: number, slot: NonNullable<Slots["addresses"][number]>): void {
    const on = this.devices.get(slot.on);
    if (!on || (slot.isV6 && !on.hasIpv6)) return;
    const own = slot.isV6 ? inet6(slot, index) : inet(slot, on);
    const inputs = { namespace: on.namespace, device: on.name, ...own };
    const ip = own.address.replace(/\/.*/, "");
    this.take({ type: "Address", name, inputs }, [`address ${on.kernelNamespace} ${ip}`]);
  }

  private sysctl(name: string, slot: NonNullable<Slots["sysctls"][number]>): void {
    const on = slot.on === undefined ? undefined : this.devices.get(slot.on);
    const at =
      slot.on === undefined ? this.namespaces.get(slot.at) : on && { text: on.namespace, kernel: on.kernelNamespace };
    if (!at) return;
    const table = on ? DEVICE_KEYS : KEYS;
    const [key, values] = table[slot.key % table.length] ?? ["", []];
    if (on && !on.hasIpv6 && key.startsWith("net.ipv6")) return;
    const inputs = {
      namespace: at.text,
      key: key.replace("DEVICE", on?.name ?? ""),
      value: values[slot.value],
      restoreOnDelete: slot.restoreOnDelete,
    };
    this.take({ type: "Sysctl", name, inputs }, [`sysctl ${on?.key ?? at.kernel} ${key}`]);
  }
}

type AddressSlot = NonNullable<Slots["addresses"][number]>;

/** The kernel refuses two scopes in one network of a device, so that goes with the network. */
function inet({ net, host, isAlone, peer, broadcast, label, scope }: AddressSlot, on: Device) {
  if (on.isLoopback) {
    const address = net === 0 ? `127.0.0.${host + 1}/8` : `10.9.0.${host}/32`;
    return {
      address,
      label: label === undefined ? undefined : `${on.name}${label}`,
      scope: net === 0 ? undefined : scope,
    };
  }
  const ofNetwork = net === 0 ? (scope === "global" ? scope : undefined) : "link";
  return {
    address: `10.0.${net}.${host}/${isAlone ? 32 : 24}`,
    peer: peer && `10.1.${net}.${peer}`,
    broadcast: broadcast && `10.0.${net}.${broadcast}`,
    label: label === undefined ? undefined : `${on.name}${label}`,
    scope: isAlone && peer === undefined ? scope : ofNetwork,
  };
}

/** Each slot has addresses of its own, so that no detection finds another one's. */
function inet6({ net, isAlone, noDad }: AddressSlot, index: number) {
  return { address: `2001:db8:${net + 1}::${index + 1}/${isAlone ? 128 : 64}`, noDad };
}

function present(inputs: Json): Json {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
