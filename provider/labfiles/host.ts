import { canonicalIp, networkOf, parseCidr } from "../core/ip";
import { numberIn, parseSubnet } from "../core/subnet";
import type { Json } from "../core/values";

/** A host as a file and its commands make it, in the words of our kinds, before any of them is written. */

export interface Device {
  name: string;
  /** `none`: the file has it, and we have no kind for it. */
  type: "cable" | "bridge" | "vlan" | "vxlan" | "dummy" | "macvlan" | "veth" | "loopback" | "none";
  /** Why there is none. */
  why?: string;
  /** What its kind takes, without name and namespace. */
  inputs: Json;
  /** What LinkSettings takes, of a device whose kind is not asked for it. */
  settings: Json;
  addresses: Json[];
  /** The bridge that it is a port of, and what BridgePort takes besides. */
  port?: { bridge: string; inputs: Json };
  /** As a port, or a bridge itself: what `bridge vlan` has made of its VLANs. Absent: nothing. */
  vlans?: Map<number, { pvid: boolean; untagged: boolean }>;
}

export interface Chain {
  /** Of a base chain, in the words of nft. */
  hook?: string;
  policy?: string;
  rules: string[];
}

export class HostDraft {
  readonly devices = new Map<string, Device>();
  readonly routes: Json[] = [];
  readonly rules: Json[] = [];
  readonly neighbors: Json[] = [];
  readonly sysctls = new Map<string, string | number>();
  readonly qdiscs: Json[] = [];
  /** Tables of nft by family and name, with their chains. */
  readonly tables = new Map<string, { family: string; name: string; chains: Map<string, Chain> }>();
  /** Where the file says nothing of it, a host with several networks forwards: containers do. */
  forwards: boolean | undefined;

  constructor(readonly name: string) {
    this.add("lo", "loopback");
  }

  add(name: string, type: Device["type"], inputs: Json = {}): Device {
    const device: Device = { name, type, inputs, settings: {}, addresses: [] };
    this.devices.set(name, device);
    return device;
  }

  addNone(name: string, why: string): void {
    this.add(name, "none").why = why;
  }

  get addresses(): Json[] {
    return [...this.devices.values()].flatMap(({ name, addresses }) =>
      addresses.map((address): Json => ({ device: name, ...address })),
    );
  }

  /** The device that leads to an address without a router. */
  deviceTo(address: string): string | undefined {
    for (const { name, addresses } of this.devices.values())
      for (const one of addresses) if (isOn(String(one.address), address) || one.peer === address) return name;
    return undefined;
  }
}

function isOn(cidr: string, address: string): boolean {
  const parsed = parseCidr(cidr);
  const subnet = parsed && parseSubnet(networkOf(parsed.address, parsed.prefixLength));
  return subnet !== undefined && canonicalIp(address) !== undefined && numberIn(subnet, address) !== undefined;
}
