import type { LabHost } from "../test/support/labHost/labHost";
import type { Lists } from "./shapes/shape";

/** What a lab has in one of its namespaces. */
interface Here extends Partial<Lists> {
  devices: number;
  devicesUp: number;
}

/** How many lines a command prints where all of it is there. */
const COUNTS: Record<string, (here: Here) => number> = {
  "ip -o link": ({ devices }) => devices,
  "ip -o link show up": ({ devicesUp }) => devicesUp,
  "ip -o link show type bridge_slave": ({ bridgePorts }) => lengthOf(bridgePorts),
  "ip -o address show scope global": ({ addresses }) => lengthOf(addresses),
  "ip -o route show table all proto static": ({ routes }) => lengthOf(routes),
  // The kernel's own are three of IPv4 and two of IPv6.
  "(ip rule; ip -6 rule)": ({ rules }) => 5 + lengthOf(rules),
  "ip neighbor show nud permanent": ({ neighbors }) => lengthOf(neighbors),
  "bridge fdb | grep ' dst '": ({ vxlans = [] }) => vxlans.reduce((sum, { fdb }) => sum + fdb.length, 0),
  // The kernel's own have the handle 0.
  "tc qdisc | grep -v ' 0: dev'": ({ qdiscs }) => lengthOf(qdiscs),
  "nft list tables": ({ firewalls }) => lengthOf(firewalls),
};

/**
 * Throws unless a lab is there: all its namespaces, and in the first and the last of them as many things of each sort
 * as it has there, with its value the last setting of each.
 */
export async function mustBeUp(host: LabHost, lists: Lists): Promise<void> {
  const names = lists.namespaces.map(({ name }) => name);
  await mustSay(host, [], { "ls /run/netns | wc -l": String(names.length) });
  for (const name of new Set([names[0], names.at(-1)])) {
    const here = within(name ?? "", lists);
    const counts = Object.entries(COUNTS).map(([command, count]) => [`${command} | wc -l`, String(count(here))]);
    const { key = "kernel.ostype", value = "Linux" } = here.sysctls?.at(-1) ?? {};
    const wanted = { ...Object.fromEntries(counts), [`sysctl -n ${key} | tr '\\t' ' '`]: String(value) };
    await mustSay(host, ["nsenter", `--net=/run/netns/${name}`, "--"], wanted);
  }
}

/** Runs commands of one line each behind words that lead to where they are to run. */
async function mustSay(host: LabHost, door: readonly string[], wanted: Record<string, string>): Promise<void> {
  const said = await host.run([...door, "sh", "-c", Object.keys(wanted).join("\n")]);
  const lines = said.trim().split("\n");
  const wrong = Object.entries(wanted).flatMap(([command, text], index) =>
    lines[index] === text ? [] : [`\`${[...door, command].join(" ")}\` says ${lines[index]} and not ${text}`],
  );
  if (wrong.length > 0) throw new Error(`Not all is up: ${wrong.join(", ")}`);
}

function within(namespace: string, { namespaces, vethPairs = [], ...others }: Lists): Here {
  const isHere = (one: { namespace: string }) => one.namespace === namespace;
  const here: Partial<Lists> = Object.fromEntries(
    Object.entries(others).map(([name, list]) => [name, list.filter(isHere)]),
  );
  const ends = vethPairs.flatMap(({ a, b }) => [a, b]).filter(isHere);
  const made = ends.length + lengthOf(here.bridges) + lengthOf(here.vxlans);
  const hasLoopback = namespaces.some(({ name, loopbackUp = true }) => name === namespace && loopbackUp);
  return { ...here, devices: 1 + made, devicesUp: (hasLoopback ? 1 : 0) + made };
}

function lengthOf(list: readonly unknown[] = []): number {
  return list.length;
}
