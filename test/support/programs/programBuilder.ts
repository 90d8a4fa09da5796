import type { Json } from "../../../provider/core/values";
import type { Blueprint } from "./blueprint";
import { BRIDGES, MACVLANS, TAPS, VXLANS } from "./blueprintFields";
import type { Program, Resource } from "./program";
import { type Claims, type Device, type Place, RESOURCE_BUILDERS, type Slot } from "./resourceBuilders";

/** The program of these slots, next on a host where another one is up whose claims are `held`. */
export function programOf(all: Blueprint, held: Claims = new Map()): { program: Program; claims: Claims } {
  return new Builder(held).build(all);
}

/**
 * What another resource claims in the program before comes after that one, which has another claim now. Where that one has
 * left, or cannot be named yet, it is left out: the engine deletes what has left a program at the end, so the name is
 * refused ("resource … of this stack already has it").
 */
class Builder {
  private readonly claims = new Map<string, string>();
  private readonly program: Resource[] = [];
  private readonly namespaces = new Map<number, Place>([[0, { text: undefined, kernel: "" }]]);
  private readonly devices = new Map<number, Device>();

  constructor(private readonly held: Claims) {}

  build(all: Blueprint) {
    const { namespaces, pairs, bridges, vxlans, macvlans, taps } = all;
    for (const [index, slot] of namespaces.entries()) if (slot) this.namespace(`net${index}`, index + 1, slot);
    for (const [number, at] of this.namespaces) {
      const facts = { hasIpv6: true, isLoopback: true, isUp: true };
      this.devices.set(number, { name: "lo", at, key: `${at.kernel}/lo`, ...facts });
    }
    for (const [index, slot] of pairs.entries()) if (slot) this.pair(`link${index}`, index, slot);
    for (const [index, slot] of bridges.entries()) if (slot) this.bridge(`bridge${index}`, index, slot);
    for (const [index, slot] of vxlans.entries()) if (slot) this.vxlan(`vxlan${index}`, index, slot);
    for (const [index, slot] of macvlans.entries()) if (slot) this.macvlan(`macvlan${index}`, index, slot);
    for (const [index, slot] of taps.entries()) if (slot) this.tap(`tap${index}`, index, slot);
    const world = { namespaces: this.namespaces, devices: this.devices, held: this.held };
    for (const { list, resource, part } of RESOURCE_BUILDERS) {
      all[list].forEach((slot, index) => {
        const made = slot && part(world, slot, index);
        if (made) this.take({ type: made.type, name: `${resource}${index}`, inputs: made.inputs }, made.claims);
      });
    }
    return { program: this.program, claims: this.claims };
  }

  private take(resource: Resource, claims: string[]): boolean {
    const { name } = resource;
    if (claims.some((claim, index) => claims.indexOf(claim) !== index || this.claims.has(claim))) return false;
    const after = [...new Set(claims.map((claim) => this.held.get(claim) ?? name))].filter((holder) => holder !== name);
    if (!after.every((holder) => this.program.some((one) => one.name === holder))) return false;
    for (const claim of claims) this.claims.set(claim, name);
    this.program.push({ ...resource, inputs: present(resource.inputs), ...(after.length > 0 && { after }) });
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
    const [a, b] = [this.namespaces.get(slot.aAt), this.namespaces.get(slot.bAt)];
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
        at: key === "a" ? a : b,
        key: keys[number] ?? "",
        // The kernel takes IPv6 off a device whose packets are smaller than RFC 8200 demands.
        hasIpv6: (ends[key].mtu ?? 1500) >= 1280,
        isLoopback: false,
        isUp: ends[key].up !== false,
        mtu: ends[key].mtu,
      });
    });
  }

  private bridge(name: string, index: number, { at, ...slot }: Slot<"bridges">): void {
    const inputs = { ...slot, mac: slot.mac && `02:00:00:00:1${index}:0${slot.mac}` };
    this.device(BRIDGES + index, { type: "Bridge", name, inputs }, this.namespaces.get(at));
  }

  /** A device in a place, with what it claims besides its name. */
  private device(number: number, { inputs, ...rest }: Resource, at: Place | undefined, claims: string[] = []): void {
    if (!at) return;
    const own = [`device ${at.kernel}/${inputs.name}`, ...claims];
    if (this.take({ ...rest, inputs: { ...inputs, namespace: at.text } }, own))
      this.stand(number, rest.name, at, inputs);
  }

  /** A device that others can be on. With no carrier of its own it never ends the detection of IPv6 addresses. */
  private stand(number: number, resource: string, at: Place, { name, up }: Json): void {
    const facts = { hasIpv6: false, isLoopback: false, isUp: up !== false };
    this.devices.set(number, { name: `\${${resource}.name}`, at, key: `${at.kernel}/${name}`, ...facts });
  }

  private vxlan(name: string, index: number, { at, ...inputs }: Slot<"vxlans">): void {
    const place = this.namespaces.get(at);
    this.device(VXLANS + index, { type: "Vxlan", name, inputs }, place, [`vni ${place?.kernel} ${inputs.vni}`]);
  }

  /** A device has either macvlans on it or a bridge that it is a port of. */
  private macvlan(name: string, index: number, { on, ...slot }: Slot<"macvlans">): void {
    const parent = this.devices.get(on);
    if (!parent?.isUp) return;
    const mac = slot.mac && `02:00:00:00:2${index}:0${slot.mac}`;
    const inputs = { ...slot, parent: parent.name, mac, mtu: parent.mtu };
    this.device(MACVLANS + index, { type: "Macvlan", name, inputs }, parent.at, [`port ${parent.key}`]);
  }

  private tap(name: string, index: number, { at, ...inputs }: Slot<"taps">): void {
    this.device(TAPS + index, { type: "Tap", name, inputs }, this.namespaces.get(at));
    // One that carries packets only is no port of a bridge.
    if (inputs.mode === "tun") this.devices.delete(TAPS + index);
  }
}

function present(inputs: Json): Json {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
