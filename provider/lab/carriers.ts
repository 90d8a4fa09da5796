import type { Fault } from "../core/check";
import { type HostDescription, PLAIN } from "./hostFields";
import { NONE, splitEnd } from "./names";
import type { Drawn, Leg } from "./plan";

/** The second router of `nat: "cgnat"`: a carrier's, between the customer's and its gateway. */

type Described = Record<string, HostDescription>;

interface WithCarriers {
  said: Described;
  drawn: Drawn[];
  /** The customers by the names of their carriers' routers. */
  customers: Map<string, string>;
  faults: Fault[];
}

export function withCarriers(
  said: Described,
  drawn: readonly Drawn[],
  legsOf: (one: Drawn) => readonly Leg[],
): WithCarriers {
  const all: WithCarriers = { said: { ...said }, drawn: [...drawn], customers: new Map(), faults: [] };
  const nodes = new Set([...Object.keys(said), ...drawn.flatMap(({ ends }) => ends.map((end) => splitEnd(end).node))]);
  for (const [name, host] of Object.entries(said)) {
    const { nat, gateway = NONE } = host;
    if (nat !== "cgnat" || !host.forwarding) continue;
    const near = new Set(
      drawn
        .filter((one) => endOf(one, gateway) >= 0)
        .flatMap(legsOf)
        .map(({ network }) => network),
    );
    const uplink = drawn.find((one) => endOf(one, name) >= 0 && legsOf(one).some(({ network }) => near.has(network)));
    if (!uplink) continue;
    const carrier = `${name}-carrier`;
    const path = ["hosts", name, "nat"];
    if (nodes.has(carrier)) {
      all.faults.push({ path, reason: "makes a router `HOST-carrier`, and there is one of that name already" });
      continue;
    }
    const own = uplink.ends[endOf(uplink, name)] ?? name;
    const ends = uplink.ends.map((end) => (end === own ? carrier : end)) as [string, string];
    all.drawn[drawn.indexOf(uplink)] = { ...uplink, ends };
    all.drawn.push({ ends: [own, carrier], paths: [path, path], path, said: {}, link: undefined, isShared: true });
    all.customers.set(carrier, name);
    all.said[name] = { ...host, gateway: carrier, nat: "home" };
    all.said[carrier] = { ...PLAIN, forwarding: true, gateway, nat: "fullCone" };
  }
  return all;
}

function endOf({ ends }: Drawn, name: string): number {
  return ends.findIndex((end) => splitEnd(end).node === name);
}
