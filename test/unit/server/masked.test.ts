import assert from "node:assert/strict";
import fc from "fast-check";
import { masked } from "../../../provider/server/property";

describe("a text without its secrets", () => {
  const cases: [what: string, text: string, secrets: string[], shown: string][] = [
    ["stays as it is without one", "set mtu 1400", [], "set mtu 1400"],
    ["stays as it is without this one", "set mtu 1400", ["hunter2"], "set mtu 1400"],
    ["loses a long one wherever it stands", "xhunter2x hunter2", ["hunter2"], "x[secret]x [secret]"],
    ["loses a short one where it is a word of its own", "value = 1", ["1"], "value = [secret]"],
    [
      "loses a short one behind `=`, `/` or a quote",
      "a=1 /1/ '1' \"1\"",
      ["1"],
      "a=[secret] /[secret]/ '[secret]' \"[secret]\"",
    ],
    [
      "keeps a short one within other words",
      "mtu 1400, net.1 is v1 at 10.0.1.1",
      ["1"],
      "mtu 1400, net.1 is v1 at 10.0.1.1",
    ],
    ["loses a short one with a letter that a pattern would read otherwise", "is .* here", [".*"], "is [secret] here"],
    ["loses a long one with such letters", "is a.*b$ here, not axxb", ["a.*b$"], "is [secret] here, not axxb"],
    ["loses the whole of one that holds another", "hunter2hunter3", ["hunter2", "hunter2hunter3"], "[secret]"],
    ["loses the whole of one that holds a short one", "a 1 b", ["1", "a 1 b"], "[secret]"],
    ["is not changed by `$&`", "is $& here", ["$& h"], "is [secret]ere"],
  ];
  for (const [what, text, secrets, shown] of cases) {
    it(what, () => {
      assert.equal(masked(text, secrets), shown);
      assert.equal(masked(text, [...secrets].reverse()), shown);
    });
  }

  it("holds none of them, in whatever order they come", () => {
    // Letters that are not in `[secret]` itself.
    const secret = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(secret, { minLength: 1, maxLength: 4 }), fc.string(), (secrets, noise) => {
        const text = `${noise}${secrets.join("")}${noise}${secrets.join(" ")}`;
        const shown = masked(text, secrets);
        for (const one of secrets) assert.ok(!shown.includes(one), `${one} in ${shown}`);
      }),
    );
  });
});
