import { closest, distance } from "fastest-levenshtein";
import { netnsNameOf } from "../provider/core/netnsName";
import { NetnsError } from "../provider/errors";
import type { Graph, Host } from "../provider/model/graph";
import { StackArgument } from "./candidates";
import type { Stack } from "./stack";

/** An argument that names a host of the lab. */
export class HostArgument extends StackArgument {
  constructor(flags: string, description = "a namespace by its name, by its resource, or by its path") {
    super(flags, description, (graph) => namedHosts(graph).map(({ name }) => name));
  }
}

/** Further from what was written than this, a name is not what was meant. */
const NEAR = 2;

/** The host that a user means: by the namespace's name, by the resource that makes it, or by its file. */
export function hostNamed({ graph }: Stack, word: string): Host {
  const found = findHost(graph, word);
  if (found) return found;
  const near = closest(
    netnsNameOf(word),
    namedHosts(graph).map((host) => host.name),
  );
  throw new NetnsError({
    kind: "user",
    tried: `the stack has no host ${word}`,
    todo:
      near !== undefined && distance(netnsNameOf(word), near) <= NEAR
        ? `Did you mean ${near}? \`netns ls\` lists the hosts.`
        : "`netns ls` lists the hosts; a host is a namespace by its name, by its resource, or by its path.",
  });
}

export function findHost(graph: Graph, word: string): Host | undefined {
  const name = netnsNameOf(word);
  return graph.hosts.get(name) ?? namedHosts(graph).find(({ by }) => by?.path.length === 0 && by.name === name);
}

/** All but the namespace that the provider runs in. */
function namedHosts(graph: Graph): Host[] {
  return [...graph.hosts.values()].filter(({ name }) => name !== "");
}
