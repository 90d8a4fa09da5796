import { hasVlanFiltering } from "../../test/support/suites/kernelOptions";
import { type Lists, macOf, numbers, type Shape, type Vlan } from "./shape";

const HOSTS = "hosts";
const PORTS = 10;
const BRIDGE = "br0";
const TUNNEL = "vx0";

/** A host's cable: its number, its port's on the leaf, and how many leaves there are. */
interface Cable {
  number: number;
  port: number;
  leaf: number;
}

export const fabric: Shape = {
  id: "fabric",
  about: `N ports on bridges, ${PORTS} to one, each bridge in a namespace of its own (a leaf) with a VXLAN, which has a forwarding entry for each host of the next leaf; each port is in a VLAN, where the kernel has them (CONFIG_BRIDGE_VLAN_FILTERING).`,
  ns: [300],
  inputs: (n, isEdited) => {
    const cables = numbers(n).map(cable);
    const leaves = numbers(Math.ceil(n / PORTS));
    return {
      namespaces: [HOSTS, ...leaves.map(nameOf)].map((name) => ({ name })),
      vethPairs: cables.map(({ number, port, leaf }) => ({
        a: { name: `p${port}`, namespace: nameOf(leaf) },
        b: { name: `h${number}`, namespace: HOSTS },
      })),
      bridges: leaves.map((leaf) => ({
        namespace: nameOf(leaf),
        name: BRIDGE,
        ...(hasVlanFiltering && { vlanFiltering: true, defaultPvid: 0 }),
      })),
      vxlans: leaves.map((leaf) => ({
        namespace: nameOf(leaf),
        name: TUNNEL,
        vni: 100,
        local: placeOf(leaf),
        learning: false,
        fdb: entries(leaf, leaves.length, cables),
      })),
      bridgePorts: [
        ...leaves.map((leaf) =>
          portOf(
            leaf,
            TUNNEL,
            numbers(PORTS).map((port) => ({ vid: 10 + port })),
          ),
        ),
        ...cables.map(({ number, port, leaf }) => ({
          ...portOf(leaf, `p${port}`, [{ vid: 10 + port, pvid: true, untagged: true }]),
          ...(isEdited && number === 1 && { cost: 5 }),
        })),
      ],
    };
  },
  hand(n) {
    const last = nameOf(cable(n).leaf);
    return `nsenter --net=/run/netns/${last} bridge fdb del ${macOf(1)} dev ${TUNNEL} dst ${placeOf(1)}`;
  },
};

function cable(number: number): Cable {
  return { number, port: ((number - 1) % PORTS) + 1, leaf: Math.ceil(number / PORTS) };
}

/** Where the hosts of the next leaf are; the last one's next is the first. */
function entries(leaf: number, leaves: number, cables: Cable[]) {
  const next = (leaf % leaves) + 1;
  return cables
    .filter((one) => one.leaf === next)
    .map(({ number }) => ({ mac: macOf(number), destination: placeOf(next) }));
}

function portOf(leaf: number, device: string, vlans: Vlan[]): NonNullable<Lists["bridgePorts"]>[number] {
  return { namespace: nameOf(leaf), bridge: BRIDGE, device, ...(hasVlanFiltering && { vlans }) };
}

function nameOf(leaf: number): string {
  return `leaf${leaf}`;
}

/** The leaf's address in the network that the tunnels go through. */
function placeOf(leaf: number): string {
  return `192.168.${leaf >> 8}.${leaf & 255}`;
}
