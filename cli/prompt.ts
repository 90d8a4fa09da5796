import { basename, join } from "node:path";

/** Beside the built command; what is in there makes the prompt. */
const PROMPT = join(__dirname, "prompt");

/** A shell that shows a name in its prompt after it has read all that its user has set up. */
export function withPrompt(file: string, name: string): { argv: string[]; env: Record<string, string> } {
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
