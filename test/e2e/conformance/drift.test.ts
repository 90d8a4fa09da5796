import assert from "node:assert/strict";
import { atRest } from "../../support/atRest";
import { changing, traced } from "../../support/calls";
import { DECLARED, declare } from "../../support/declared";
import { done, unchanged } from "../../support/example";
import { differences, factsOf } from "../../support/facts";
import { snapshot } from "../../support/snapshot";
import { stackSuite } from "../../support/stackSuite";
import { byHand, changesIn, storedIn } from "./looks";
import { groups } from "./specimens";
import { copyOf, whole } from "./specimens/specimen";

for (const { what, specimens } of groups) {
  const kept = specimens.map((specimen) => copyOf(specimen, "kept"));
  const lost = specimens.filter(({ gone }) => gone !== undefined).map((specimen) => copyOf(specimen, "lost"));
  const program = [...kept, ...lost].flatMap(({ declared, leaners }) => [...declared, ...leaners]);
  const all = program.map(({ type, name }) => `${type} ${name}`).sort();

  stackSuite(`A lab that others change, ${what}`, [], (desk) => {
    it("gets back what was deleted, keeps what it does not manage, and outlives a reboot [20] [22] [23] [60]", async () => {
      const stack = await desk.stackOf(DECLARED);
      await declare(stack, program);
      done(await stack.up());
      const [lab, made] = [await factsOf(desk.host), await storedIn(stack)];
      const gone = lost.flatMap(whole).sort();
      const created = gone.map((what) => `create ${what}`);

      await takeAway();
      assert.deepEqual(changesIn(done(await stack.preview())), created);
      assert.deepEqual(await storedIn(stack), made);
      assert.deepEqual(changesIn(done(await stack.up())), created);
      assert.deepEqual(differences(lab, await factsOf(desk.host)), []);

      await takeAway();
      const seen = done(await stack.refresh());
      const found = seen.results.filter(({ op }) => op !== "same").map(({ op, resource }) => `${op} ${resource}`);
      assert.deepEqual(
        found.sort(),
        gone.map((what) => `delete ${what}`),
      );
      assert.deepEqual(changesIn(done(await stack.up("--refresh"))), created);
      assert.deepEqual(differences(lab, await factsOf(desk.host)), []);
      unchanged(await stack.up());

      for (const copy of kept) await byHand(desk.host, copy, copy.specimen.unmanaged);
      const [others, before] = [await atRest(desk.host), await storedIn(stack)];
      unchanged(await stack.preview());
      unchanged(await stack.refresh());
      const inputs = (stored: typeof before) => [...stored].map(([name, one]) => [name, one.inputs]);
      assert.deepEqual(inputs(await storedIn(stack)), inputs(before));
      const up = await traced(stack, () => stack.up());
      assert.deepEqual(changing(unchanged(up).calls), []);
      assert.deepEqual(await atRest(desk.host), others);

      await desk.host.reboot();
      assert.deepEqual(
        changesIn(done(await stack.up())),
        all.map((what) => `create ${what}`),
      );
      assert.deepEqual(differences(lab, await factsOf(desk.host)), []);
      assert.deepEqual([...(await storedIn(stack)).keys()].sort(), [...made.keys()].sort());
      unchanged(await stack.up());
    }).timeout(900_000);

    it("is not taken for what others made in its places after a reboot [23] [60]", async () => {
      const stack = await desk.stackOf(DECLARED);
      await declare(stack, program);
      done(await stack.up());
      await desk.host.reboot();
      for (const copy of [...kept, ...lost]) {
        await desk.host.ip(`netns add ${copy.at}`);
        await byHand(desk.host, copy, copy.specimen.foreign);
      }
      // What others have is on devices with no cable as well, where no detection of addresses ever ends.
      const foreign = await snapshot(desk.host);
      done(await stack.destroy());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(await snapshot(desk.host), foreign);
    });

    async function takeAway(): Promise<void> {
      for (const copy of lost) await byHand(desk.host, copy, copy.specimen.gone ?? "");
    }
  });
}
