import type { Path } from "../core/values";
import { type Condition, conditionFault } from "./condition";
import type { Description } from "./description";
import { splitEnd } from "./names";
import type { Drawn, LabFault } from "./plan";
import type { SwitchDescription } from "./switchFields";

/** What is wrong with words beside each other, before anything is joined. */

export function faultsOfWords(lab: Description): LabFault[] {
  const { hosts = {}, switches = {}, regions = {} } = lab;
  const ofSwitches = Object.entries(switches).flatMap(
    ([name, { hosts: ends = [], vlans = {}, datapath, openvswitch }]) => {
      const path = ["switches", name];
      const faults: LabFault[] = faultsOfEnds(ends, path);
      if (Object.hasOwn(hosts, name)) faults.push({ path, reason: "is the name of a host as well" });
      if (datapath !== undefined && !openvswitch)
        faults.push({
          path: [...path, "datapath"],
          reason: "is one of Open vSwitch: say `openvswitch: true` as well",
          needs: ["joins"],
        });
      return [
        ...faults,
        ...Object.entries(vlans).flatMap(([id, one]) => faultsOfEnds(one.hosts, [...path, "vlans", id])),
      ];
    },
  );
  const ofRegions = Object.entries(regions).flatMap(([name, one]) => faultsOfEnds(one.hosts, ["regions", name]));
  return [...ofSwitches, ...ofRegions, ...faultsOfConditions(lab)];
}

/** Two cables of one host are told from each other by its devices. */
function faultsOfEnds(ends: readonly string[] = [], path: Path): LabFault[] {
  const reason = "is in the list already: a second cable of this host needs the name of a device, `HOST:DEVICE`";
  return repeated(ends).map((index) => ({ path: [...path, "hosts", index], reason }));
}

/** Where a list says what it has said before. */
function repeated(list: readonly unknown[]): number[] {
  return list.flatMap((one, index) => (list.indexOf(one) < index ? [index] : []));
}

export function faultsOfCable(
  { ends, paths, path, said, vlan, vlans }: Drawn,
  switches: ReadonlyMap<string, SwitchDescription>,
): LabFault[] {
  const nodes = ends.map((end) => splitEnd(end).node);
  const [one = "", other = ""] = nodes;
  const isList = path[0] === "switches";
  const faults: LabFault[] = [];
  if (isList && switches.has(one))
    faults.push({ path: paths[0], reason: "is a switch: join two switches by one of `links`" });
  if (!isList && one === other)
    faults.push({ path: paths[1], reason: "is the other end's own name: a cable joins two" });
  if (!isList && nodes.some((node) => switches.has(node))) {
    for (const key of ["subnet", "subnet6", "routerAdvertisements"] as const)
      if (said[key] !== undefined && said[key] !== false)
        faults.push({ path: [...path, key], reason: "is that of the switch: say it there" });
  }
  const count = nodes.filter((node) => switches.has(node)).length;
  for (const [key, value] of Object.entries({ vlan, vlans })) {
    if (value === undefined || isList) continue;
    const refuse = (reason: string, needs?: LabFault["needs"]) =>
      faults.push({ path: [...path, key], reason, ...(needs && { needs }) });
    if (count === 0) refuse("is of a switch's port, and neither end is one", ["joins"]);
    else if (count === 2 && key === "vlan")
      refuse("is of a host's port: of the cable between two switches say `vlans`");
    else if (key === "vlans" && vlan !== undefined) refuse("is given besides `vlan`, which is all that the port is in");
    if (key === "vlans")
      for (const index of repeated(vlans ?? []))
        faults.push({ path: [...path, key, index], reason: "is in the list already" });
  }
  return faults;
}

function faultsOfConditions({ switches = {}, links = [] }: Description): LabFault[] {
  const said: [Path, Condition | undefined][] = [
    ...Object.entries(switches).map(([name, { link }]): [Path, typeof link] => [["switches", name, "link"], link]),
    ...links.map(({ link }, index): [Path, typeof link] => [["links", index, "link"], link]),
  ];
  return said.flatMap(([path, link]) => {
    const wrong = link && conditionFault(link);
    return wrong ? [{ path: [...path, wrong.key], reason: wrong.reason }] : [];
  });
}
