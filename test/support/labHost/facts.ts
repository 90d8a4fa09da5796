import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../../provider/core/values";
import type { LabHost } from "./labHost";
import { comparable, type Network, snapshot } from "./snapshot";

/** What the second reader sees, each fact by its name: `net0: link veth0 mtu`. */
export type Facts = Map<string, unknown>;

/** The facts of a whole host that do not differ from one making of the same lab to the next. */
export async function factsOf(host: LabHost): Promise<Facts> {
  const facts: Facts = new Map();
  for (const [name, network] of Object.entries(comparable(await snapshot(host), GIVEN))) {
    for (const [fact, value] of factsIn(network as Network)) facts.set(`${name}: ${fact}`, value);
  }
  return facts;
}

/** The names of the facts that differ, in order. */
export function differences(before: Facts, after: Facts): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => !isDeepStrictEqual(before.get(name), after.get(name))).sort();
}

/** MAC addresses that begin so are given by tests: no other is told from the next. */
const GIVEN = { includes: (mac: string) => mac.startsWith("02:00:00:00:") } as readonly string[];

function* factsIn({
  links,
  addresses,
  routes,
  rules,
  sysctls,
  inet6,
  fdb,
  vlans,
  neighbors,
  qdiscs,
  tables,
}: Network): Generator<[string, unknown]> {
  for (const { ifname, ...facts } of links) {
    yield* leavesOf(facts, `link ${ifname}`);
  }
  for (const { ifname, addr_info, ...facts } of addresses) {
    for (const [key, value] of Object.entries(facts)) yield [`address ${ifname} ${key}`, value];
    for (const info of addr_info as { local: string; prefixlen: number }[]) {
      yield [`address ${ifname} has ${info.local}/${info.prefixlen}`, info];
    }
  }
  for (const route of routes) yield [`route ${route}`, true];
  for (const rule of rules) yield [`rule ${JSON.stringify(rule)}`, true];
  for (const line of sysctls) {
    const [key, value] = line.split(/ = (.*)/s);
    yield [`sysctl ${key}`, value];
  }
  for (const neighbor of neighbors) yield [`neighbor ${neighbor}`, true];
  for (const { dev, root, parent, ...facts } of qdiscs)
    yield* leavesOf(facts, `qdisc ${dev} ${root ? "root" : parent}`);
  for (const table of tables) yield [`table ${/^table (.*) \{/.exec(table)?.[1]}`, table];
  for (const line of inet6) yield [`inet6 ${line}`, true];
  for (const line of fdb) yield [`fdb ${line}`, true];
  for (const { ifname, vlans: own } of vlans) {
    for (const { vlan, flags } of own as { vlan: number; flags?: string[] }[]) yield [`vlan ${ifname} ${vlan}`, flags];
  }
}

/** What a type of links has of its own is nested. */
function* leavesOf(row: object, name: string): Generator<[string, unknown]> {
  for (const [key, value] of Object.entries(row)) {
    if (isObject(value)) yield* leavesOf(value, `${name} ${key}`);
    else yield [`${name} ${key}`, value];
  }
}
