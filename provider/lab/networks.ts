import type { Path } from "../core/values";
import { splitEnd } from "./names";
import type { Drawn, LabFault, Leg, Network, PortVlans } from "./plan";
import { USUAL_VLAN } from "./portVlans";
import type { SwitchDescription } from "./switchFields";

const ADVERTISED = "routerAdvertisements";

type Switches = ReadonlyMap<string, SwitchDescription>;
/** Of each switch, all that are joined to it, and itself. */
type Groups = Map<string, Set<string>>;

interface Networks {
  networks: Network[];
  /** What each cable carries; of one between switches nothing is asked. */
  of: Map<Drawn, Leg[]>;
  portOf(one: Drawn): PortVlans | undefined;
  hasVlans(name: string): boolean;
}

const nodesOf = ({ ends }: Drawn) => ends.map((end) => splitEnd(end).node);

/** The networks of each cable: one of each VLAN for all switches that are joined, and one for each cable between hosts. */
export function networksOf(switches: Switches, drawn: readonly Drawn[], faults: LabFault[]): Networks {
  const all = new Map(drawn.map((one) => [one, nodesOf(one).filter((node) => switches.has(node))]));
  const groups = joined([...switches.keys()], [...all.values()]);
  faults.push(...loopFaults(switches, all, groups));
  const vlans = new Map([...new Set(groups.values())].map((group) => [group, vlansIn(group, switches, all)]));
  const vlansAt = (name = "") => vlans.get(groups.get(name) ?? new Set()) ?? [];
  const portOf = (one: Drawn): PortVlans | undefined => {
    const at = all.get(one) ?? [];
    const known = vlansAt(at[0]);
    return known.length === 0 ? undefined : portIn(one, at.length === 2 ? known : []);
  };
  const bySwitch = new Map<string, Network>();
  for (const [group, own] of vlans) {
    for (const vid of [USUAL_VLAN, ...own]) {
      const carrying = [...all].filter(([one]) => own.length === 0 || carries(portOf(one), vid)).map(([, at]) => at);
      const parts = new Set(joined([...group], carrying).values());
      for (const part of parts) {
        const network = networkOf([...part], vid, switches, own.length > 0);
        for (const name of part) bySwitch.set(`${name}:${vid}`, network);
      }
    }
  }
  const cables = new Map<string, number>();
  const of = new Map(
    drawn.map((one): [Drawn, Leg[]] => {
      const [name] = all.get(one) ?? [];
      if (name === undefined) return [one, [{ network: cableOf(one, cables) }]];
      const { untagged, tagged } = portOf(one) ?? { untagged: USUAL_VLAN, tagged: [] };
      const leg = (vid: number, tag?: number): Leg[] => {
        const network = bySwitch.get(`${name}:${vid}`);
        return network ? [{ network, ...(tag !== undefined && { tag }) }] : [];
      };
      return [one, [...(untagged === undefined ? [] : leg(untagged)), ...tagged.flatMap((vid) => leg(vid, vid))]];
    }),
  );
  const ofCables = [...of.values()].flat().map(({ network }) => network);
  return {
    networks: [...new Set([...bySwitch.values(), ...ofCables])],
    ...{ of, portOf, hasVlans: (name: string) => vlansAt(name).length > 0 },
  };
}

/** Groups of names that pairs join. */
function joined(names: readonly string[], pairs: readonly string[][]): Groups {
  const groups: Groups = new Map(names.map((name) => [name, new Set([name])]));
  for (const pair of pairs) {
    const [a, b] = pair.map((name) => groups.get(name));
    if (!a || !b || a === b) continue;
    const both = new Set([...a, ...b].sort());
    for (const name of both) groups.set(name, both);
  }
  return groups;
}

function loopFaults(switches: Switches, drawn: ReadonlyMap<Drawn, string[]>, groups: Groups): LabFault[] {
  const before: string[][] = [];
  return [...drawn].flatMap(([{ path }, [one, other]]): LabFault[] => {
    if (one === undefined || other === undefined) return [];
    const known = joined([...switches.keys()], before);
    before.push([one, other]);
    const isSafe = [...(groups.get(one) ?? [])].every((name) => switches.get(name)?.stp);
    if (known.get(one) !== known.get(other) || isSafe) return [];
    const reason = "closes a loop, in which frames never end: give all switches of it `stp: true`";
    return [{ path: [...path, "between"], reason, needs: ["joins"] }];
  });
}

/** The VLANs that a group of switches knows of, besides that of frames without a tag. */
function vlansIn(group: ReadonlySet<string>, switches: Switches, drawn: ReadonlyMap<Drawn, string[]>): number[] {
  const ofSwitches = [...group].flatMap((name) => Object.keys(switches.get(name)?.vlans ?? {}).map(Number));
  const near = [...drawn].filter(([, at]) => at.some((name) => group.has(name)));
  const ofCables = near.flatMap(([{ vlan, vlans = [] }]) => [...vlans, ...(vlan === undefined ? [] : [vlan])]);
  const all = new Set([...ofSwitches, ...ofCables]);
  all.delete(USUAL_VLAN);
  return [...all].sort((a, b) => a - b);
}

/** What a cable's port is in; `others`: the VLANs that it carries where it does not say which. */
function portIn({ vlan, vlans }: Drawn, others: readonly number[]): PortVlans {
  if (vlan !== undefined) return { untagged: vlan, tagged: [] };
  if (!vlans) return { untagged: USUAL_VLAN, tagged: [...others] };
  const tagged = [...new Set(vlans)].filter((vid) => vid !== USUAL_VLAN).sort((a, b) => a - b);
  return { untagged: vlans.includes(USUAL_VLAN) ? USUAL_VLAN : undefined, tagged };
}

function carries(port: PortVlans | undefined, vid: number): boolean {
  return port !== undefined && (port.untagged === vid || port.tagged.includes(vid));
}

function networkOf(names: readonly string[], vid: number, switches: Switches, hasVlans: boolean): Network {
  const [first = ""] = names;
  const isUsual = vid === USUAL_VLAN;
  const all = names.flatMap((name): Network["places"] => {
    const one = switches.get(name);
    const { subnet, subnet6 } = (isUsual ? one : one?.vlans?.[vid]) ?? {};
    return [{ path: placeOf(name, vid), subnet, subnet6 }];
  });
  const mtu = names.flatMap((name) => {
    const bytes = switches.get(name)?.mtu;
    return bytes === undefined ? [] : [{ path: ["switches", name, "mtu"], bytes }];
  });
  const advertising = names.find((name) => {
    const one = switches.get(name);
    return (isUsual ? one : one?.vlans?.[vid])?.routerAdvertisements;
  });
  const isSaid = all.some(({ subnet, subnet6 }) => subnet !== undefined || subnet6 !== undefined);
  return {
    name: isUsual ? first : `${first}:${vid}`,
    ...{ isCable: false, places: all, seats: [], mtu },
    ...(advertising !== undefined && { advertised: [...placeOf(advertising, vid), ADVERTISED] }),
    ...(hasVlans && !isSaid && { isOptional: true }),
  };
}

function placeOf(name: string, vid: number): Path {
  return vid === USUAL_VLAN ? ["switches", name] : ["switches", name, "vlans", String(vid)];
}

function cableOf(one: Drawn, seen: Map<string, number>): Network {
  const pair = nodesOf(one).sort().join(":");
  const count = (seen.get(pair) ?? 0) + 1;
  seen.set(pair, count);
  const place = { path: one.path, subnet: one.said.subnet, subnet6: one.said.subnet6 };
  return {
    name: count === 1 ? pair : `${pair}:${count}`,
    ...{ isCable: true, places: [place], seats: [], mtu: [] },
    ...(one.said.routerAdvertisements && { advertised: [...one.path, ADVERTISED] }),
    ...(one.isShared && { isShared: true }),
  };
}
