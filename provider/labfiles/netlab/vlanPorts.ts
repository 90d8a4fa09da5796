import { isObject, type Json, type Path } from "../../core/values";
import type { Link } from "./linkForms";
import type { Node } from "./nodes";
import type { Mode, Vlan, Vlans } from "./vlans";

/** What the ends of a link are in the VLANs that it names. */

export interface PortVlan {
  vlan: Vlan;
  mode: Mode;
  /** What the trunk says of it. */
  said: Json;
}

export interface Port {
  /** The VLAN of frames without a tag, of an access link. */
  access?: PortVlan;
  /** Of a trunk. */
  trunk?: PortVlan[];
}

export interface VlanLink {
  /** One for each end. */
  ports: Port[];
  /** The VLAN of ends that know of none. */
  untagged: Vlan | undefined;
  /** Where the VLAN of frames without a tag is said of a trunk. */
  native: Path | undefined;
}

const KEYS = new Set(["access", "trunk", "native", "mode"]);
const OF_TRUNK = new Set(["vlan", "mode", "ipv4", "ipv6"]);
const UNKNOWN = "nothing in the program stands for it";

type Told = (path: Path, why: string) => void;

/** Undefined: the link has nothing to do with VLANs. */
export function vlanLink(link: Link, vlans: Vlans, nodes: ReadonlyMap<string, Node>, tell: Told): VlanLink | undefined {
  if (!link.ends.some(({ node }) => vlans.knows(nodes.get(node)))) return undefined;
  const ofLink: Json = isObject(link.said.vlan) ? link.said.vlan : {};
  const named = (name: unknown, path: Path): Vlan | undefined => {
    if (name === undefined) return undefined;
    const vlan = vlans.get(String(name));
    if (!vlan) tell(path, `there is no VLAN ${name}`);
    return vlan;
  };
  let untagged: Vlan | undefined;
  let native: Path | undefined;
  const ports = link.ends.map(({ node: name, said, path }): Port => {
    const node = nodes.get(name);
    const own: Json = isObject(said.vlan) ? said.vlan : {};
    const all: Json = { ...ofLink, ...own };
    for (const [at, one] of [
      [link.path, ofLink],
      [path, own],
    ] as const)
      for (const key of Object.keys(one)) if (!KEYS.has(key)) tell([...at, "vlan", key], UNKNOWN);
    const at = (key: string) => [...(own[key] === undefined ? link.path : path), "vlan", key];
    const access = named(all.access, at("access"));
    const its = named(all.native, at("native"));
    untagged ??= access ?? its;
    if (its) native ??= at("native");
    if (!vlans.knows(node)) return {};
    if (access) return { access: { vlan: access, mode: vlans.modeOf(access.name, node, all.mode), said: {} } };
    if (all.trunk === undefined) return {};
    const trunk = trunkOf(all.trunk).flatMap(([one, more]): PortVlan[] => {
      const vlan = named(one, at("trunk"));
      for (const key of Object.keys(more)) if (!OF_TRUNK.has(key)) tell([...at("trunk"), one, key], UNKNOWN);
      const inLink = trunkOf(ofLink.trunk).find(([other]) => other === one)?.[1] ?? {};
      const mode = modeIn(more) ?? modeIn(inLink) ?? all.mode;
      return vlan ? [{ vlan, mode: vlans.modeOf(one, node, mode), said: { ...inLink, ...more } }] : [];
    });
    return { trunk };
  });
  return ports.every(({ access, trunk }) => !access && !trunk) ? undefined : { ports, untagged, native };
}

function trunkOf(said: unknown): [string, Json][] {
  if (Array.isArray(said)) return said.map((name) => [String(name), {}]);
  return isObject(said) ? Object.entries(said).map(([name, one]) => [name, isObject(one) ? one : {}]) : [];
}

function modeIn({ mode, vlan }: Json): unknown {
  return isObject(vlan) ? (vlan.mode ?? mode) : mode;
}

export function vlansOf({ access, trunk = [] }: Port): PortVlan[] {
  return [...(access ? [access] : []), ...trunk];
}

/** Whether more than plain cables comes of it. */
export function isSwitched({ ports }: VlanLink): boolean {
  return ports.some((port) => port.trunk || vlansOf(port).some(isBridged));
}

export function isBridged({ mode }: PortVlan): boolean {
  return mode !== "route";
}
