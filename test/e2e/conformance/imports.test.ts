import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Json } from "../../../provider/core/values";
import { DECLARED, type Declared, declare, WRITTEN_ONCE } from "../../support/engine/declared";
import { pluginFolder } from "../../support/engine/project";
import type { Stack } from "../../support/engine/pulumi";
import { differences, factsOf } from "../../support/labHost/facts";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { changesIn, type Stored, storedIn } from "./inspect";
import { groups, rows } from "./specimens";
import { copyOf, elsewhere, type Specimen } from "./specimens/specimen";

for (const { what, specimens } of groups) {
  const copies = specimens.flatMap((specimen) => [copyOf(specimen, "least"), copyOf(specimen, "full", specimen.full)]);
  const differing = specimens.map((specimen) => ({ copy: copyOf(specimen, "differing"), ...change(specimen) }));
  const program = [elsewhere, ...[...copies, ...differing.map(({ copy }) => copy)].flatMap(({ declared }) => declared)];
  const types = [...new Set(program.map(({ type }) => type))];

  stackSuite(`What is there already, ${what}`, [], (fixture) => {
    it("is listed, and imported by its id as the stack that made it has it [26] [27] [30]", async () => {
      const maker = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      await declare(maker, program);
      done(await maker.up());
      const [made, lab] = [await storedIn(maker), await stableSnapshot(fixture.host)];
      for (const type of types) {
        const own = [...made.values()].filter((one) => one.type === `netns:index:${type}`).map(({ id }) => id);
        const ids = await listed(maker, type, "--all");
        assert.deepEqual([...new Set([...ids, ...own])], ids);
        assert.deepEqual(await listed(maker, type, "--count", "2"), ids.slice(0, 2));
      }

      const taker = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      const file = path.join(taker.folder, "import.json");
      const resources = [...made].map(([name, { type, id }]) => ({ type, name, id }));
      await writeFile(file, JSON.stringify({ resources }));
      done(await taker.importFile(file));
      const taken = await storedIn(taker);
      for (const [name, one] of made) assert.deepEqual(shown(taken.get(name)), shown(one), name);
      const same = program.map((one): Declared => ({ ...one, props: taken.get(one.name)?.inputs ?? {} }));
      await declare(taker, same);
      unchanged(await taker.up());
      assert.deepEqual(await stableSnapshot(fixture.host), lab);

      const before = await factsOf(fixture.host);
      const other = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      const updated = differing.filter(({ isInPlace }) => isInPlace);
      const refused = differing.filter(({ isInPlace }) => !isInPlace);
      const imports = program.map(({ type, name }) => `import ${type} ${name}`);
      await declare(other, importing(differing));
      const partly = await other.up("--continue-on-error");
      assert.equal(partly.exitCode !== 0, refused.length > 0, partly.text);
      // The engine's own word, and with the first of it the run ends.
      const word = new RegExp(`(${refused.map(({ copy }) => copy.resource).join("|")}).*may not be replaced`);
      assert.ok(refused.length === 0 || word.test(partly.text), partly.text);
      await declare(other, importing(updated));
      const rest = changesIn(done(await other.up()));
      const updates = updated.map(({ copy }) => `update ${copy.resource}`);
      assert.deepEqual([...new Set([...changesIn(partly), ...rest])].sort(), [...imports, ...updates].sort());
      unchanged(await other.up());
      const changes = differences(before, await factsOf(fixture.host)).map((fact) => fact.split(": ")[0]);
      assert.deepEqual(new Set(changes), new Set(updated.filter((one) => one.isSeen).map(({ copy }) => copy.at)));
      done(await other.destroy());
      assert.deepEqual(await fixture.namespaces(), []);

      /** The program of what was taken with a few things changed, and for each the id to import. */
      function importing(these: typeof differing): Declared[] {
        const changed = new Map(these.flatMap(({ copy, props }) => copy.with(props)).map((one) => [one.name, one]));
        return same.map((one) => ({
          ...(changed.get(one.name) ?? one),
          options: { import: made.get(one.name)?.id },
        }));
      }
    }).timeout(900_000);

    it("is refused by an id that names nothing, and by one that is none, with the form that ids have [28]", async () => {
      const empty = await stableSnapshot(fixture.host);
      const stack = await fixture.stackOf(DECLARED, WRITTEN_ONCE);
      const tries = specimens.flatMap(triesOf);
      for (const programOf of [asImport, asGet]) {
        await declare(stack, tries.map(programOf));
        const { exitCode, diagnostics } = await stack.up("--continue-on-error");
        assert.notEqual(exitCode, 0);
        const said = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
        const missed = tries.filter(({ says }) => !said.some((message) => message.includes(says)));
        assert.deepEqual(missed, [], said.join("\n"));
      }
      const typed = await stack.import("netns:index:Namespace", "it", "a/b", "--generate-code=false");
      assert.match(typed.text, /`a\/b` is not an id of this kind\n.*Its ids have the form NAME\./);
      assert.deepEqual([...(await storedIn(stack)).keys()], []);
      assert.deepEqual(await stableSnapshot(fixture.host), empty);
    });
  });
}

/** A change to a thing while it is imported: in place where the kind has such a property, else one that replaces. */
function change({ edits, replacements }: Specimen) {
  const [edit] = Object.entries(edits);
  if (edit) return { isInPlace: true, isSeen: edit[1].touches !== undefined, props: { [edit[0]]: edit[1].value } };
  const [[path, { value }] = assert.fail("nothing to change")] = Object.entries(replacements);
  return { isInPlace: false, isSeen: true, props: { [path]: value("") } };
}

interface Try {
  type: string;
  name: string;
  id: string;
  says: string;
  props: Json;
}

function triesOf(specimen: Specimen): Try[] {
  const { type, variant = "", id, badIds } = specimen;
  const missing = { id: id("nowhere"), says: `resource '${id("nowhere")}' does not exist` };
  const none = badIds.map((bad) => ({
    id: bad,
    says: `${type}: \`${bad}\` is not an id of this kind\n  Its ids have the form `,
  }));
  // Nothing is made that an output could come from.
  const props = JSON.parse(JSON.stringify(specimen.props("nowhere", ""), (_, value) => (value?.$of ? "veth0" : value)));
  return [missing, ...none].map((one, index) => ({ ...one, type, name: `${type}${variant}${index}`, props }));
}

function asImport({ type, name, id, props }: Try): Declared {
  return { type, name, props, options: { import: id } };
}

function asGet({ type, name, id }: Try): Declared {
  return { type, name, props: {}, get: id };
}

async function listed(stack: Stack, type: string, ...args: string[]): Promise<string[]> {
  const plugin = path.join(pluginFolder, "pulumi-resource-netns");
  const { stdout, stderr } = await stack.run(["do", "--package", plugin, `netns:index:${type}`, "list", ...args]);
  assert.ok(stdout, stderr);
  return (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
}

/** The outputs that the kernel shows. */
function shown(one: Stored | undefined): Json {
  const hidden = rows.find(({ type }) => one?.type === `netns:index:${type}`)?.notImported ?? [];
  const entries = Object.entries(one?.outputs ?? {}).filter(([key]) => !key.startsWith("__") && !hidden.includes(key));
  return Object.fromEntries(entries);
}
