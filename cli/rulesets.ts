import { localHost } from "../provider/host/local";
import { type Graph, isKnown } from "../provider/model/graph";
import { liveKernel } from "./live";

/**
 * What nft makes of the tables of each host, so that `reach` can follow them. It is asked in a namespace that goes with the
 * question: the lab is not touched. Without the rights for that nothing is said, and a packet's way through is unknown.
 */
export async function rulesetsOf({ hosts }: Graph): Promise<ReadonlyMap<string, unknown>> {
  const rulesets = new Map<string, unknown>();
  const texts = [...hosts.values()].flatMap(({ name, firewalls }) => {
    const tables = firewalls.map(({ family, name: table, rules }) =>
      isKnown(family) && isKnown(table) && isKnown(rules) ? `table ${family} ${table} {\n${rules}\n}\n` : undefined,
    );
    return tables.length === 0 || tables.includes(undefined) ? [] : [{ name, text: tables.join("") }];
  });
  if (texts.length === 0 || (await localHost.missingRights()).length > 0) return rulesets;
  const kernel = liveKernel();
  for (const { name, text } of texts) {
    const commands = ["-f -", "-j list ruleset"].map((words) => ["nft", ...words.split(" ")]);
    const listed = await kernel.tryNft(commands, text);
    if (listed !== undefined) rulesets.set(name, JSON.parse(listed));
  }
  return rulesets;
}
