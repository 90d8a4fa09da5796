import { CommandArgument } from "../candidates";
import { HostArgument, hostNamed } from "../hosts";
import { runInLab } from "../lab";
import { readStack } from "../stack";
import type { Verb } from "../verb";

export const exec: Verb = {
  name: "exec",
  summary: "run a command in a host of the lab",
  description:
    "Run a command in a host of the lab, as `ip netns exec` does: in its network namespace, with a /sys that shows its " +
    "devices, and with the files of /etc/netns/HOST instead of those in /etc. The command replaces netns: its " +
    "input, output, signals and exit code are its own. The exit code is 125 if netns itself fails, 126 if the " +
    "command cannot be run, 127 if it is not found.",
  arguments: [
    new HostArgument("<host>"),
    new CommandArgument("<command...>", "the command to run there; `--` before it is optional"),
  ],
  takesCommand: true,
  examples: [
    ["netns exec h1 -- ping -c 1 10.0.0.2", "send a ping from h1"],
    ["netns exec h1 ip address", "what the kernel shows there"],
    ["netns exec h1 -- sh -c 'cat </proc/net/dev'", "redirected in there, not here"],
  ],
  async run({ words: [word = "", ...command], at }) {
    const argv = command[0] === "--" ? command.slice(1) : command;
    const stack = await readStack(at);
    const host = hostNamed(stack, word);
    return runInLab(stack.configOf(host), { namespace: host.name, argv });
  },
};
