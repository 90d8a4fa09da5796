import { isDeepStrictEqual } from "node:util";
import { isObject, type Path } from "../../core/values";
import type { CableDraft, Draft } from "../draft";
import type { LabFile } from "../labFile";
import type { Link } from "./linkForms";
import type { Node } from "./nodes";
import { addressOf, FAMILIES } from "./pools";
import { isBridged, vlanLink, vlansOf } from "./vlanPorts";
import type { Vlan, Vlans } from "./vlans";

/** The VLAN of frames without a tag. */
const UNTAGGED = 1;

/** The switches that nodes with VLANs are: `lab` has those apart from the hosts that route between the VLANs. */
export class VlanSwitches {
  /** Of each node that bridges. */
  private readonly names = new Map<string, string>();
  private readonly routing = new Set<string>();
  private readonly trunks: { cable: CableDraft; path: Path }[] = [];

  constructor(
    private readonly file: LabFile,
    private readonly draft: Draft,
    readonly vlans: Vlans,
    links: readonly Link[],
    nodes: ReadonlyMap<string, Node>,
  ) {
    const used = new Set<string>();
    for (const link of links) {
      const ports = vlanLink(link, vlans, nodes, () => undefined)?.ports;
      for (const [index, { node }] of link.ends.entries()) {
        const all = vlansOf(ports?.[index] ?? {});
        for (const { vlan } of all) used.add(`${node} ${vlan.name}`);
        if (all.some(isBridged)) this.names.set(node, node);
        if (all.length === 0 || all.some(({ mode }) => mode !== "bridge")) this.routing.add(node);
      }
    }
    for (const { name, said, path } of [...nodes.values()].filter((node) => vlans.knows(node)))
      for (const vlan of isObject(said.vlans) ? Object.keys(said.vlans) : [])
        if (!used.has(`${name} ${vlan}`)) file.leave([...path, "vlans", vlan], `no port of ${name} is in it`);
    const taken = new Set(nodes.keys());
    for (const name of this.names.keys()) {
      if (!this.isHost(name)) continue;
      const free = [`${name}-sw`, `${name}-switch`, `${name}-vlans`].find((one) => !taken.has(one)) ?? `${name}-bridge`;
      taken.add(free);
      this.names.set(name, free);
    }
  }

  /** Whether a node has addresses: one that only bridges is a switch. */
  isHost(name: string): boolean {
    return !this.names.has(name) || this.routing.has(name);
  }

  /** The switch that a node is, or that stands beside it. */
  of(node: string): string {
    const name = this.names.get(node) ?? node;
    if (!this.draft.switches.has(name)) this.draft.switches.set(name, {});
    return name;
  }

  /** The device of a node that routes between VLANs, as netlab calls it, once. */
  addInterface({ name: node, id, said }: Node, vlan: Vlan): void {
    const host = this.draft.hosts.get(node);
    const device = `vlan${vlan.id}`;
    if (!host || host.devices.has(device)) return;
    const made = host.add(device, "cable");
    const own = isObject(said.vlans) ? said.vlans[vlan.name] : undefined;
    for (const key of FAMILIES) {
      const address = addressOf(isObject(own) ? own[key] : undefined, vlan.prefix[key], BigInt(id));
      if (address !== undefined) made.addresses.push({ address });
    }
    this.addPort({ node, device }, this.of(node), vlan);
  }

  /** A host's cable to a switch, in a VLAN. */
  addPort({ node, device }: CableDraft["ends"][number], name: string, { id }: Vlan, more: Partial<CableDraft> = {}) {
    const ends: CableDraft["ends"] = [
      { node, device },
      { node: name, device: "" },
    ];
    this.draft.cables.push({ ends, ...more, ...(id !== UNTAGGED && { vlan: id }) });
  }

  addTrunk([a, b]: [string, string], more: Partial<CableDraft>, path: Path): void {
    const ends: CableDraft["ends"] = [
      { node: a, device: "" },
      { node: b, device: "" },
    ];
    const cable: CableDraft = { ends, ...more };
    this.draft.cables.push(cable);
    this.trunks.push({ cable, path });
  }

  /** In a loop frames never end; here one tree stands for all VLANs. */
  close(): void {
    const group = new Map<string, string>();
    const rootOf = (name: string): string => {
      const other = group.get(name);
      return other === undefined ? name : rootOf(other);
    };
    const isAlike = this.trunks.every(({ cable }) => isDeepStrictEqual(cable.vlans, this.trunks[0]?.cable.vlans));
    for (const { cable, path } of this.trunks) {
      const [a = "", b = ""] = cable.ends.map(({ node }) => rootOf(node));
      const twin = this.trunks.find(
        (one) => one.cable !== cable && isDeepStrictEqual(one.cable.ends, cable.ends),
      )?.cable;
      if (a !== b) group.set(a, b);
      else if (!isAlike && twin && this.draft.cables.includes(twin)) {
        twin.vlans = [...new Set([...(twin.vlans ?? []), ...(cable.vlans ?? [])])].sort((one, other) => one - other);
        this.draft.cables.splice(this.draft.cables.indexOf(cable), 1);
        this.file.leave(path, "its VLANs are on the other cable between its ends: two would close a loop");
      } else if (isAlike) {
        for (const name of this.names.values()) Object.assign(this.draft.switches.get(name) ?? {}, { stp: true });
        this.file.leave(path, "it closes a loop of switches, which run the spanning tree protocol in the program");
      } else {
        this.draft.cables.splice(this.draft.cables.indexOf(cable), 1);
        this.file.leave(path, "it closes a loop of switches, and `lab` has none for some of their VLANs alone");
      }
    }
  }
}
