import type { Fault } from "../core/check";
import type { Path } from "../core/values";
import { withCarriers } from "./carriers";
import { type Condition, conditionFault, netemOf } from "./condition";
import type { Description } from "./description";
import { DeviceNames } from "./deviceNames";
import { type HostDescription, PLAIN } from "./hostFields";
import { splitEnd } from "./names";
import type { Cable, Drawn, End, Host, Network, Seat, Wiring } from "./plan";
import { cablesOfRegions, faultsOfRegions, routersOfRegions } from "./regions";
import type { SwitchDescription } from "./switchFields";

export function wire(lab: Description): Wiring {
  const { prefix = "" } = lab;
  const byHand: Record<string, HostDescription> = { ...routersOfRegions(lab), ...lab.hosts };
  const switches = new Map(Object.entries(lab.switches ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  const faults: Fault[] = [...switches.keys()]
    .filter((name) => Object.hasOwn(lab.hosts ?? {}, name))
    .map((name) => ({ path: ["switches", name], reason: "is the name of a host as well" }));
  faults.push(...faultsOfRegions(lab), ...faultsOfConditions(lab));
  const drawn = [...cablesOfSwitches(switches), ...cablesOfRegions(lab), ...cablesOfLinks(lab, switches)];
  const whole = drawn.filter((one) => {
    const wrong = faultsOf(one, switches);
    faults.push(...wrong);
    return wrong.length === 0;
  });
  const before = networksOf(switches, whole, []).of;
  const { said, drawn: sound, faults: ofCarriers } = withCarriers(byHand, whole, (one) => before.get(one));
  faults.push(...ofCarriers);
  const named = sound
    .flatMap(({ ends }) => ends.map((end) => splitEnd(end).node))
    .filter((name) => !switches.has(name));
  const names = new Set([...Object.keys(said).filter((name) => !switches.has(name)), ...named]);
  const hosts = new Map(
    [...names].map((name): [string, Host] => {
      return [name, { name, namespace: `${prefix}${name}`, said: said[name] ?? PLAIN, seats: [] }];
    }),
  );
  const devices = new DeviceNames(switches, prefix);
  const { networks, of: networkOf } = networksOf(switches, sound, faults);
  const cables = sound.map((one): Cable => {
    const isUp = (node: string) => one.up !== false && hosts.get(node)?.said.up !== false;
    const ends = devices.endsOf(one.ends, one.paths).map((end) => ({ ...end, isUp: isUp(end.node) })) as [End, End];
    const network = networkOf.get(one);
    for (const { node, device, of } of ends) {
      const host = of || !network ? undefined : hosts.get(node);
      if (!host || !network) continue;
      const seat: Seat = { host: node, device, network };
      host.seats.push(seat);
      network.seats.push(seat);
    }
    const own = ends.find(({ of }) => of)?.of?.mtu;
    const bytes = one.said.mtu ?? own;
    if (bytes !== undefined && network) network.mtu.push({ path: [...one.path, "mtu"], bytes });
    return { ends, mtu: bytes, netem: one.link && netemOf(one.link) };
  });
  faults.push(...devices.faults);
  return {
    hosts,
    switches: [...switches].map(([name, one]) => ({ name, ...devices.bridgeOf(name), said: one })),
    cables,
    networks,
    faults,
  };
}

function cablesOfSwitches(switches: ReadonlyMap<string, SwitchDescription>): Drawn[] {
  return [...switches].flatMap(([name, { hosts = [], link }]) => {
    const path = ["switches", name];
    return hosts.map((end, index): Drawn => {
      const paths: [Path, Path] = [
        [...path, "hosts", index],
        [...path, "hosts", index],
      ];
      return { ends: [end, name], paths, path, said: {}, link };
    });
  });
}

function cablesOfLinks({ links = [] }: Description, switches: ReadonlyMap<string, SwitchDescription>): Drawn[] {
  return links.map(({ between, link, up, ...said }, index): Drawn => {
    const path = ["links", index];
    const ends = between as [string, string];
    const at = ends.map((end) => switches.get(splitEnd(end).node)).find((one) => one);
    const paths: [Path, Path] = [
      [...path, "between", 0],
      [...path, "between", 1],
    ];
    return { ends, paths, path, said, link: link ?? at?.link, up };
  });
}

function faultsOf({ ends, paths, path, said }: Drawn, switches: ReadonlyMap<string, SwitchDescription>): Fault[] {
  const nodes = ends.map((end) => splitEnd(end).node);
  const [one = "", other = ""] = nodes;
  const isList = path[0] === "switches";
  const faults: Fault[] = [];
  if (isList && switches.has(one))
    faults.push({ path: paths[0], reason: "is a switch: join two switches by one of `links`" });
  if (!isList && one === other)
    faults.push({ path: paths[1], reason: "is the other end's own name: a cable joins two" });
  if (!isList && nodes.some((node) => switches.has(node))) {
    for (const key of ["subnet", "subnet6"] as const)
      if (said[key] !== undefined) faults.push({ path: [...path, key], reason: "is that of the switch: say it there" });
  }
  return faults;
}

function faultsOfConditions({ switches = {}, links = [] }: Description): Fault[] {
  const said: [Path, Condition | undefined][] = [
    ...Object.entries(switches).map(([name, { link }]): [Path, typeof link] => [["switches", name, "link"], link]),
    ...links.map(({ link }, index): [Path, typeof link] => [["links", index, "link"], link]),
  ];
  return said.flatMap(([path, link]) => {
    const wrong = link && conditionFault(link);
    return wrong ? [{ path: [...path, wrong.key], reason: wrong.reason }] : [];
  });
}

/** The network of each cable: one for all switches that are joined, and one for each cable between hosts. */
function networksOf(
  switches: ReadonlyMap<string, SwitchDescription>,
  drawn: readonly Drawn[],
  faults: Fault[],
): { networks: Network[]; of: Map<Drawn, Network> } {
  const groups = new Map([...switches.keys()].map((name) => [name, new Set([name])]));
  const nodesOf = ({ ends }: Drawn) => ends.map((end) => splitEnd(end).node);
  const loops: { at: string; path: Path }[] = [];
  for (const one of drawn) {
    const [a, b] = nodesOf(one).map((node) => groups.get(node));
    if (!a || !b) continue;
    if (a === b) loops.push({ at: [...a][0] ?? "", path: [...one.path, "between"] });
    const both = new Set([...a, ...b].sort());
    for (const name of both) groups.set(name, both);
  }
  for (const { at, path } of loops) {
    const all = [...(groups.get(at) ?? [])];
    if (all.some((name) => !switches.get(name)?.stp))
      faults.push({ path, reason: "closes a loop, in which frames never end: give all switches of it `stp: true`" });
  }
  const bySwitch = new Map<Set<string>, Network>();
  for (const group of new Set(groups.values())) {
    const [name = ""] = group;
    const places = [...group].map((one) => {
      const { subnet, subnet6 } = switches.get(one) ?? {};
      return { path: ["switches", one], subnet, subnet6 };
    });
    const mtu = [...group].flatMap((one) => {
      const bytes = switches.get(one)?.mtu;
      return bytes === undefined ? [] : [{ path: ["switches", one, "mtu"], bytes }];
    });
    bySwitch.set(group, { name, isCable: false, places, seats: [], mtu });
  }
  const seen = new Map<string, number>();
  const of = new Map(
    drawn.map((one): [Drawn, Network] => {
      const nodes = nodesOf(one);
      const group = nodes.map((node) => groups.get(node)).find((found) => found);
      const known = group && bySwitch.get(group);
      if (known) return [one, known];
      const pair = nodes.sort().join(":");
      const count = (seen.get(pair) ?? 0) + 1;
      seen.set(pair, count);
      const name = count === 1 ? pair : `${pair}:${count}`;
      const place = { path: one.path, subnet: one.said.subnet, subnet6: one.said.subnet6 };
      const shared = one.isShared && { isShared: true };
      return [one, { name, isCable: true, places: [place], seats: [], mtu: [], ...shared }];
    }),
  );
  return { networks: [...new Set([...bySwitch.values(), ...of.values()])], of };
}
