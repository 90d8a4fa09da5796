import type { Json } from "../core/values";
import { type Kernel, withReadCache } from "../kernel/kernel";
import type { Graph } from "../model/graph";
import type { Resource } from "../model/resources";
import { type Compared, compareWithStack } from "./compare";
import { graphWithFacts, type HostFacts, readFacts } from "./facts";
import { plannedTables, readRulesets } from "./rulesets";

/** The same as packets meet it. */
export interface Live extends Compared {
  graph: Graph;
  /** What only the kernel knows of the devices, by their hosts. */
  facts: ReadonlyMap<string, HostFacts>;
  /** See `withRulesets`. */
  planned: ReadonlyMap<string, Json[]>;
}

/** All that is in these hosts; the name of the provider's own is empty. */
export async function readLive(
  kernel: Kernel,
  stack: readonly Resource[] | undefined,
  hosts: readonly string[],
): Promise<Live> {
  const cached = withReadCache(kernel);
  const [compared, read] = await Promise.all([
    compareWithStack(cached, { stack, hosts }),
    Promise.all(hosts.map(async (host) => [host, await readFacts(cached, host || undefined)] as const)),
  ]);
  const facts = new Map(read.flatMap(([host, devices]) => (devices ? [[host, devices] as const] : [])));
  const graph = graphWithFacts(compared.resources, facts);
  graph.rulesets = await readRulesets(cached, graph);
  return { ...compared, facts, graph, planned: await plannedTables(cached, compared.drift) };
}
