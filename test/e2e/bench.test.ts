import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { bench } from "../../bench/bench";
import { contendersFor } from "../../bench/contenders";
import type { BenchResults } from "../../bench/results";
import { isMeasured, type Measured } from "../../bench/rounds";
import { lab } from "../../bench/shapes/lab";
import type { Shape } from "../../bench/shapes/shape";
import { star } from "../../bench/shapes/star";
import { root } from "../support/engine/project";
import { needs } from "../support/suites/needs";
import { isSoak } from "../support/suites/soak";

/** Those that need no engine, and all that need nothing but what the tests need. */
const PLAIN = ["script", "provider"];
const OURS = [...PLAIN, "topology", "topologyFloor", ...(isSoak ? ["single", "singleFloor", "ipLines"] : [])];
const N = 2;

/** What is measured of whom, besides up and down. */
const MORE: Record<string, readonly string[]> = {
  provider: ["noChange", "oneChange", "oneRepair", "check", "peakMiB"],
  topology: ["noChange", "oneChange", "oneRepair"],
  topologyFloor: ["noChange", "oneChange"],
  single: ["noChange", "oneChange", "oneRepair"],
  singleFloor: ["noChange", "oneChange"],
};

describe("the bench", function () {
  this.timeout(300_000);
  before(needs("root", "nsenter", "ip", "bash", "tc", "nft", "pulumi"));

  it("makes and removes the star by each contender, and leaves results and a picture", async () => {
    const { blocks, files, results } = await measured(star, OURS);
    const { topology, single } = results.createShare ?? {};
    for (const share of isSoak ? [topology, single] : [topology])
      assert.ok(share && share > 0 && share < 1, `a share of ${share}`);
    assert.ok(results.goals.some(({ goal }) => goal.startsWith("start of the plugin")));
    assert.ok(results.machine.kernel && results.machine.engine && results.date);
    for (const { title } of Object.values(results.contenders)) assert.ok(blocks.star?.includes(title), title);
    assert.match(files["results.svg"] ?? "", /^<svg .*<\/svg>\n$/s);
  });

  it("makes another shape by the script and by a Topology, and says how far they are apart", async () => {
    const { blocks, results } = await measured(lab, PLAIN);
    assert.ok(blocks.shapes?.includes(`| lab, N = ${N} (26 elements) `), blocks.shapes);
    assert.deepEqual(
      results.goals.map(({ goal }) => goal),
      [
        "provider alone - best script, up, s, lab, N = 2",
        "provider alone with nothing to change - that script, s, lab, N = 2",
        "provider alone with one repair - that script, s, lab, N = 2",
      ],
    );
  });
});

/** One round of a shape by some contenders, with what is true of every one. */
async function measured(shape: Shape, ids: readonly string[]) {
  const contenders = contendersFor(shape).filter(({ id }) => ids.includes(id));
  const plan = { rounds: 1, enoughSeconds: 0, limitSeconds: 120 };
  const { blocks, files } = await bench({ ...plan, shapes: [{ shape, ns: [N], contenders }] });
  const results: BenchResults = JSON.parse(files["results.json"] ?? "");
  assert.deepEqual(
    results.rows.map(({ contender }) => contender),
    contenders.map(({ id }) => id),
  );
  for (const row of results.rows) {
    assert.ok(isMeasured(row), `${row.contender}: ${JSON.stringify(row)}`);
    const { shape: _, n, contender, ...spreads } = row;
    // A plugin that lives for less than a second may not be seen by who looks at its memory from outside.
    const names = Object.keys(spreads).filter((name) => name !== "peakMiB" || contender === "provider");
    assert.deepEqual(names.sort(), ["up", "down", ...(MORE[contender] ?? [])].sort(), contender);
    for (const [what, { median, rounds }] of Object.entries(spreads as Measured))
      assert.ok(median > 0 && rounds === 1 && n === N, `${contender} ${what}`);
  }
  const page = await readFile(path.join(root, "docs/performance.md"), "utf8");
  for (const name of Object.keys(blocks)) assert.ok(page.includes(`\n<!-- ${name} -->\n`), `a place for ${name}`);
  assert.doesNotMatch(JSON.stringify(results), /\/(root|home|work|tmp)\//, "no paths of this machine");
  const texts = Object.entries(blocks).map(([name, lines]) => [name, lines.join("\n")]);
  return { blocks: Object.fromEntries(texts) as Record<string, string>, files, results };
}
