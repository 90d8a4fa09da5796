import { isLinux } from "../../provider/host/linux";
import { localHost } from "../../provider/host/local";
import { type Table, tablesOf } from "../../provider/live/rulesets";
import type { Graph } from "../../provider/model/graph";
import { askHalf } from "../half";
import { liveKernel } from "../live";
import { behind } from "../way";
import { askNft } from "./askNft";

/**
 * Has nft tell what the firewalls of these labs mean, so that `reach` can follow them. It is asked in a namespace that goes
 * with the question: the lab is not touched, and most users may make one. Where this one may not, that stays unknown.
 */
export async function knowFirewalls(...graphs: readonly Graph[]): Promise<void> {
  const walled = graphs.flatMap((graph) =>
    [...graph.hosts.values()].flatMap(({ name, firewalls }) => {
      const tables = tablesOf(firewalls);
      return tables && tables.length > 0 ? [{ graph, name, tables }] : [];
    }),
  );
  if (walled.length === 0) return;
  const asked = walled.map(({ tables }) => tables);
  const isRoot = isLinux && (await localHost.missingRights()).length === 0;
  const told = isRoot ? await askNft(liveKernel(), asked) : await askAsRootOfNothing(asked);
  for (const [index, { graph, name }] of walled.entries()) {
    const ruleset = told[index];
    if (ruleset) graph.rulesets = new Map(graph.rulesets).set(name, ruleset);
  }
}

/** The hosts whose firewalls stay unknown. */
export function unknownFirewalls({ hosts, rulesets }: Graph): string[] {
  const walled = [...hosts.values()].filter(({ firewalls }) => firewalls.length > 0);
  return walled.map(({ name }) => name).filter((name) => !rulesets?.has(name));
}

/** In a user namespace, in which anybody is root where the machine allows one; nothing is known where it does not. */
async function askAsRootOfNothing(asked: readonly Table[][]): Promise<unknown[]> {
  const way = behind((argv) => ["unshare", "--user", "--map-root-user", "--net", ...argv]);
  return askHalf<unknown[]>(way, "nft.js", asked, "could not ask nft what rules mean").catch(() => []);
}
