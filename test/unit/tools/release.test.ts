import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const root = path.join(__dirname, "../../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

interface Step {
  uses?: string;
  run?: string;
}

describe("the workflow that releases", () => {
  const workflow = parse(read(".github/workflows/release.yml")) as { jobs: Record<string, { steps: Step[] }> };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("runs only what package.json has", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const asked = steps.flatMap(({ run = "" }) =>
      [...run.matchAll(/npm run (?:--silent )?(\w+)/g)].map(([, name]) => name),
    );
    assert.deepEqual(asked, ["plugin"]);
    assert.ok(asked.every((name) => name !== undefined && name in scripts));
  });

  it("gives actions of other owners than GitHub by their commit", () => {
    const others = steps.flatMap(({ uses }) => (uses && !uses.startsWith("actions/") ? [uses] : []));
    assert.ok(others.length > 0 && others.every((uses) => /@[0-9a-f]{40}$/.test(uses)), others.join());
  });
});

describe("the page for Pulumi's registry", () => {
  const page = read("docs/_index.md");

  it("has the front matter that the registry reads", () => {
    for (const file of ["docs/_index.md", "docs/installation-configuration.md"]) {
      const [, head = ""] = /^---\n(.*?)\n---\n/s.exec(read(file)) ?? [];
      assert.deepEqual(Object.keys(parse(head)), ["title", "meta_desc", "layout"], file);
    }
  });

  it("shows the programs that the tests run", () => {
    const block = (language: string) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(page)?.[1];
    const example = (file: string) => read(path.join("examples/languages", file));
    assert.equal(block("python"), example("python/__main__.py"));
    assert.equal(block("go"), example("go/main.go"));
    assert.equal(block("yaml"), example("yaml/Pulumi.yaml").replace(/^plugins:\n( .*\n)+/m, ""));
  });
});
