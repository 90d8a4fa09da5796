import assert from "node:assert/strict";
import { findOnPath } from "../../../tools/shell.mjs";
import type { VerbTests } from "../../support/suites/cliLab";
import { skipThis } from "../../support/suites/needs";

export const shell: VerbTests = (lab) => {
  it("reads what it is to do from its input", async () => {
    const ran = await lab().type("printf 'ls /sys/class/net\\nexit 9\\n' | netns shell left");
    assert.deepEqual(ran, { exitCode: 9, stdout: "eth0\nlo", stderr: "" });
  });

  for (const name of ["bash", "sh", "zsh", "fish"]) {
    it(`has the host's name in the prompt of ${name}`, async function () {
      const file = findOnPath(name);
      if (file === undefined) skipThis(this, name);
      const env = { SHELL: file };
      const { stdout, exitCode } = await lab().typeOnTerminal("netns shell left", {
        typed: "echo /sys/class/net/*; exit 4\n",
        env,
      });
      assert.match(stdout, /\(left\) /);
      assert.match(stdout, /\/sys\/class\/net\/eth0 \/sys\/class\/net\/lo/);
      assert.equal(exitCode, 4);
    });
  }

  it("keeps the prompt that its user has, behind the name", async () => {
    await lab().type(`echo 'PS1="mine> "' >~/.bashrc`);
    const env = { SHELL: "/bin/bash" };
    assert.match((await lab().typeOnTerminal("netns shell left", { typed: "exit\n", env })).stdout, /\(left\) mine> /);
  });
};
