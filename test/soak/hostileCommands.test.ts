import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { type Json, mapLeaves } from "../../provider/core/values";
import { Kernel } from "../../provider/kernel/kernel";
import { newMark } from "../../provider/kernel/mark";
import { kinds } from "../../provider/resources";
import type { Kind } from "../../provider/resources/kind";
import { batchCommands } from "../support/batchLines";
import { FakeHost } from "../support/fakeHost";
import { Plain, spread, written } from "../support/hostile";
import { cases } from "../support/soak";
import { stateFor } from "../support/states";

const MARK = newMark("urn:pulumi:dev::lab::netns:index:Namespace::test");

describe("Hostile input that Check takes", () => {
  it("is read by the words of `ip -batch` as iproute2 reads them", () => {
    assert.deepEqual(batchCommands("link set a#b up\n'a b' \"c'd\"  e\n\n#x\na\\\nb c\n"), [
      ["link", "set", "a"],
      ["a b", "c'd", "e"],
      ["ab", "c"],
    ]);
    assert.throws(() => batchCommands("link 'a"), /Unterminated/);
  });

  for (const kind of kinds) {
    it(`adds no command, no option and no word to what a ${kind.type} does, and is in it as it means`, async () => {
      let taken = 0;
      const property = fc.asyncProperty(written(kind), async (values) => {
        const { parsed, faults } = parse(kind.inputs, values);
        if (faults.length > 0 || (kind.crossCheck?.(parsed) ?? []).length > 0) return;
        taken += 1;
        const plain = new Plain();
        const harmless = mapLeaves(parsed, (leaf, path) => plain.standIn(leaf, String(path.at(-1)))) as Json;
        const expected = (await commandsOf(kind, harmless)).map((words) => words.map((word) => plain.restored(word)));
        assert.deepEqual(await commandsOf(kind, parsed), expected);
      });
      const runs = cases(2000, 200_000);
      await fc.assert(property, { numRuns: runs });
      assert.ok(taken > runs / 50, `only ${taken} of ${runs} were taken`);
    }).timeout(0);
  }
});

/** Every command that a kind's operations give to the host, alone or in a batch, each as the words that `ip` reads. */
async function commandsOf(kind: Kind, inputs: Json): Promise<string[][]> {
  const commands: string[][] = [];
  const host = new FakeHost((argv, { stdin }) => {
    commands.push(...spread(argv, stdin));
    return { stdout: argv.includes("-j") ? "[]" : "", stderr: "" };
  });
  const kernel = new Kernel({ host, signal: new AbortController().signal, debug: () => {} });
  const have = stateFor(kind, inputs);
  const other = mapLeaves(have, (leaf) => (typeof leaf === "boolean" ? !leaf : leaf)) as Json;
  for (const steps of [
    kind.plan(inputs, undefined, MARK),
    kind.plan(inputs, other, MARK),
    kind.remove(have, { state: have, what: "" }),
    kind.remove(have, { state: have, what: "", takesOthersAlong: true }),
  ])
    await kernel.execute(steps, "test");
  await kind.observe(kernel, kind.where(inputs)).catch(() => {});
  await kind.observe(kernel, kind.parseId(kind.id(inputs))).catch(() => {});
  return commands;
}
