import { Argument, Option } from "commander";
import { CommandArgument } from "../candidates";
import type { SandboxHost } from "../sandboxHost";
import type { Verb } from "../verb";

const WORDS = ["list", "enter", "remove"] as const;
const USAGE = "netns sandbox list | enter NAME [-- COMMAND…] | remove NAME";

export const sandbox: Verb<SandboxHost> = {
  name: "sandbox",
  summary: "list sandboxes, enter one, or end one with all that is in it",
  description:
    "Sandboxes are where labs of users without root's rights are (netns:sandbox): a network, mounts and processes of " +
    "their own, in which that user is root. `list` has those of this user, each with the process that keeps it. `enter` " +
    "opens a shell in one, or runs a command there, in its own namespace: what `netns exec` is for a host of a lab. " +
    "`remove` ends all that runs in one, and all that is in it is gone. They are those on the lab host of the stack in " +
    "the current folder, or of NETNS_HOST; without either, those on this machine.",
  arguments: [
    new Argument("<what>", "what to do").choices(WORDS),
    new Argument("[name]", "the name of the sandbox"),
    new CommandArgument("[command...]", "the command to run there, instead of a shell; `--` before it is optional"),
  ],
  options: [
    new Option("--host <url>", "those on this lab host: ssh://[USER@]HOST[:PORT]"),
    new Option("--here", "those on this machine, wherever the lab of the stack is"),
  ],
  takesCommand: true,
  examples: [
    ["netns sandbox list", "the sandboxes that are there"],
    ["netns sandbox enter lab", "a shell in one, as its root"],
    ["netns sandbox enter lab -- ip netns", "one command there"],
    ["netns sandbox remove lab", "end it, without `pulumi destroy`"],
    ["netns sandbox list --host ssh://ann@lab1", "those of ann on another machine"],
  ],
  async run({ words, options, at }) {
    const { what, name, command, ...where } = readWords(words, options);
    const [{ hostOfSandboxes }, { sandboxesOn }] = await Promise.all([
      import("../sandboxHost.js"),
      import("../sandboxes.js"),
    ]);
    const tooMany = what === "list" ? name : what === "remove" ? command[0] : undefined;
    if (tooMany !== undefined) throw await misused(what, `does not take ${tooMany}`);
    if (what !== "list" && name === undefined) throw await misused(what, "needs the name of a sandbox");
    const sandboxes = sandboxesOn(await hostOfSandboxes(where, at));
    if (what === "enter") return sandboxes.enter(name ?? "", command);
    if (what === "remove") await sandboxes.remove(name ?? "");
    if (what !== "list") return 0;
    const { printTable } = await import("../table.js");
    const all = await sandboxes.list();
    printTable(
      ["SANDBOX", "KEEPER"],
      all.map(({ name, pid }) => [name, String(pid)]),
    );
    return 0;
  },
};

/** Before the command that is entered, our options may stand anywhere: the parser takes those before the first argument. */
function readWords([what = "", ...words]: readonly string[], given: SandboxHost) {
  const read = { what, name: undefined as string | undefined, command: [] as readonly string[], ...given };
  for (let at = 0; at < words.length; at++) {
    const [word = "", value] = words[at]?.split(/=(.*)/s) ?? [];
    if (word === "--here") read.here = true;
    else if (word === "--host") read.host = value ?? words[++at] ?? "";
    else if (read.name === undefined && word !== "--") read.name = words[at];
    else return { ...read, command: words.slice(word === "--" ? at + 1 : at) };
  }
  return read;
}

async function misused(what: string, how: string): Promise<Error> {
  const { NetnsError } = await import("../../provider/errors.js");
  return new NetnsError({ kind: "user", tried: `netns sandbox ${what} ${how}`, todo: USAGE });
}
