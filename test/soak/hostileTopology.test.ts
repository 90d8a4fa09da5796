import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { ifName, netnsName } from "../../provider/core/fields";
import { type Json, mapLeaves } from "../../provider/core/values";
import { batchesOf } from "../../provider/kernel/batches";
import { Kernel } from "../../provider/kernel/kernel";
import { executeAll, showAll } from "../../provider/kernel/many";
import { addNetns } from "../../provider/kernel/netns";
import type { Definition } from "../../provider/resources/kind";
import { elementsOf } from "../../provider/topology/elements";
import { batchCommands } from "../support/batchLines";
import { FakeHost } from "../support/fakeHost";
import { Plain, spread, written } from "../support/hostile";
import { lists, MARK, topology } from "../support/labs";
import { nastyTexts } from "../support/nasty";
import { cases } from "../support/soak";
import { stateFor } from "../support/states";

describe("Hostile input that Check takes in a Topology", () => {
  it("adds no command, no option and no word to what it does, in whichever batches that goes out", async () => {
    let taken = 0;
    let batched = 0;
    const property = fc.asyncProperty(labs, async (values) => {
      if (!isTaken(topology)(values)) return;
      const { parsed } = parse(topology.inputs, values);
      taken += 1;
      const plain = new Plain();
      // The keys first: only what stands in for them must be such.
      for (const { key } of (parsed.sysctls ?? []) as Json[]) plain.standIn(key, "key");
      const harmless = mapLeaves(parsed, (leaf, path) => plain.standIn(leaf, String(path.at(-1)))) as Json;
      const expected = await allCommandsOf(harmless);
      const done = await allCommandsOf(parsed);
      const restored = expected.commands.map((words) => words.map((word) => plain.restored(word)));
      assert.deepEqual(sorted(done.commands), sorted(restored));
      batched += done.batches;
    });
    const runs = cases(200, 20_000);
    await fc.assert(property, { numRuns: runs });
    assert.ok(taken > runs / 2 && batched > taken, `only ${taken} of ${runs} were taken, with ${batched} batches`);
  }).timeout(0);
});

const isTaken = (kind: Definition) => (values: Json) => {
  const { parsed, faults } = parse(kind.inputs, values);
  return faults.length === 0 && (kind.crossCheck?.(parsed) ?? []).length === 0;
};

/** Topologies of a few hostile names, which are in all of its lists. */
const labs = fc
  .tuple(
    fc.uniqueArray(
      nastyTexts.filter((text) => ifName().safeParse(text).success),
      { minLength: 2, maxLength: 5 },
    ),
    fc.uniqueArray(
      nastyTexts.filter((text) => netnsName().safeParse(text).success),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .chain(([devices, names]) => {
    const [device, netns] = [fc.constantFrom(...devices), fc.constantFrom(...names)];
    return fc.record(
      Object.fromEntries(
        lists.map(({ name, kind }) => [
          name,
          fc.array(written(kind, device, netns), { maxLength: 6 }).map((all) => all.filter(isTaken(kind))),
        ]),
      ),
    );
  })
  .map(withoutFaulty);

/** What is left of a lab without the elements that Check has something against, one after the other. */
function withoutFaulty(lab: Json): Json {
  const { parsed, faults } = parse(topology.inputs, lab);
  const [fault] = [...faults, ...(topology.crossCheck?.(parsed) ?? [])];
  if (!fault) return lab;
  const [list, index] = fault.path as [string, number];
  return withoutFaulty({ ...lab, [list]: (lab[list] as Json[]).toSpliced(index, 1) });
}

const sorted = (commands: string[][]) => commands.map((words) => JSON.stringify(words)).sort();

/** Every command that making, looking at and removing a whole topology gives to the host, each as it would be alone. */
async function allCommandsOf(lab: Json): Promise<{ commands: string[][]; batches: number }> {
  const [shell, option, script] = batchesOf([]);
  const commands: string[][] = [];
  let batches = 0;
  const host = new FakeHost((argv, { stdin }) => {
    if (argv[2] !== script) {
      commands.push(...spread(argv, stdin));
      return { stdout: argv.includes("-j") ? "[]" : "" };
    }
    assert.deepEqual(argv.slice(0, 4), [shell, option, script, "sh"]);
    const jobs = argv.length / 4 - 1;
    for (let at = 4; at < argv.length; at += 4) commands.push(...commandsIn(argv.slice(at, at + 4)));
    batches += jobs;
    return { stdout: "[]\n".repeat(jobs) };
  });
  const kernel = new Kernel({ host, signal: new AbortController().signal, debug: () => {} });
  const elements = elementsOf(lists, lab);
  await executeAll(
    kernel,
    elements.flatMap(({ kind, values }) => kind.plan(values, undefined, MARK)),
    "test",
  );
  const states = elements.map(({ kind, values }) => ({ kind, state: stateFor(kind, values) }));
  await executeAll(
    kernel,
    states.flatMap(({ kind, state }) => kind.remove(state, { state, what: "" })),
    "test",
  );
  await showAll(
    kernel,
    ((lab.namespaces ?? []) as Json[]).map(({ name }) => String(name)),
  );
  return { commands, batches };
}

/** The commands of a batch among many, as each would be alone. */
function commandsIn([file = "", name = "", making = "", text = ""]: readonly string[]): string[][] {
  const within = ["nsenter", `--net=${file || `/run/netns/${name}`}`, "--", "ip"];
  const lines = batchCommands(text).map((words) => [...within, ...words]);
  if (file !== "") return lines;
  const [alias = [], ...more] = batchCommands(making);
  assert.deepEqual([alias.slice(0, 5), alias.length, more], [["link", "set", "dev", "lo", "alias"], 6, []]);
  assert.deepEqual(batchCommands(`netns attach ${name} 1`), [["netns", "attach", name, "1"]]);
  return [[...addNetns(name, alias[5] ?? "").argv], ...lines];
}
