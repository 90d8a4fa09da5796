import { type Kernel, withReadCache } from "../kernel/kernel";
import type { Hop, Packet, Way } from "../kernel/packet";
import { compareWithStack, keysOf } from "../live/compare";
import { graphWithFacts, type HostFacts, readFacts } from "../live/facts";
import { readRulesets } from "../live/rulesets";
import { deviceAt } from "../model/graph";
import { reach } from "../model/reach/reach";
import type { Reach, Hop as Step } from "../model/reach/types";
import type { Resource } from "../model/resources";

/**
 * The way of a packet on the host as it is now, and that of its answer. Only the hosts on it are looked at, and those that
 * are cabled to them, one after the other; of many ways that are asked for by one cache, each host once.
 */
export async function wayOf(kernel: Kernel, { namespace = "", to, ...packet }: Packet): Promise<Way | undefined> {
  const cached = kernel.cache ? kernel : withReadCache(kernel);
  const known = await cached.once("the hosts on ways", async () => new Known(cached));
  for (let next = [namespace].filter((host) => !known.hosts.has(host)); ; ) {
    if (next.length > 0) await known.add(next);
    const found = reach(known.graph, namespace, to, optionsOf(packet));
    if (isWhole(found, namespace)) return { there: found.there.map(hopOf), back: found.back.map(hopOf) };
    next = further(known, found);
    if (next.length === 0) return undefined;
  }
}

function optionsOf({ protocol, port, size, dontFragment = false }: Omit<Packet, "namespace" | "to">) {
  return { protocol, dontFragment, ...(port !== undefined && { port }), ...(size !== undefined && { size }) };
}

/** It has come somewhere, and its answer back; a doubt about something on the way does not count, for it was answered. */
function isWhole({ reaches, there, back }: Reach, from: string): boolean {
  const [end, last] = [there.at(-1), back.at(-1)];
  return reaches !== false && end !== undefined && !end.out && last?.host === from && !last.out;
}

function hopOf({ host, in: comes, out: goes }: Step): Hop {
  return { ...(host !== "" && { namespace: host }), ...(comes && { in: comes }), ...(goes && { out: goes }) };
}

/** Where to look next: where it stops, else at the other end of that cable, else at all ends of cables that are known. */
function further({ graph, hosts }: Known, { stop }: Reach): string[] {
  const end = stop && deviceAt(graph, { namespace: stop.host, name: stop.device });
  const near = [end?.host.name, end?.peer?.host.name].find((host) => host !== undefined && !hosts.has(host));
  return near !== undefined ? [near] : [...graph.hosts.keys()].filter((host) => !hosts.has(host));
}

/** What is known by now of the host, which grows. */
class Known {
  readonly hosts = new Map<string, HostFacts | undefined>();
  graph = graphWithFacts([], new Map());
  private readonly resources = new Map<string, Resource>();

  constructor(private readonly kernel: Kernel) {}

  async add(hosts: readonly string[]): Promise<void> {
    const { kernel } = this;
    const { resources } = await compareWithStack(kernel, { stack: undefined, hosts });
    // What has an end in each of two hosts is found in both.
    for (const one of resources) this.resources.set(keysOf(one.kind, one.values)[0] ?? "", one);
    for (const host of hosts) this.hosts.set(host, await readFacts(kernel, host || undefined));
    const facts = [...this.hosts].flatMap(([host, devices]) => (devices ? [[host, devices] as const] : []));
    const graph = graphWithFacts([...this.resources.values()], new Map(facts));
    graph.rulesets = await readRulesets(kernel, graph);
    this.graph = graph;
  }
}
