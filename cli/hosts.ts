import { closest, distance } from "fastest-levenshtein";
import { canonicalIp } from "../provider/core/ip";
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
  if (ADDRESS_LIKE.test(word)) throw noAddress(word);
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

/** What of all words only somebody who means an address writes: digits with dots, or a colon. */
const ADDRESS_LIKE = /^\d+(\.\d+)+(\/\d*)?$|^[^/]*:/;

function noAddress(word: string): NetnsError {
  const [address = "", more] = word.split(/[/%]/, 2);
  const isZone = word.includes("%");
  const todo =
    more === undefined || canonicalIp(address) === undefined
      ? "An address is written as 10.0.0.2 or 2001:db8::2; `netns ls` shows those of the hosts."
      : `Write ${address} alone${isZone ? `; \`netns why\` takes a device as \`-I ${more}\`` : ", without the length of its prefix"}.`;
  return new NetnsError({ kind: "user", tried: `${word} is no address of one host, and no name of a host`, todo });
}

export function findHost(graph: Graph, word: string): Host | undefined {
  const name = netnsNameOf(word);
  return graph.hosts.get(name) ?? namedHosts(graph).find(({ by }) => by?.path.length === 0 && by.name === name);
}

/** All but the namespace that the provider runs in. */
function namedHosts(graph: Graph): Host[] {
  return [...graph.hosts.values()].filter(({ name }) => name !== "");
}
