import assert from "node:assert/strict";
import { findOnPath } from "../../../tools/shell.mjs";
import type { VerbTests } from "../../support/suites/cliLab";
import { skipThis } from "../../support/suites/needs";

/** How each shell is started without what its user has set up, and told to complete words of netns. */
const SHELLS = {
  bash: ["bash --norc --noprofile", "source <(netns completion bash)"],
  zsh: ["zsh -f", "autoload -Uz compinit; compinit -u -D; source <(netns completion zsh)"],
  fish: ["fish --no-config", "netns completion fish | source"],
} as const;

export const completion: VerbTests = (lab) => {
  for (const [shell, [start, setUp]] of Object.entries(SHELLS)) {
    it(`completes verbs and hosts in ${shell} when Tab is pressed`, async function () {
      if (findOnPath(shell) === undefined) skipThis(this, shell);
      const typed = `${setUp}\nnetns ex\tri\t -- grep root: /etc/passw\t\nexit\n`;
      const { stdout } = await lab().typeOnTerminal(start, { typed });
      assert.match(stdout, /^\W*root:.*:0:0:/m);
    });
  }
};
