import assert from "node:assert/strict";
import type { VerbTests } from "../../support/suites/cliLab";

export const usage: VerbTests = (lab) => {
  it("is told by --help, with the verbs, and for each with examples", async () => {
    const { stdout } = await lab().type("netns --help");
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*$/gm)].map(([, name]) => name);
    for (const name of names.filter((one) => one !== "help")) {
      const help = await lab().type(`netns ${name} --help`);
      assert.equal(help.exitCode, 0);
      assert.match(help.stdout, new RegExp(`^Usage: netns ${name} [\\s\\S]*\\nExamples:\\n  netns ${name} `));
    }
    assert.ok(names.length > 3);
  });

  it("is corrected with exit code 2, and 125 where a command's own code is passed on", async () => {
    const cases = [
      ["netns", 2, /^Usage: netns/],
      ["netns lss", 2, /^error: unknown command 'lss'\n\(Did you mean ls\?\)/],
      ["netns ls --jsn", 2, /^error: unknown option '--jsn'\n\(Did you mean --json\?\)/],
      ["netns ls left", 2, /^error: too many arguments for 'ls'/],
      ["netns exec left", 125, /^error: missing required argument 'command'/],
      ["netns shell left right", 125, /^error: too many arguments for 'shell'/],
    ] as const;
    for (const [line, code, said] of cases) {
      const { exitCode, stderr } = await lab().type(line);
      assert.equal(exitCode, code, line);
      assert.match(stderr, said);
    }
  });

  it("is told where there is no project, no stack, no folder and no pulumi", async () => {
    const cases = [
      ["cd / && netns ls", / {2}\/ is not in a Pulumi project: go to one, or name its folder with `--cwd FOLDER`\.$/],
      ["netns ls -s nowhere", /no stack named 'nowhere' found\n {2}`pulumi stack ls` lists the stacks: /],
      ["PULUMI_STACK= netns ls", /no stack selected.*\n {2}`pulumi stack ls` lists the stacks: choose one/],
      ["netns -C /nowhere ls", / {2}there is no folder \/nowhere$/],
      [
        'PATH="$(dirname "$(which netns)"):$(dirname "$(which node)"):/nowhere" netns ls',
        / {2}Put `pulumi` on the PATH; /,
      ],
    ] as const;
    for (const [line, said] of cases) {
      const { exitCode, stderr } = await lab().type(line);
      assert.equal(exitCode, 3, line);
      assert.match(stderr, /^error: could not read the stack\n {2}/);
      assert.match(stderr, said);
    }
  });

  it("is told that a stack has nothing of netns in it yet", async () => {
    await lab().type("pulumi stack init empty --no-select");
    try {
      const [ls, ping] = [await lab().type("netns ls -s empty"), await lab().type("netns ping -s empty")];
      assert.deepEqual([ls.exitCode, ls.stdout, ping.exitCode], [0, "", 3]);
      for (const { stderr } of [ls, ping])
        assert.match(stderr, /the stack has nothing of netns in it yet[\s\S]*`pulumi up` makes the lab\.$/);
    } finally {
      await lab().type("pulumi stack rm empty --yes");
    }
  });

  it("takes the folder before the verb and after it", async () => {
    const here = await lab().type("netns ls");
    for (const line of ['netns -C "$OLDPWD" ls', 'netns ls --cwd "$OLDPWD" --stack test']) {
      assert.deepEqual(await lab().type(`cd / && ${line}`), here);
    }
  });
};
