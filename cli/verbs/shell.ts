import { basename, join } from "node:path";
import { HostArgument, hostNamed } from "../hosts";
import { runInLab } from "../lab";
import { readStack } from "../stack";
import type { Verb } from "../verb";

export const shell: Verb = {
  name: "shell",
  summary: "open a shell in a host of the lab",
  description:
    "Open a shell in a host of the lab, with the host's name in its prompt: $SHELL, or else sh. It runs there " +
    "as with `netns exec`, and the exit code is the shell's own.",
  arguments: [new HostArgument("<host>")],
  takesCommand: true,
  examples: [
    ["netns shell h1", "until `exit` or ^D"],
    ["netns shell h1 <script.sh", "run a script there"],
  ],
  async run({ words: [word = ""], at }) {
    const stack = await readStack(at);
    const host = hostNamed(stack, word);
    return runInLab(stack.configOf(host), {
      namespace: host.name,
      ...withPrompt(process.env.SHELL || "sh", host.name),
    });
  },
};

/** Beside the built command; what is in there makes the prompt. */
const PROMPT = join(__dirname, "prompt");

/** A shell that shows a name in its prompt after it has read all that its user has set up. */
function withPrompt(file: string, name: string): { argv: string[]; env: Record<string, string> } {
  const env = { NETNS_SHELL_HOST: name };
  switch (basename(file)) {
    case "bash":
      return { argv: [file, "--rcfile", join(PROMPT, "bashrc")], env };
    case "zsh":
      return { argv: [file], env: { ...env, ZDOTDIR: PROMPT, NETNS_ZDOTDIR: process.env.ZDOTDIR ?? "" } };
    case "fish":
      return { argv: [file, "--init-command", FISH], env };
    default:
      return { argv: [file], env: { ...env, PS1: `(${name}) $ ` } };
  }
}

const FISH =
  'functions --copy fish_prompt _netns_prompt; function fish_prompt; echo -n "($NETNS_SHELL_HOST) "; _netns_prompt; end';
