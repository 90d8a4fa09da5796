import type { LabHost } from "./labHost";

export interface Snapshot {
  /** All that is under /run, namespaces' names too. */
  files: string[];
  /** Links, addresses and routes by namespace; the host's own has the name "". */
  networks: Record<string, { links: unknown; addresses: unknown; routes: unknown }>;
}

/** All that the host shows of itself to a second reader, to compare a before with an after. */
export async function snapshot(host: LabHost): Promise<Snapshot> {
  const files = (await host.run(["find", "/run", "-mindepth", "1"])).split("\n").sort();
  const names = ["", ...files.flatMap((file) => /^\/run\/netns\/(.+)$/.exec(file)?.[1] ?? [])];
  const networks = await Promise.all(names.map(async (name) => [name, await network(host, name)] as const));
  return { files, networks: Object.fromEntries(networks) };
}

async function network(host: LabHost, name: string) {
  const ip = (...words: string[]) => host.json(["ip", ...(name ? ["-n", name] : []), "-j", ...words]);
  const [links, addresses, routes] = await Promise.all([
    ip("-d", "link"),
    ip("addr"),
    ip("route", "show", "table", "all"),
  ]);
  return { links, addresses, routes };
}
