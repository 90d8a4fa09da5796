import type { Json } from "../../provider/core/values";
import { addressOn } from "./slotAddress";
import { BRIDGES, MACVLANS, TAPS, VXLANS } from "./slotFields";
import type { Slots } from "./slots";
import { DEVICE_KEYS, KEYS } from "./sysctlKeys";
import type { Resource, Topology } from "./topology";

/** Who has what there is only once: a name, an address, a setting. */
export type Claims = ReadonlyMap<string, string>;

export interface Device {
  /** The text that a program writes for the device's name. */
  name: string;
  namespace: string | undefined;
  /** Its name in the kernel, after that of its namespace. */
  key: string;
  kernelNamespace: string;
  hasIpv6: boolean;
  isLoopback: boolean;
  isUp: boolean;
  mtu?: number | undefined;
}

type Slot<K extends keyof Slots> = NonNullable<Slots[K][number]>;

/** A namespace, by the text that a program writes for its name, and by that name. */
interface Place {
  text: string | undefined;
  kernel: string;
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
  private readonly namespaces = new Map<number, Place>([[0, { text: undefined, kernel: "" }]]);
  private readonly devices = new Map<number, Device>();

  constructor(private readonly held: Claims) {}

  build(all: Slots) {
    const { namespaces, pairs, bridges, vxlans, macvlans, taps, ports } = all;
    for (const [index, slot] of namespaces.entries()) if (slot) this.namespace(`net${index}`, index + 1, slot);
    for (const [number, { text, kernel }] of this.namespaces) {
      const facts = { namespace: text, kernelNamespace: kernel, hasIpv6: true, isLoopback: true, isUp: true };
      this.devices.set(number, { name: "lo", key: `${kernel}/lo`, ...facts });
    }
    for (const [index, slot] of pairs.entries()) if (slot) this.pair(`link${index}`, index, slot);
    for (const [index, slot] of bridges.entries()) if (slot) this.bridge(`bridge${index}`, index, slot);
    for (const [index, slot] of vxlans.entries()) if (slot) this.vxlan(`vxlan${index}`, index, slot);
    for (const [index, slot] of macvlans.entries()) if (slot) this.macvlan(`macvlan${index}`, index, slot);
    for (const [index, slot] of taps.entries()) if (slot) this.tap(`tap${index}`, index, slot);
    for (const [index, slot] of ports.entries()) if (slot) this.port(`port${index}`, slot);
    this.onDevices(all);
    return { program: this.program, claims: this.claims };
  }

  /** What no other resource stands on. */
  private onDevices(all: Slots): void {
    const { settings, addresses, sysctls, routes, rules, neighbors, qdiscs, firewalls } = all;
    for (const [index, slot] of settings.entries()) if (slot) this.settings(`settings${index}`, slot);
    for (const [index, slot] of addresses.entries()) if (slot) this.address(`address${index}`, index, slot);
    for (const [index, slot] of sysctls.entries()) if (slot) this.sysctl(`sysctl${index}`, slot);
    for (const [index, slot] of routes.entries()) if (slot) this.route(`route${index}`, slot);
    for (const [index, slot] of rules.entries()) if (slot) this.rule(`rule${index}`, slot);
    for (const [index, slot] of neighbors.entries()) if (slot) this.neighbor(`neighbor${index}`, slot);
    for (const [index, slot] of qdiscs.entries()) if (slot) this.qdisc(`qdisc${index}`, slot);
    for (const [index, slot] of firewalls.entries()) if (slot) this.firewall(`firewall${index}`, slot);
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
  private namespace(name: string, number: number, slot: Slot<"namespaces">): void {
    const kernel = number === 3 ? name : slot.name;
    const inputs = number === 3 ? { loopbackUp: slot.loopbackUp } : slot;
    if (!this.take({ type: "Namespace", name, inputs }, [`namespace ${kernel}`])) return;
    this.namespaces.set(number, { text: `\${${name}.name}`, kernel });
  }

  private pair(name: string, index: number, slot: Slot<"pairs">): void {
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
        mtu: ends[key].mtu,
      });
    });
  }

  private bridge(name: string, index: number, { at, ...slot }: Slot<"bridges">): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const key = `${place.kernel}/${slot.name}`;
    const inputs = { ...slot, namespace: place.text, mac: slot.mac && `02:00:00:00:1${index}:0${slot.mac}` };
    if (!this.take({ type: "Bridge", name, inputs }, [`device ${key}`])) return;
    this.stand(BRIDGES + index, name, place, slot);
  }

  /** A device that others can be on. With no carrier of its own it never ends the detection of IPv6 addresses. */
  private stand(
    number: number,
    resource: string,
    { text, kernel }: Place,
    { name, up }: { name: string; up?: boolean | undefined },
  ): void {
    const where = { namespace: text, kernelNamespace: kernel, key: `${kernel}/${name}` };
    const facts = { hasIpv6: false, isLoopback: false, isUp: up !== false };
    this.devices.set(number, { name: `\${${resource}.name}`, ...where, ...facts });
  }

  private vxlan(name: string, index: number, { at, ...slot }: Slot<"vxlans">): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const key = `${place.kernel}/${slot.name}`;
    const inputs = { ...slot, namespace: place.text };
    if (!this.take({ type: "Vxlan", name, inputs }, [`device ${key}`, `vni ${place.kernel} ${slot.vni}`])) return;
    this.stand(VXLANS + index, name, place, slot);
  }

  /** A device has either macvlans on it or a bridge that it is a port of. */
  private macvlan(name: string, index: number, { on, ...slot }: Slot<"macvlans">): void {
    const parent = this.devices.get(on);
    if (!parent?.isUp) return;
    const { namespace, kernelNamespace, mtu } = parent;
    const key = `${kernelNamespace}/${slot.name}`;
    const mac = slot.mac && `02:00:00:00:2${index}:0${slot.mac}`;
    const inputs = { ...slot, namespace, parent: parent.name, mac, mtu };
    if (!this.take({ type: "Macvlan", name, inputs }, [`device ${key}`, `port ${parent.key}`])) return;
    this.stand(MACVLANS + index, name, { text: namespace, kernel: kernelNamespace }, slot);
  }

  /** One that carries packets only is no port of a bridge. */
  private tap(name: string, index: number, { at, ...slot }: Slot<"taps">): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const key = `${place.kernel}/${slot.name}`;
    const isTaken = this.take({ type: "Tap", name, inputs: { ...slot, namespace: place.text } }, [`device ${key}`]);
    if (!isTaken || slot.mode === "tun") return;
    this.stand(TAPS + index, name, place, slot);
  }

  private port(name: string, { bridge, on, ...options }: Slot<"ports">): void {
    const [master, device] = [this.devices.get(BRIDGES + bridge), this.devices.get(on)];
    if (!master || !device || master.kernelNamespace !== device.kernelNamespace) return;
    const inputs = { namespace: master.namespace, bridge: master.name, device: device.name, ...options };
    this.take({ type: "BridgePort", name, inputs }, [`port ${device.key}`]);
  }

  private settings(name: string, { at, ...values }: Slot<"settings">): void {
    const place = this.namespaces.get(at);
    if (!place || Object.values(values).every((value) => value === undefined)) return;
    const inputs = { namespace: place.text, device: "lo", ...values };
    this.take({ type: "LinkSettings", name, inputs }, [`settings ${place.kernel}`]);
  }

  private route(name: string, { at, on, isV6, net, type, ...rest }: Slot<"routes">): void {
    const device = on === undefined ? undefined : this.devices.get(on);
    const place =
      on === undefined ? this.namespaces.get(at) : device && { text: device.namespace, kernel: device.kernelNamespace };
    // A route that leads to a device is there as long as that is up.
    if (!place || (device && (!device.isUp || (isV6 && !device.hasIpv6)))) return;
    // The kernel drops a device's IPv4 routes with the last IPv4 address on it, and addresses leave at the end of a run.
    if (device && !isV6 && [...this.held.keys()].some((claim) => claim.startsWith(`inet ${device.key} `))) return;
    const { mtu, ...key } = rest;
    const destination = isV6 ? `2001:db8:9${net}::/48` : `10.8.${net}.0/24`;
    const way = device ? { device: device.name, mtu } : { type };
    const inputs = { namespace: place.text, destination, ...key, ...way };
    this.take({ type: "Route", name, inputs }, [`route ${place.kernel} ${destination} ${key.metric} ${key.table}`]);
  }

  private rule(name: string, { at, isV6, from, ...rest }: Slot<"rules">): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const family = isV6 ? "inet6" : undefined;
    const prefix = from && (isV6 ? `2001:db8:${from}::/48` : `10.${from}.0.0/16`);
    const inputs = { namespace: place.text, family, from: prefix, ...rest };
    this.take({ type: "Rule", name, inputs }, [`rule ${place.kernel} ${family} ${rest.priority}`]);
  }

  private address(name: string, index: number, slot: Slot<"addresses">): void {
    const on = this.devices.get(slot.on);
    if (!on || (slot.isV6 && !on.hasIpv6)) return;
    const own = addressOn(on, slot, index);
    const inputs = { namespace: on.namespace, device: on.name, ...own };
    const ip = own.address.replace(/\/.*/, "");
    const claims = [`address ${on.kernelNamespace} ${ip}`, ...(slot.isV6 ? [] : [`inet ${on.key} ${name}`])];
    this.take({ type: "Address", name, inputs }, claims);
  }

  /** The kernel forgets those of a device that goes down. */
  private neighbor(name: string, { on, isV6, host, mac, proxy }: Slot<"neighbors">): void {
    const device = this.devices.get(on);
    if (!device?.isUp || (isV6 && !device.hasIpv6)) return;
    const address = isV6 ? `2001:db8:77::${host}` : `10.77.0.${host}`;
    const lladdr = proxy ? undefined : `02:00:00:00:77:0${mac}`;
    const inputs = { namespace: device.namespace, device: device.name, address, mac: lladdr, proxy };
    this.take({ type: "Neighbor", name, inputs }, [`neighbor ${device.key} ${address} ${proxy === true}`]);
  }

  private qdisc(name: string, { on, handle, how }: Slot<"qdiscs">): void {
    const device = this.devices.get(on);
    if (!device) return;
    const inputs = { namespace: device.namespace, device: device.name, handle, ...how };
    this.take({ type: "Qdisc", name, inputs }, [`qdisc ${device.key}`]);
  }

  private firewall(name: string, { at, ...slot }: Slot<"firewalls">): void {
    const place = this.namespaces.get(at);
    if (!place) return;
    const inputs = { ...slot, namespace: place.text };
    this.take({ type: "Firewall", name, inputs }, [`table ${place.kernel} ${slot.family ?? "inet"} ${slot.name}`]);
  }

  private sysctl(name: string, slot: Slot<"sysctls">): void {
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

function present(inputs: Json): Json {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
