import assert from "node:assert/strict";
import { contenders } from "../../bench/contenders";
import { isMeasured } from "../../bench/rounds";
import { type StarResults, starBench } from "../../bench/starBench";
import { needs } from "../support/need";

/** Those that need nothing but what the tests need. */
const OURS = ["ipBatch", "provider", "topology", "topologyFloor", "single", "singleFloor", "ipLines"];
const THROUGH_ENGINE = ["topology", "topologyFloor", "single", "singleFloor"];
const N = 2;

describe("the bench", function () {
  this.timeout(300_000);
  before(needs("root", "nsenter", "ip", "bash", "pulumi"));

  it("makes and removes the star by each contender, and leaves results and a picture", async () => {
    const { lines, files } = await starBench({
      ns: [N],
      contenders: contenders.filter(({ id }) => OURS.includes(id)),
      rounds: 1,
      enoughSeconds: 0,
      limitSeconds: 120,
    });
    const results: StarResults = JSON.parse(files["results.json"] ?? "");
    assert.deepEqual(
      results.rows.map(({ contender }) => contender),
      OURS,
    );
    for (const row of results.rows) {
      assert.ok(isMeasured(row), `${row.contender}: ${JSON.stringify(row)}`);
      const { up, down, noChange, oneChange } = row;
      const measured = THROUGH_ENGINE.includes(row.contender) ? [up, down, noChange, oneChange] : [up, down];
      for (const spread of measured) assert.ok(spread && spread.median > 0 && spread.rounds === 1, row.contender);
    }
    const shares = [results.createShare.topology, results.createShare.single];
    for (const share of shares) assert.ok(share && share > 0 && share < 1, `a share of ${share}`);
    assert.ok(results.goals.length > 0);
    assert.ok(results.machine.kernel && results.machine.engine && results.date);
    assert.doesNotMatch(JSON.stringify(results), /\/(root|home|work|tmp)\//, "no paths of this machine");
    for (const { title } of Object.values(results.contenders)) assert.ok(lines.join("\n").includes(title), title);
    assert.match(files["results.svg"] ?? "", /^<svg .*<\/svg>\n$/s);
  });
});
