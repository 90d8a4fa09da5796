import assert from "node:assert/strict";
import { candidatesFor } from "../../../cli/candidates";
import { programOf } from "../../../cli/program";
import { verbs } from "../../../cli/verbs";

const program = programOf(verbs);

async function offered(line: string) {
  const found = await candidatesFor(program, line.split(" "));
  return found.kind === "words" ? found.words.map(([word]) => word) : found;
}

describe("the words that a shell is offered for netns", () => {
  it("are verbs first, then options and choices", async () => {
    const all = await offered("netns ");
    for (const { name } of verbs) assert.ok(Array.isArray(all) && all.includes(name), name);
    assert.deepEqual(await offered("netns comp"), ["completion"]);
    assert.deepEqual(await offered("netns l"), ["ls"]);
    assert.deepEqual(await offered("netns ls --j"), ["--json"]);
    assert.deepEqual(await offered("netns exec --st"), ["--stack"]);
    assert.deepEqual(await offered("netns completion "), ["bash", "zsh", "fish"]);
  });

  it("are files and folders where an option takes such", async () => {
    assert.deepEqual(await offered("netns capture link --write "), { kind: "files" });
    assert.deepEqual(await offered("netns --cwd "), { kind: "folders" });
    assert.deepEqual(await offered("netns ls -s "), []);
  });

  it("are those of a command's own as soon as it begins", async () => {
    for (const [line, at] of [
      ["netns exec left ", 3],
      ["netns exec left ls --", 3],
      ["netns exec left -- pin", 4],
      ["netns exec left -- ls -- -", 4],
      ["netns exec --stack=lab left ls", 4],
      // As bash has it.
      ["netns exec --stack = lab left ls", 6],
      ["netns exec -- left ls", 4],
    ] as const) {
      assert.deepEqual(await offered(line), { kind: "command", at }, line);
    }
  });
});
