import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Argument, type Command } from "commander";
import { candidatesFor } from "./candidates";
import type { Verb } from "./verb";

/** Beside the built command: what each shell is to read, which asks `netns complete` for all that it offers. */
const SCRIPTS = join(__dirname, "completion");

/** Completion knows all other verbs, so it is none among them. */
export const completion: Verb = {
  name: "completion",
  summary: "print the completion script for your shell",
  description:
    "Print the script with which your shell completes verbs, options, and names in the lab. Its suggestions " +
    "come from netns and from the current stack, so you need not print it again.",
  arguments: [new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"])],
  examples: [
    ["netns completion bash >>~/.bashrc", "for every bash from now on"],
    ["source <(netns completion zsh)", "for this zsh, once compinit has run"],
    ["netns completion fish | source", "for this fish"],
  ],
  async run({ words: [shell] }) {
    process.stdout.write(await readFile(join(SCRIPTS, `netns.${shell}`), "utf8"));
    return 0;
  },
};

/** What those ask: the kind of candidates on the first line, and words with what they are on the next ones. */
export function completeBy(program: Command): Verb {
  return {
    name: "complete",
    summary: "the possible last words of a line, for the shell's completion",
    arguments: [new Argument("[words...]", "the line up to the word to complete, without `netns`")],
    examples: [["netns complete -- exec h", "the hosts that begin with h"]],
    async run({ words }) {
      const found = await candidatesFor(program, ["netns", ...words]);
      const lines = found.kind === "words" ? found.words.map(([word, what]) => (what ? `${word}\t${what}` : word)) : [];
      const head = found.kind === "command" ? `command ${found.at}` : found.kind;
      process.stdout.write(`${[head, ...lines].join("\n")}\n`);
      return 0;
    },
  };
}
