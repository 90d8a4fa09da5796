import type { Outcome } from "./publish";
import { headLines, rowLines } from "./report";
import { resultsOf } from "./results";
import type { Plan } from "./rounds";

/** The star out of single resources, by what Pulumi can be told. */
export async function settingsBench(plan: Plan): Promise<Outcome> {
  const results = await resultsOf(plan);
  const lines = [...headLines(results), ...plan.ns.flatMap((n) => ["", ...rowLines(results, n)])];
  return { name: "settings", lines, files: { "settings.json": `${JSON.stringify(results, undefined, 2)}\n` } };
}
