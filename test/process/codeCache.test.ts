import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { buildSync } from "esbuild";
import { remove, root, scratch } from "../support/engine/project";

const execute = promisify(execFile);

describe("a file that is loaded by what V8 made of it", () => {
  let folder: string;
  before(async () => {
    folder = await scratch("code");
    const common = { bundle: true, platform: "node", format: "cjs", absWorkingDir: root } as const;
    buildSync({ ...common, entryPoints: ["provider/codeCache.ts"], outfile: path.join(folder, "codeCache.js") });
  });
  after(() => remove(folder));

  const says = (what: string) =>
    writeFile(path.join(folder, "code.js"), `exports.say = () => require("./other.json").${what};`);
  const load = async (keeps: boolean, env: NodeJS.ProcessEnv = {}) => {
    const line = `const { requireCached } = require("./codeCache.js"); console.log(requireCached(${JSON.stringify(path.join(folder, "code.js"))}, { keeps: ${keeps} }).say())`;
    const { NODE_V8_COVERAGE: _, ...own } = process.env;
    return (await execute(process.execPath, ["-e", line], { cwd: folder, env: { ...own, ...env } })).stdout.trim();
  };
  const cache = () => readFile(path.join(folder, "code.js.cache")).catch(() => undefined);

  it("does what it does without that, which is kept where it may be, and follows its text", async () => {
    await writeFile(path.join(folder, "other.json"), '{"a":1,"b":2}');
    await says("a");
    assert.equal(await load(false), "1");
    assert.equal(await cache(), undefined);
    assert.equal(await load(true), "1");
    const kept = await cache();
    assert.ok(kept);
    assert.equal(await load(true), "1");
    assert.deepEqual(await cache(), kept);
    // V8 itself looks at the length alone.
    await says("b");
    assert.equal(await load(true), "2");
    assert.notDeepEqual(await cache(), kept);
    await writeFile(path.join(folder, "code.js.cache"), kept.subarray(0, 100));
    assert.equal(await load(true), "2");
    assert.equal(await load(true, { NODE_V8_COVERAGE: path.join(folder, "coverage") }), "2");
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /cache\./.test(name)),
      [],
    );
  });
});
