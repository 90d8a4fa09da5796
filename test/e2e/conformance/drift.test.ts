import assert from "node:assert/strict";
import { changing, traced } from "../../support/engine/calls";
import { DECLARED, declare, WRITTEN_ONCE } from "../../support/engine/declared";
import { differences, factsOf } from "../../support/labHost/facts";
import { snapshot } from "../../support/labHost/snapshot";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { byHand, changesIn, storedIn } from "./inspect";
import { groups } from "./specimens";
import { copyOf, whole } from "./specimens/specimen";

for (const { what, specimens } of groups) {
  const kept = specimens.map((specimen) => copyOf(specimen, "kept"));
  const lost = specimens.filter(({ gone }) => gone !== undefined).map((specimen) => copyOf(specimen, "lost"));
  const program = [...kept, ...lost].flatMap(({ declared, leaners }) => [...declared, ...leaners]);
  const all = program.map(({ type, name }) => `${type} ${name}`).sort();

  stackSuite(`A lab that others change, ${what}`, [], (fixture) => {
    it("gets back what was deleted, keeps what it does not manage, and outlives a reboot [20] [22] [23] [60]", async () => {
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(stack, program);
      done(await stack.up());
      const [lab, made] = [await factsOf(fixture.host), await storedIn(stack)];
      const gone = lost.flatMap(whole).sort();
      const created = gone.map((what) => `create ${what}`);

      await takeAway();
      assert.deepEqual(changesIn(done(await stack.preview())), created);
      assert.deepEqual(await storedIn(stack), made);
      assert.deepEqual(changesIn(done(await stack.up())), created);
      assert.deepEqual(differences(lab, await factsOf(fixture.host)), []);

      await takeAway();
      const seen = done(await stack.refresh());
      const found = seen.results.filter(({ op }) => op !== "same").map(({ op, resource }) => `${op} ${resource}`);
      assert.deepEqual(
        found.sort(),
        gone.map((what) => `delete ${what}`),
      );
      assert.deepEqual(changesIn(done(await stack.up("--refresh"))), created);
      assert.deepEqual(differences(lab, await factsOf(fixture.host)), []);
      unchanged(await stack.up());

      for (const copy of kept) await byHand(fixture.host, copy, copy.specimen.unmanaged);
      const [others, before] = [await stableSnapshot(fixture.host), await storedIn(stack)];
      unchanged(await stack.preview());
      unchanged(await stack.refresh());
      const inputs = (stored: typeof before) => [...stored].map(([name, one]) => [name, one.inputs]);
      assert.deepEqual(inputs(await storedIn(stack)), inputs(before));
      const up = await traced(stack, () => stack.up());
      assert.deepEqual(changing(unchanged(up).calls), []);
      assert.deepEqual(await stableSnapshot(fixture.host), others);

      await fixture.host.reboot();
      assert.deepEqual(
        changesIn(done(await stack.up())),
        all.map((what) => `create ${what}`),
      );
      assert.deepEqual(differences(lab, await factsOf(fixture.host)), []);
      assert.deepEqual([...(await storedIn(stack)).keys()].sort(), [...made.keys()].sort());
      unchanged(await stack.up());
    }).timeout(900_000);

    it("is not taken for what others made in its places after a reboot [23] [60]", async () => {
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(stack, program);
      done(await stack.up());
      await fixture.host.reboot();
      for (const copy of [...kept, ...lost]) {
        await fixture.host.ip(`netns add ${copy.at}`);
        await byHand(fixture.host, copy, copy.specimen.foreign);
      }
      // What others have is on devices with no cable as well, where no detection of addresses ever ends.
      const foreign = await snapshot(fixture.host);
      done(await stack.destroy());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(await snapshot(fixture.host), foreign);
    });

    async function takeAway(): Promise<void> {
      for (const copy of lost) await byHand(fixture.host, copy, copy.specimen.gone ?? "");
    }
  });
}
