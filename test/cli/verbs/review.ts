import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { root } from "../../support/engine/project";
import type { CliLab, VerbTests } from "../../support/suites/cliLab";
import { WITHOUT_RIGHTS } from "./ls";

const PAGE = path.join(root, "docs/review.md");
const SAMPLE = /(?<=<!-- review -->\n)[\s\S]*(?=<!-- \/review -->)/;

export const review: VerbTests = (lab) => {
  it("says what docs/review.md has as its example, offline and without rights", async () => {
    const page = await readFile(PAGE, "utf8");
    const { stdout, stderr, exitCode } = await changed(lab(), page, () =>
      lab().type(`NETNS_OFFLINE=true ${WITHOUT_RIGHTS} netns review --svg change.svg`),
    );
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(
      await readFile(path.join(lab().stack.folder, "change.svg"), "utf8"),
      /<g class="host added" data-host="guest"/,
    );
    const said = `\n${stdout.trim()}\n\n`;
    if (process.env.NETNS_PICTURES === "renew")
      await writeFile(
        PAGE,
        page.replace(SAMPLE, () => said),
      );
    assert.equal((await readFile(PAGE, "utf8")).match(SAMPLE)?.[0], said, `${PAGE} is stale: see AGENTS.md`);
  });

  it("compares two programs by the commands of the workflow in docs/review.md, and ends with 1 for a finding", async () => {
    const page = await readFile(PAGE, "utf8");
    const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const steps = parse(text).jobs.review.steps as { run?: string }[];
    const line = steps.find(({ run }) => run?.includes("netns review"))?.run?.replace("npx ", "") ?? "";
    assert.match(line, /^netns review --base base /);
    await lab().type("mkdir base && cp -a index.ts package.json Pulumi.yaml node_modules base");
    const ran = await changed(lab(), page, () => lab().type(`NETNS_OFFLINE=true ${line}`));
    assert.deepEqual([ran.exitCode, ran.stdout, ran.stderr], [1, "", ""]);
    const said = await readFile(path.join(lab().stack.folder, "review.md"), "utf8");
    assert.equal(said.trim(), page.match(SAMPLE)?.[0].trim());
  });

  it("follows the firewalls of the program without rights, or says that it cannot", async () => {
    const rules = "chain c { type filter hook forward priority 0; ip daddr 10.3.2.2 drop; }";
    const wall = `\nnew netns.Firewall("wall", { namespace: router.name, rules: ${JSON.stringify(rules)} });\n`;
    // With that capability, uid 0 may make a user namespace as others may without any.
    const nearlyNobody = "setpriv --inh-caps=-all,+setfcap --bounding-set=-all,+setfcap";
    const { exitCode } = await lab().type(`${nearlyNobody} unshare --user --map-root-user --net true`);
    const type = (words: string) => lab().type(`NETNS_OFFLINE=true ${nearlyNobody} ${words} netns review`);
    await edited(
      lab(),
      (program) => program + wall,
      async () => {
        if (exitCode === 0) {
          const { stdout } = await type("");
          assert.match(
            stdout,
            /\| `left` ↔ `right` \| IPv4 \| \*\*− can no longer reach\*\* \| On router the chain c /,
          );
          assert.doesNotMatch(stdout, /is not known/);
        }
        await lab().type("mkdir -p shim && printf '#!/bin/sh\\nexit 1\\n' >shim/unshare && chmod +x shim/unshare");
        const { stdout } = await type("env PATH=$PWD/shim:$PATH");
        assert.match(stdout, /`left` ↔ `right` \| IPv4 \| \? no longer known/);
        assert.match(stdout, /Who reaches whom through the firewall of `router` is not known here/);
      },
    );
  });
};

/** Does something while the program of the lab has the change that the page shows. */
function changed<T>(lab: CliLab, page: string, work: () => Promise<T>): Promise<T> {
  return edited(lab, (program) => withDiff(program, page), work);
}

async function edited<T>({ stack }: CliLab, edit: (program: string) => string, work: () => Promise<T>): Promise<T> {
  const file = path.join(stack.folder, "index.ts");
  const program = await readFile(file, "utf8");
  await writeFile(file, edit(program));
  try {
    return await work();
  } finally {
    await writeFile(file, program);
  }
}

/** Each line that goes is in the program, and those that come stand in its place. */
function withDiff(program: string, page: string): string {
  const [, diff = ""] = /```diff\n([\s\S]*?)```/.exec(page) ?? [];
  return diff.split(/^(?=-)/m).reduce((text, change) => {
    const [old = "", ...lines] = change
      .trimEnd()
      .split("\n")
      .map((line) => line.slice(1));
    assert.ok(text.includes(`\n${old}\n`), old);
    return text.replace(`\n${old}\n`, () => `\n${lines.join("\n")}\n`);
  }, program);
}
