import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { findingsOf } from "../../../provider/model/findings";
import { graphOf } from "../../../provider/model/graph";
import { resourcesOf } from "../../../provider/model/resources";
import { root } from "../../../tools/places.mjs";
import { stackOf } from "../../support/model/exampleStack";

/** Those that show a mistake. */
const WRONG: Record<string, string[]> = { "one-host-arp": ["arp-trap"] };

async function codesOf(example: string, config = {}): Promise<string[]> {
  const written = await stackOf(path.join(root, "examples", example, "index.ts"), config);
  const resources = resourcesOf(written);
  assert.ok(resources.length > 0);
  return findingsOf(graphOf(resources)).map(({ code }) => code);
}

describe("the findings of examples", () => {
  const folder = path.join(root, "examples");
  for (const name of readdirSync(folder).filter((name) => existsSync(path.join(folder, name, "index.ts")))) {
    it(`${name} has ${WRONG[name]?.join() ?? "none"}`, async () => {
      assert.deepEqual(await codesOf(name), WRONG[name] ?? []);
    });
  }

  it("one-host-arp has none where the host is told to answer", async () => {
    assert.deepEqual(await codesOf("one-host-arp", { "labs:answers": "true" }), []);
  });
});
