import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { VerbTests } from "../../support/suites/cliLab";
import { WITHOUT_RIGHTS } from "./ls";

export const graph: VerbTests = (lab) => {
  const inProject = (name: string) => path.join(lab().stack.folder, name);

  it("draws the stack, and takes no rights for it", async () => {
    const { stdout, stderr, exitCode } = await lab().type(`${WITHOUT_RIGHTS} netns graph`);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    const hosts = [...stdout.matchAll(/<g class="host" data-host="(\w+)"/g)].map(([, host]) => host);
    assert.deepEqual(hosts, ["left", "right", "router"]);
  });

  it("writes a file in the format of its name, or in the one that it is told", async () => {
    await lab().type("netns graph -o lab.svg; netns graph -o lab.mmd; netns graph -o lab.txt --format dot");
    assert.match(await readFile(inProject("lab.svg"), "utf8"), /^<svg /);
    assert.match(await readFile(inProject("lab.mmd"), "utf8"), /^flowchart LR\n/);
    assert.match(await readFile(inProject("lab.txt"), "utf8"), /^graph lab \{\n/);
  });

  it("refuses a name that tells no format, and says so where it cannot write", async () => {
    const untold = await lab().type("netns graph -o lab.doc");
    assert.equal(untold.exitCode, 3);
    assert.match(untold.stderr, /^error: could not tell in which format to write lab\.doc\n.*\.svg, \.mmd, .*\.dot/);
    for (const line of ["graph -o /nosuch/lab.svg", "review -o /nosuch/lab.svg", "review --svg /nosuch/lab.svg"]) {
      const { exitCode, stderr } = await lab().type(`NETNS_OFFLINE=true netns ${line}`);
      assert.equal(exitCode, 3);
      assert.match(stderr, /^error: could not write \/nosuch\/lab\.svg\n {2}ENOENT: [^\n]*$/);
    }
  });

  it("shows what a changed program would make of it, offline and without rights", async () => {
    const program = await readFile(inProject("index.ts"), "utf8");
    await appendFile(inProject("index.ts"), '\nnew netns.Namespace("guest");\n');
    const line = `NETNS_OFFLINE=true ${WITHOUT_RIGHTS} netns graph --preview --format dot`;
    const { stdout, exitCode } = await lab().type(line);
    await writeFile(inProject("index.ts"), program);
    assert.equal(exitCode, 0);
    assert.deepEqual(stdout.match(/label="[+~−] [^"]*"/g), ['label="+ guest"']);
    assert.match(stdout, /label="router \(router\)"/);
  });

  it("says what is wrong with a program that ends in an error", async () => {
    const program = await readFile(inProject("index.ts"), "utf8");
    await appendFile(inProject("index.ts"), '\nthrow new Error("not today");\n');
    const { stdout, stderr, exitCode } = await lab().type("NETNS_OFFLINE=true netns graph --preview");
    await writeFile(inProject("index.ts"), program);
    assert.deepEqual([exitCode, stdout], [3, ""]);
    assert.match(stderr, /^error: could not preview the stack\n(?:.*\n)*.*not today/);
  });
};
