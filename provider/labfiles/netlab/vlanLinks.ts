import type { Subnet } from "../../core/subnet";
import { pathText } from "../../core/values";
import type { CableDraft } from "../draft";
import type { Link } from "./linkForms";
import { addressesOf, type Context, conditionOf, type End, mtuOf, prefixesOf, switchName } from "./linkParts";
import type { Key } from "./pools";
import { isBridged, type Port, type VlanLink, vlansOf } from "./vlanPorts";
import type { Vlan } from "./vlans";

const MIXED = "routes VLANs of it besides those that it bridges, which no switch of `lab` does: those are left out";
const TAGGED = "frames between the switches have the tag of their VLAN";
const NO_COMMON = "its ends have no VLAN in common";

type Ended = End & { port: Port };

/** A link in VLANs as cables to switches, in whose ports the VLANs are. */
export function addVlanLink(link: Link, number: number, all: readonly End[], about: VlanLink, context: Context): void {
  const { file, draft, switches } = context;
  const { path, said } = link;
  const ends = all.map((end): Ended => ({ ...end, port: about.ports[end.index] ?? {} }));
  const [first, ...others] = ends.filter(({ port }) => vlansOf(port).some(isBridged));
  const { mtu, unlike } = mtuOf(link, ends, context);
  for (const { node } of unlike) file.leave(path, `the MTU of ${node} is not that of all ends`);
  const shape = { ...(mtu !== undefined && { mtu }), ...conditionOf(said.tc, file, path) };
  const hub = first ? switches.of(first.node) : switchName(draft, said, number);
  if (!first) draft.switches.set(hub, {});
  if (about.native && ends.filter(({ port }) => port.trunk).length > 1) file.leave(about.native, TAGGED);
  for (const { of, port } of first ? [first, ...others] : []) {
    if (vlansOf(port).some((one) => !isBridged(one))) file.leave(path, `its end ${of.name} ${MIXED}`);
    for (const { mode, vlan } of vlansOf(port)) if (mode === "irb") switches.addInterface(of, vlan);
  }
  for (const { node, port } of others) {
    const shared = bridgedIn(port).filter((vid) => first && bridgedIn(first.port).includes(vid));
    if (port.access) file.leave(path, TAGGED);
    if (shared.length === 0) file.leave(path, NO_COMMON);
    else switches.addTrunk([hub, switches.of(node)], { ...shape, vlans: shared }, path);
  }
  const rest = ends.filter((end) => end !== first && !others.includes(end));
  for (const end of rest) {
    draft.hosts.get(end.node)?.add(end.device, "cable");
    const own = { vlan: about.untagged, hub, shape, hasBridge: first !== undefined };
    if (end.port.trunk) addTagged(link, end, own, context);
    else addUntagged(link, end, own, context);
  }
}

interface Own {
  /** That of frames without a tag. */
  vlan: Vlan | undefined;
  hub: string;
  shape: Partial<CableDraft>;
  hasBridge: boolean;
}

function addUntagged(link: Link, end: End, { vlan, hub, shape }: Own, context: Context): void {
  const { node, device } = end;
  if (!vlan) return void context.file.leave(link.path, `its end ${node} is in no VLAN`);
  const made = context.draft.hosts.get(node)?.devices.get(device);
  for (const address of addressesOf(asLan(link), end.index, end.of, vlan.prefix, context))
    made?.addresses.push({ address });
  context.switches.addPort(end, hub, vlan, shape);
}

/** A host with a device for each VLAN. */
function addTagged(link: Link, end: Ended, { hub, shape, hasBridge }: Own, context: Context): void {
  const { draft, later } = context;
  const { node, device, port, of, index } = end;
  const trunk = [...(port.trunk ?? [])].sort((a, b) => (a.vlan.name < b.vlan.name ? -1 : 1));
  draft.cables.push({
    ends: [
      { node, device },
      { node: hub, device: "" },
    ],
    ...shape,
    vlans: trunk.map(({ vlan }) => vlan.id).sort((a, b) => a - b),
  });
  for (const { vlan, said } of trunk) {
    const made = draft.hosts.get(node)?.add(`${device}.${vlan.id}`, "cable");
    const ends = link.ends.map((one, at) => ({ ...one, said: at === index ? said : {} }));
    const member = { ...link, ends, said: { pool: vlan.said.pool } };
    // netlab gives those their prefixes when all other links have theirs.
    later.push(() => {
      const subnets = hasBridge ? vlan.prefix : memberPrefix(link, vlan, context);
      const like = hasBridge ? asLan(member) : member;
      for (const address of addressesOf(like, index, of, subnets, context)) made?.addresses.push({ address });
    });
  }
}

/** That of a link's VLAN which nobody bridges: one for all of its ends. */
function memberPrefix(link: Link, { name, said }: Vlan, context: Context): Partial<Record<Key, Subnet>> {
  const key = `${pathText(link.path)} ${name}`;
  const made = context.members.get(key) ?? prefixesOf({ ...link, said: { pool: said.pool } }, context);
  context.members.set(key, made);
  return made;
}

function bridgedIn(port: Port): number[] {
  return vlansOf(port)
    .filter(isBridged)
    .map(({ vlan }) => vlan.id)
    .sort((a, b) => a - b);
}

function asLan(link: Link): Link {
  return { ...link, said: { ...link.said, type: "lan" } };
}
