import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { kinds } from "../../../provider/resources";
import { token } from "../../../provider/resources/kind";
import { changing, traced } from "../../support/engine/calls";
import { DECLARED, type Declared, declare, outputOf, textOf, WRITTEN_ONCE } from "../../support/engine/declared";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { changesIn, storedIn } from "./inspect";
import { groups } from "./specimens";
import { type Copy, copyOf } from "./specimens/specimen";

for (const { what, specimens } of groups) {
  /** Each kind with the least that a program can say of it and what stands on it, with all, and in an unknown place. */
  const plain = specimens.flatMap((specimen) => {
    const least = copyOf(specimen, "least");
    return [
      ...least.declared,
      ...least.leaners,
      ...copyOf(specimen, "full", specimen.full).declared,
      ...somewhere(copyOf(specimen, "somewhere")),
    ];
  });
  const spellings = specimens.flatMap((specimen) =>
    specimen.spellings.map(([one, other], index) => ({ copy: copyOf(specimen, `spelled${index}`, one), other })),
  );
  const program: Declared[] = [...plain, ...spellings.flatMap(({ copy }) => copy.declared)];
  const respelled: Declared[] = [...plain, ...spellings.flatMap(({ copy, other }) => copy.with(other))];
  const creates = program.map(({ type, name }) => `${type} ${name}`).sort();

  const UUID = /[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/;

  stackSuite(`A lab, ${what}`, [], (fixture) => {
    it("is previewed without a touch, made, found unchanged, moved to another state, and removed [1] [2] [3] [4] [10] [11] [12] [24]", async () => {
      const empty = await stableSnapshot(fixture.host);
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(stack, program);
      const preview = await traced(stack, () => stack.preview());
      assert.deepEqual(
        changesIn(done(preview)),
        creates.map((what) => `create ${what}`),
      );
      assert.doesNotMatch(preview.text, UUID, "what is unknown yet is nobody's value");
      assert.ok(
        preview.calls.some(({ request }) => UUID.test(JSON.stringify(request.properties ?? ""))),
        "no unknowns",
      );
      assert.deepEqual(changing(preview.calls), []);
      assert.deepEqual(
        preview.calls
          .filter(({ method }) => method === "Create(preview)")
          .map(({ resource }) => resource)
          .sort(),
        creates,
      );
      assert.deepEqual(await stableSnapshot(fixture.host), empty);

      const up = await traced(stack, () => stack.up());
      assert.deepEqual(
        changing(done(up).calls).sort(),
        creates.map((what) => `Create ${what}`),
      );
      const made = await storedIn(stack);
      assert.deepEqual([...made.keys()].sort(), program.map(({ name }) => name).sort());
      for (const { type, outputs } of made.values()) {
        const known = Object.fromEntries(Object.entries(outputs).filter(([key]) => !key.startsWith("__")));
        assert.deepEqual(kindOf(type).outputs.parse(known), known);
      }
      await isThere();

      const lab = await stableSnapshot(fixture.host);
      const again = await traced(stack, () => stack.up());
      assert.deepEqual(changing(unchanged(again).calls), []);
      assert.deepEqual(await storedIn(stack), made);
      unchanged(await stack.refresh());
      assert.deepEqual(await storedIn(stack), made);

      await declare(stack, respelled);
      const other = await traced(stack, () => stack.up());
      assert.deepEqual(changing(unchanged(other).calls), []);

      const file = path.join(stack.folder, "state.json");
      await writeFile(file, await run(["stack", "export"]));
      await run(["stack", "import", "--file", file]);
      unchanged(await stack.preview());
      assert.deepEqual(await stableSnapshot(fixture.host), lab);

      done(await stack.destroy());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(await stableSnapshot(fixture.host), empty);
      assert.deepEqual(await fixture.host.processes(), []);
      done(await stack.destroy());

      async function run(args: string[]): Promise<string> {
        const { exitCode, stdout, stderr } = await stack.run([...args, "--stack", "test"]);
        assert.equal(exitCode, 0, stderr);
        return stdout;
      }

      /** Each thing, by a second reader: a namespace by its file, what is in one by `ip` or sysctl. */
      async function isThere(): Promise<void> {
        const { networks } = await stableSnapshot(fixture.host);
        for (const specimen of specimens) {
          for (const what of ["least", "full"]) {
            const { at } = copyOf(specimen, what);
            assert.match(JSON.stringify(networks[at] ?? ""), specimen.shown, `${specimen.type} ${at}`);
          }
        }
      }
    }).timeout(900_000);
  });
}

function kindOf(type: string) {
  const kind = kinds.find((one) => token(one) === type);
  assert.ok(kind, type);
  return kind;
}

/** In a namespace whose name no preview knows. */
function somewhere({ declared: [place, ...rest], at, leaners }: Copy): Declared[] {
  assert.ok(place);
  const name = textOf(at, outputOf("Namespace.least", "inode"));
  return [{ ...place, props: { ...place.props, name } }, ...rest, ...leaners];
}
