import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { elementsOf, inLists } from "../../provider/topology/elements";
import { changesIn, isOf, type LabChange } from "../support/inputs/labChanges";
import { labDescriptions, type Said } from "../support/inputs/labDescriptions";
import { stateFor } from "../support/inputs/states";
import { checkedLab, lists } from "../support/inputs/topologyInputs";
import { stackSuite } from "../support/suites/stackSuite";
import { labOf } from "../unit/lab/labOf";

const LABS = 200;
/** How many of them one Topology has: they are on one host by their prefixes. */
const TOGETHER = 50;

/** Of larger ones the engine's preview takes long, and shows the same. */
const MOST_CABLES = 6;

const PROGRAM = `
  for (const [index, labs] of require("./labs.json").entries()) {
    const all = labs.map((said) => netns.labOutput(said).topology);
    new netns.Topology("labs" + index, pulumi.all(all).apply((parts) =>
      Object.fromEntries(Object.keys(parts[0]).map((list) => [list, parts.flatMap((part) => part[list])]))));
  }
`;

interface Case {
  before: Said & { prefix: string };
  change: LabChange;
}

/** Random labs, each with a change of one host of it: added, removed, renamed. */
function cases(): Case[] {
  const found: Case[] = [];
  for (const [index, lab] of fc.sample(labDescriptions, { numRuns: 6 * LABS, seed: 17 }).entries()) {
    if (found.length === LABS) break;
    if (Object.values(lab.switches).flatMap(({ hosts }) => hosts).length > MOST_CABLES) continue;
    const before = { ...lab, prefix: `l${index}-` };
    const changes = changesIn(before, labOf, index);
    const change = changes[found.length % changes.length];
    if (change) found.push({ before, change });
  }
  return found;
}

function merged(labs: Said[]): Record<string, Json[]> {
  const parts = labs.map((said) => labOf(said).topology as Record<string, Json[]>);
  return Object.fromEntries(
    Object.keys(parts[0] ?? {}).map((list) => [list, parts.flatMap((part) => part[list] ?? [])]),
  );
}

stackSuite("The preview of a lab of a few lines", [], (fixture) => {
  it(`shows the elements of the host that is added, removed or renamed, and no others, in ${LABS} random labs`, async () => {
    const all = cases();
    assert.equal(all.length, LABS);
    const groups = Array.from({ length: LABS / TOGETHER }, (_, group) =>
      all.slice(group * TOGETHER, (group + 1) * TOGETHER),
    );
    const stack = await fixture.stackOf(PROGRAM);
    const write = (labs: Said[][]) => writeFile(path.join(stack.folder, "labs.json"), JSON.stringify(labs));
    await write([[{ hosts: { a: {} }, switches: {}, links: [] }]]);
    const made = await stack.up();
    assert.equal(made.exitCode, 0, made.text);

    // The engine's own state of one lab, with others in its place: to make them all would take minutes.
    const exported = JSON.parse((await stack.run(["stack", "export"])).stdout);
    const one = exported.deployment.resources.find(({ type }: Json) => type === "netns:index:Topology");
    const others = exported.deployment.resources.filter((resource: Json) => resource !== one);
    const states = groups.map((group, index) => {
      const inputs = checkedLab(merged(group.map(({ before }) => before)));
      const outputs = inLists(lists, elementsOf(lists, inputs), ({ kind, values }) => stateFor(kind, values));
      const own = { urn: one.urn.replace(/labs0$/, `labs${index}`), id: `l${index}` };
      return { ...one, ...own, inputs, outputs: { ...one.outputs, ...outputs }, refreshBeforeUpdate: undefined };
    });
    exported.deployment.resources = [...others, ...states];
    const file = path.join(stack.home, "labs.json");
    await writeFile(file, JSON.stringify(exported));
    const imported = await stack.run(["stack", "import", "--file", file]);
    assert.equal(imported.exitCode, 0, imported.stderr);

    await write(groups.map((group) => group.map(({ change }) => change.after)));
    const { steps, text } = await stack.preview();
    const seen = steps.filter(({ resource }) => resource.startsWith("Topology "));
    assert.deepEqual(
      seen.map(({ op }) => op),
      groups.map(() => "update"),
      text,
    );
    const touched = new Set<string>();
    const byPrefix = new Map(all.map((one) => [one.before.prefix, one]));
    for (const { resource, diff } of seen) {
      const group = groups[Number(/\d+$/.exec(resource))] ?? assert.fail(resource);
      const sides = [group.map(({ before }) => before), group.map(({ change }) => change.after)].map(merged);
      const beside = diff.filter((place) => {
        const [, list = "", index] = /^(\w+)\[(\d+)\]/.exec(place) ?? assert.fail(place);
        const texts = sides.map((side) => JSON.stringify(side[list]?.[Number(index)] ?? ""));
        const ofHost = texts.flatMap((text) => {
          const of = byPrefix.get(/"(l\d+-)/.exec(text)?.[1] ?? "");
          return of && isOf(text, of.change.hosts) ? [of.before.prefix] : [];
        });
        for (const prefix of ofHost) touched.add(prefix);
        return ofHost.length === 0;
      });
      assert.deepEqual([resource, beside], [resource, []]);
    }
    assert.equal(touched.size, LABS);
  });
});
