import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import fc from "fast-check";
import { call } from "../../../provider/program/typescript";
import { root } from "../../support/engine/project";

const names = fc.constantFrom("a", "mtu", "address", "some-key", "aLongerNameOfAProperty", "1x");
const texts = fc.oneof(
  fc.constantFrom(
    "",
    "10.0.0.1/24",
    'a "quoted" one',
    "it's",
    `two\nlines with \`signs\` and \${no} value`,
    "back\\slash",
  ),
  fc.stringMatching(/^[a-z ]{0,70}$/),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.nat(),
    fc.boolean(),
    fc.array(fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const inputs = fc.dictionary(names, value, { maxKeys: 5, noNullPrototype: true });

function evaluated(text: string): unknown[] {
  let given: unknown[] = [];
  new Function("take", `${text.replace(/^.*?\(/s, "take(")}`)((...all: unknown[]) => {
    given = all;
  });
  return given;
}

describe("the text of a program", () => {
  it("means the values that it was made of", () => {
    fc.assert(
      fc.property(texts, inputs, (name, values) =>
        assert.deepEqual(evaluated(call("f", [name, values])), [name, values]),
      ),
    );
  });

  it("is laid out as Biome lays it out", () => {
    const sampled = fc.sample(fc.tuple(fc.stringMatching(/^[a-z-]{1,60}$/), inputs), { numRuns: 300, seed: 1 });
    const calls = sampled.flatMap(([name, values], index) => [
      call("new netns.Address", [name, values]),
      call(`const it${index} = new netns.VethPair`, [name, values, { dependsOn: [name] }]),
    ]);
    const text = `${calls.join("\n")}\n`;
    const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
    const options = [
      "--indent-style=space",
      "--line-width=80",
      "--stdin-file-path=program.ts",
      "--use-editorconfig=false",
    ];
    const ran = spawnSync(process.execPath, [biome, "format", ...options], { input: text, encoding: "utf8", cwd: "/" });
    assert.equal(ran.status, 0, ran.stderr);
    assert.equal(text, ran.stdout);
  });
});
