import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { remove, root, scratch } from "../support/engine/project";
import { LabHost } from "../support/labHost/labHost";
import { snapshot } from "../support/labHost/snapshot";
import { needs } from "../support/suites/needs";

const STACK = "readme-test";
/** These two run the tests and so this one. */
const NOT_FROM_WITHIN = ["npm test", "npm run soak"];

describe("README.md", function () {
  this.timeout(300_000);
  let host: LabHost;
  let base: string;
  before(needs("root", "nsenter", "ip", "ping", "pulumi"));
  before(async () => {
    host = await LabHost.start();
    base = await scratch("readme");
  });
  after(async () => {
    await host?.stop();
    if (base) await remove(base);
    const examples = readdirSync(path.join(root, "examples")).map((name) => path.join(root, "examples", name));
    for (const folder of [root, ...examples]) {
      await rm(path.join(folder, `Pulumi.${STACK}.yaml`), { force: true });
    }
  });

  it("holds commands that work when typed one after the other, and leave nothing", async () => {
    const lines = (await shellLines("README.md")).filter((line) => !NOT_FROM_WITHIN.includes(line));
    assert.ok(lines.length >= 10);
    const empty = await snapshot(host);
    const env = {
      ...process.env,
      PULUMI_HOME: path.join(base, "home"),
      PULUMI_BACKEND_URL: `file://${base}`,
      PULUMI_STACK: STACK,
    };
    const typed = await host.tryRun(["bash", "-exc", lines.join("\n")], { cwd: root, env, timeoutMs: 280_000 });
    assert.equal(typed.exitCode, 0, `${typed.stdout}\n${typed.stderr}`);
    assert.match(typed.stdout, /Try next: ip netns exec net0 ping 10\.0\.1\.2/);
    assert.equal(typed.stdout.match(/1 packets transmitted, 1 received/g)?.length, 2);
    assert.match(typed.stdout, /\+ 4 to create/);
    assert.deepEqual(await snapshot(host), empty);
  });

  it("shows the labs as the programs that they are", async () => {
    const shown = await blocks("README.md", "ts");
    for (const [index, example] of ["lab", "two-namespaces"].entries()) {
      const text = await readFile(path.join(root, "examples", example, "index.ts"), "utf8");
      const program = text.replace(/^const (left|right) = /gm, "");
      for (const line of String(shown[index]).split("\n")) assert.ok(program.includes(line), line);
    }
  });

  it("shows what the page of examples/lab shows, whose commands are typed", async () => {
    const typed = new Set((await blocks("examples/lab/README.md", "text")).flatMap((block) => block.split("\n")));
    const shown = (await blocks("README.md", "text")).flatMap((block) => block.split("\n"));
    assert.deepEqual(
      shown.filter((line) => !typed.has(line)),
      [],
    );
  });
});

/** The blocks of a language in a file. */
async function blocks(file: string, language: string): Promise<string[]> {
  const text = await readFile(path.join(root, file), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(([, block]) =>
    String(block),
  );
}

async function shellLines(file: string): Promise<string[]> {
  return (await blocks(file, "sh")).flatMap((block) => block.trim().split("\n"));
}
