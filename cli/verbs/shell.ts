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
    return runInLab(stack.configOf(host), { namespace: host.name, argv: [], isShell: true });
  },
};
