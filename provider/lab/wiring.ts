import type { Path } from "../core/values";
import { withCarriers } from "./carriers";
import { netemOf } from "./condition";
import type { Description } from "./description";
import { DeviceNames } from "./deviceNames";
import { type HostDescription, PLAIN } from "./hostFields";
import { splitEnd } from "./names";
import { networksOf } from "./networks";
import type { Cable, Drawn, End, Host, LabFault, Seat, VlanDevice, Wiring } from "./plan";
import { cablesOfRegions, faultsOfRegions, routersOfRegions } from "./regions";
import type { SwitchDescription } from "./switchFields";
import { faultsOfCable, faultsOfWords } from "./wordFaults";

export function wire(lab: Description): Wiring {
  const { prefix = "" } = lab;
  const byHand: Record<string, HostDescription> = { ...routersOfRegions(lab), ...lab.hosts };
  const switches = new Map(Object.entries(lab.switches ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
  const faults: LabFault[] = [...faultsOfWords(lab), ...faultsOfRegions(lab)];
  const drawn = [...cablesOfSwitches(switches), ...cablesOfRegions(lab), ...cablesOfLinks(lab, switches)];
  const whole = drawn.filter((one) => {
    const wrong = faultsOfCable(one, switches);
    faults.push(...wrong);
    return wrong.length === 0;
  });
  const before = networksOf(switches, whole, []).of;
  const {
    said,
    drawn: sound,
    customers,
    faults: ofCarriers,
  } = withCarriers(byHand, whole, (one) => before.get(one) ?? []);
  faults.push(...ofCarriers);
  const named = sound
    .flatMap(({ ends }) => ends.map((end) => splitEnd(end).node))
    .filter((name) => !switches.has(name));
  const names = new Set([...Object.keys(said).filter((name) => !switches.has(name)), ...named]);
  const hosts = new Map(
    [...names].map((name): [string, Host] => {
      const saidOf = customers.get(name) ?? name;
      return [name, { name, saidOf, namespace: `${prefix}${name}`, said: said[name] ?? PLAIN, seats: [] }];
    }),
  );
  const devices = new DeviceNames(switches, prefix);
  const { networks, of: legsOf, portOf, hasVlans } = networksOf(switches, sound, faults);
  const vlans: VlanDevice[] = [];
  const cables = sound.map((one): Cable => {
    const isUp = (node: string) => one.up !== false && hosts.get(node)?.said.up !== false;
    const ends = devices.endsOf(one.ends, one.paths).map((end) => ({ ...end, isUp: isUp(end.node) })) as [End, End];
    const legs = legsOf.get(one) ?? [];
    const own = ends.find(({ of }) => of)?.of?.mtu;
    const bytes = one.said.mtu ?? own;
    for (const { network, tag } of legs) {
      for (const [index, end] of ends.entries()) {
        const host = end.of ? undefined : hosts.get(end.node);
        if (!host) continue;
        const vlan = tag === undefined ? undefined : devices.vlanOn(end, tag, one.paths[index as 0 | 1]);
        if (vlan) vlans.push(vlan);
        const seat: Seat = {
          host: end.node,
          device: vlan?.name ?? end.device,
          network,
          ...(vlan && { parent: end.device }),
        };
        host.seats.push(seat);
        network.seats.push(seat);
      }
      if (bytes !== undefined) network.mtu.push({ path: [...one.path, "mtu"], bytes });
    }
    const port = portOf(one);
    return { ends, mtu: bytes, netem: one.link && netemOf(one.link), ...(port && { port }) };
  });
  faults.push(...devices.faults);
  return {
    hosts,
    switches: [...switches].map(([name, one]) => ({
      name,
      ...devices.bridgeOf(name),
      said: one,
      hasVlans: hasVlans(name),
    })),
    cables,
    vlans,
    networks: networks.filter(({ isOptional, seats }) => !isOptional || seats.length > 0),
    faults,
  };
}

function cablesOfSwitches(switches: ReadonlyMap<string, SwitchDescription>): Drawn[] {
  return [...switches].flatMap(([name, { hosts = [], vlans = {}, link }]) => {
    const path = ["switches", name];
    const cables = (ends: string[], at: Path, vlan?: { vlan: number }) =>
      ends.map((end, index): Drawn => {
        const own = [...at, "hosts", index];
        return { ends: [end, name], paths: [own, own], path, said: {}, link, ...vlan };
      });
    const ofVlans = Object.entries(vlans).flatMap(([id, one]) =>
      cables(one.hosts ?? [], [...path, "vlans", id], { vlan: Number(id) }),
    );
    return [...cables(hosts, path), ...ofVlans];
  });
}

function cablesOfLinks({ links = [] }: Description, switches: ReadonlyMap<string, SwitchDescription>): Drawn[] {
  return links.map(({ between, link, up, vlan, vlans, ...said }, index): Drawn => {
    const path = ["links", index];
    const ends = between as [string, string];
    const at = ends.map((end) => switches.get(splitEnd(end).node)).find((one) => one);
    const paths: [Path, Path] = [
      [...path, "between", 0],
      [...path, "between", 1],
    ];
    return { ends, paths, path, said, link: link ?? at?.link, up, vlan, vlans };
  });
}
