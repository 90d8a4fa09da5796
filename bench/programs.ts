import { type Spoke, SWITCH, spokes } from "../test/support/inputs/star";
import type { Program } from "./contenders/engine";

/** Any lab as one resource. */
export const topology: Program = ({ shape, n }, isEdited) => `
    const netns = require("pulumi-netns");
    new netns.Topology("${shape.id}", ${JSON.stringify(shape.inputs(n, isEdited))});`;

/** The star out of a resource for each thing. */
export const singleResources: Program = ({ n }, isEdited) => {
  const [first, ...others] = spokes(n);
  return singleSpokes([{ ...first, ...(isEdited && { mtu: 1400 }) }, ...others]);
};

/** So much of it. `hub` is what makes the namespace in the middle, or only names it. */
export function singleSpokes(hosts: Partial<Spoke>[], hub = `new netns.Namespace("${SWITCH}")`): string {
  return `
    const netns = require("pulumi-netns");
    const hub = ${hub};
    for (const { name, port, address, mtu } of ${JSON.stringify(hosts)}) {
      const host = new netns.Namespace(name);
      const link = new netns.VethPair(name + "-link", {
        a: { name: "eth0", namespace: host.name, mtu },
        b: { name: port, namespace: hub.name },
      });
      new netns.Address(name + "-address", { namespace: host.name, device: link.a.name, address });
    }`;
}

/** The star as commands, with a resource for each thing too. `Command` is what `head` makes of it. */
export function commands(head: string): Program {
  return ({ n }) => `${head}
    const add = (name) => "ip netns add " + name + " && ip -n " + name + " link set lo up";
    const hub = new Command("${SWITCH}", { create: add("${SWITCH}"), delete: "ip netns del ${SWITCH}" });
    for (const { name, port, address } of ${JSON.stringify(spokes(n))}) {
      const host = new Command(name, { create: add(name), delete: "ip netns del " + name });
      const inside = "ip -n " + name;
      const pair = "name eth0 netns " + name + " up type veth peer name " + port + " netns ${SWITCH}";
      const link = new Command(name + "-link", {
        create: "ip link add " + pair + " && ip -n ${SWITCH} link set " + port + " up",
        delete: inside + " link del eth0",
      }, { dependsOn: [hub, host] });
      new Command(name + "-address", {
        create: inside + " address add " + address + " dev eth0",
        delete: inside + " address del " + address + " dev eth0",
      }, { dependsOn: link });
    }`;
}
