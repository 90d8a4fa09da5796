import type { Looking } from "./looking";
import { NETNS_DIR, netnsPath } from "./netnsPath";
import type { Step } from "./step";

/**
 * Makes a namespace that carries `alias` on its lo before anybody can see it under its name: it is made without one,
 * marked, and then named. So a run that dies leaves either no namespace or a marked one.
 */
export function addNetns(name: string, alias: string): Step {
  return {
    argv: ["ip", "netns", "add", name],
    what: "make the namespace",
    property: ["name"],
    makes: name,
    alias,
  };
}

export function delNetns(name: string): Step {
  return { argv: ["ip", "netns", "del", name], what: "remove the namespace", takesAway: name };
}

/** The names of the namespaces under /run/netns, sorted. */
export async function listNetns(kernel: Looking): Promise<string[]> {
  const names = await kernel.host.readFolder(NETNS_DIR);
  const facts = await Promise.all(names.map((name) => kernel.host.stat(netnsPath(name))));
  return names.filter((_, index) => facts[index]?.isNamespace).sort();
}

/** What `look` finds in the namespace asked for, or else in all that have a name and in the provider's own. */
export async function inScope<T>(
  kernel: Looking,
  { namespace: only }: { namespace?: string },
  look: (netns: string | undefined) => Promise<readonly T[] | undefined>,
): Promise<T[]> {
  const scope = only === undefined ? [undefined, ...(await listNetns(kernel))] : [only];
  const found = await Promise.all(scope.map(look));
  return found.flatMap((ones) => ones ?? []);
}

/** The same of both families of addresses, each thing once. */
export async function inScopeByFamily<T>(
  kernel: Looking,
  query: { namespace?: string },
  look: (netns: string | undefined, family: "inet" | "inet6") => Promise<readonly T[]>,
): Promise<T[]> {
  const found = await inScope(kernel, query, (netns) => Promise.all([look(netns, "inet"), look(netns, "inet6")]));
  return [...new Set(found.flat())];
}
