import assert from "node:assert/strict";
import { type Call, changing, traced } from "../../support/engine/calls";
import { DECLARED, type Declared, declare, WRITTEN_ONCE } from "../../support/engine/declared";
import { differences, factsOf } from "../../support/labHost/facts";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { byHand as by, changesIn, diffOf, identitiesOf } from "./inspect";
import { groups } from "./specimens";
import { type Copy, copyOf, elsewhere, type Replacement, whole } from "./specimens/specimen";

interface Replaced extends Replacement {
  copy: Copy;
  path: string;
}

for (const { what, specimens } of groups) {
  /** A copy of its kind for each property that replaces, with what stands on it. */
  const replaced: Replaced[] = specimens.flatMap((specimen) =>
    Object.entries(specimen.replacements).map(([path, replacement]) => ({
      ...replacement,
      path,
      copy: copyOf(specimen, path),
    })),
  );
  const base: Declared[] = [elsewhere, ...replaced.flatMap(({ copy }) => [...copy.declared, ...copy.leaners])];
  const edited: Declared[] = [
    elsewhere,
    ...replaced.flatMap(({ copy, path, value }) => [...copy.with({ [path]: value(copy.name) }), ...copy.leaners]),
  ];
  const moved = replaced.flatMap(({ copy }) => whole(copy)).sort();

  stackSuite(`Each property that replaces, ${what}`, [], (fixture) => {
    it("replaces its resource and what stands on it, deletes first, and ends in the lab of a fresh run [5] [7] [8] [9] [21] [56]", async () => {
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(stack, base);
      done(await stack.up());
      const [identities, before] = [await identitiesOf(stack), await factsOf(fixture.host)];

      await declare(stack, edited);
      const preview = done(await stack.preview());
      for (const { copy, path } of replaced) {
        assert.deepEqual(diffOf(preview.steps, copy), [path]);
        assert.match(preview.text, lineOf("\\+-", copy, path));
      }
      assert.deepEqual(await identitiesOf(stack), identities);
      const up = await traced(stack, () => stack.up());
      assert.deepEqual(replacementsIn(done(up).calls), moved);
      const after = await factsOf(fixture.host);
      unchanged(await stack.up());

      const drifted = replaced.filter(({ byHand }) => byHand !== undefined);
      for (const { copy, byHand = "" } of drifted) await by(fixture.host, copy, byHand);
      const repaired = done(await stack.up());
      const touched = new Set(changesIn(repaired).map((change) => change.split(" ").slice(1).join(" ")));
      assert.deepEqual([...touched].sort(), drifted.flatMap(({ copy }) => whole(copy)).sort());
      for (const { copy, path } of drifted) assert.deepEqual(diffOf(repaired.steps, copy), [path]);
      assert.deepEqual(differences(after, await factsOf(fixture.host)), []);

      await declare(stack, base);
      const back = await traced(stack, () => stack.up());
      assert.deepEqual(replacementsIn(done(back).calls), moved);
      assert.deepEqual(differences(before, await factsOf(fixture.host)), []);
      unchanged(await stack.up());
      done(await stack.destroy());
      assert.deepEqual(await fixture.namespaces(), []);

      await declare(stack, edited);
      done(await stack.up());
      assert.deepEqual(differences(after, await factsOf(fixture.host)), []);
    }).timeout(900_000);
  });
}

/** The line of a preview about a copy, with what is done to it and where it differs. */
function lineOf(op: string, { name }: Copy, path: string): RegExp {
  const [first = ""] = path.split(/[.[]/);
  return new RegExp(`^ *${op} .* ${name.replaceAll(".", "\\.")} +replace +\\[diff: [~+-]${first}\\]`, "m");
}

/** What was deleted, and then made again; nothing else was changed. */
function replacementsIn(calls: readonly Call[]): string[] {
  const all = changing(calls);
  const of = (method: string) => all.filter((call) => call.startsWith(`${method} `)).map((call) => call.slice(7));
  const [deleted, created] = [of("Delete"), of("Create")];
  assert.equal(deleted.length + created.length, all.length, all.join("\n"));
  assert.deepEqual([...deleted].sort(), [...created].sort());
  for (const one of deleted) assert.ok(all.indexOf(`Delete ${one}`) < all.indexOf(`Create ${one}`), one);
  return deleted.sort();
}
