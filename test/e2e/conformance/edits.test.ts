import assert from "node:assert/strict";
import { changing, traced } from "../../support/engine/calls";
import { DECLARED, declare, WRITTEN_ONCE } from "../../support/engine/declared";
import { differences, type Facts, factsOf } from "../../support/labHost/facts";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { byHand as by, changesIn, diffOf, identitiesOf } from "./inspect";
import { groups } from "./specimens";
import { type Copy, copyOf, type Edit } from "./specimens/specimen";

interface Edited extends Edit {
  copy: Copy;
  path: string;
}

for (const { what, specimens } of groups) {
  /** A copy of its kind for each property that is updated in place. */
  const edits: Edited[] = specimens.flatMap((specimen) =>
    Object.entries(specimen.edits)
      .filter(([, { built }]) => built !== false)
      .map(([path, edit]) => ({ ...edit, path, copy: copyOf(specimen, path) })),
  );
  const base = edits.flatMap(({ copy }) => copy.declared);
  const edited = edits.flatMap(({ copy, path, value }) => copy.with({ [path]: value }));
  const updates = edits.map(({ copy }) => `update ${copy.resource}`).sort();

  stackSuite(`Each property that is updated in place, ${what}`, [], (fixture) => {
    it("is updated alone, repaired alone, and given back to the kernel [5] [6] [9] [21]", async () => {
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(stack, base);
      done(await stack.up());
      const [identities, before] = [await identitiesOf(stack), await factsOf(fixture.host)];

      await declare(stack, edited);
      const preview = done(await stack.preview("--diff"));
      assert.deepEqual(changesIn(preview), updates);
      for (const { copy, path } of edits) assert.deepEqual(diffOf(preview.steps, copy), [path]);
      assert.deepEqual(differences(before, await factsOf(fixture.host)), [], "the preview has changed the host");
      const up = await traced(stack, () => stack.up());
      assert.deepEqual(changesIn(done(up)), updates);
      assert.deepEqual(changing(up.calls).sort(), edits.map(({ copy }) => `Update ${copy.resource}`).sort());
      assert.deepEqual(await identitiesOf(stack), identities);
      const after = await factsOf(fixture.host);
      for (const edit of edits) onlyItsOwn(edit, before, after);
      unchanged(await stack.up());

      const drifted = edits.filter(({ byHand }) => byHand !== undefined);
      for (const { copy, byHand = "" } of drifted) await by(fixture.host, copy, byHand);
      const seen = done(await stack.refresh());
      assert.deepEqual(seen.changes.update, drifted.length, seen.text);
      for (const { copy, path } of drifted) assert.deepEqual(diffOf(seen.results, copy), [path]);
      const repaired = done(await stack.up("--refresh"));
      assert.deepEqual(changesIn(repaired), drifted.map(({ copy }) => `update ${copy.resource}`).sort());
      for (const { copy, path } of drifted) assert.deepEqual(diffOf(repaired.steps, copy), [path]);
      assert.deepEqual(differences(after, await factsOf(fixture.host)), []);
      unchanged(await stack.up());

      await declare(stack, base);
      const back = done(await stack.up());
      assert.deepEqual(changesIn(back), edits.flatMap(givenBack).sort());
      for (const { copy, path } of edits) assert.deepEqual(diffOf(back.steps, copy), [path]);
      assert.deepEqual(differences(before, await factsOf(fixture.host)), []);
      unchanged(await stack.up());
      const anew = edits.filter(({ unsetReplaces }) => unsetReplaces).map(({ copy }) => copy.name);
      assert.deepEqual(without(anew, await identitiesOf(stack)), without(anew, identities));
      done(await stack.destroy());
      assert.deepEqual(await fixture.namespaces(), []);
    }).timeout(900_000);
  });
}

function without(names: readonly string[], all: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));
}

/** What gives a property back to the kernel. */
function givenBack({ copy: { resource }, unsetReplaces }: Edited): string[] {
  const ops = unsetReplaces ? ["create-replacement", "delete-replaced", "replace"] : ["update"];
  return ops.map((op) => `${op} ${resource}`);
}

/** What differs is what the property means, in its own namespace. */
function onlyItsOwn({ copy, path, touches, shows }: Edited, before: Facts, after: Facts): void {
  const names = differences(before, after).filter((name) => name.startsWith(`${copy.at}: `));
  const others = names.filter((name) => !touches?.test(name.slice(copy.at.length + 2)));
  assert.deepEqual(others, [], `besides ${path} of ${copy.resource}`);
  assert.equal(names.length > 0, touches !== undefined, `${path} of ${copy.resource}`);
  if (shows) assert.deepEqual(after.get(`${copy.at}: ${shows[0]}`), shows[1], path);
}
