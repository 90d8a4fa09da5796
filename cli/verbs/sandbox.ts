import { Argument } from "commander";
import { needLinux } from "../../provider/host/linux";
import { CommandArgument } from "../candidates";
import type { Verb } from "../verb";

const WORDS = ["list", "enter", "remove"] as const;
const USAGE = "netns sandbox list | enter NAME [-- COMMAND…] | remove NAME";

export const sandbox: Verb = {
  name: "sandbox",
  summary: "list sandboxes, enter one, or end one with all that is in it",
  description:
    "Sandboxes are where labs of users without root's rights are (netns:sandbox): a network, mounts and processes of " +
    "their own, in which that user is root. `list` has those of this user, each with the process that keeps it. `enter` " +
    "opens a shell in one, or runs a command there, in its own namespace: what `netns exec` is for a host of a lab. " +
    "`remove` ends all that runs in one, and all that is in it is gone.",
  arguments: [
    new Argument("<what>", "what to do").choices(WORDS),
    new Argument("[name]", "the name of the sandbox"),
    new CommandArgument("[command...]", "the command to run there, instead of a shell; `--` before it is optional"),
  ],
  takesCommand: true,
  examples: [
    ["netns sandbox list", "the sandboxes that are there"],
    ["netns sandbox enter lab", "a shell in one, as its root"],
    ["netns sandbox enter lab -- ip netns", "one command there"],
    ["netns sandbox remove lab", "end it, without `pulumi destroy`"],
  ],
  async run({ words: [what = "", name, ...rest] }) {
    needLinux();
    const argv = rest[0] === "--" ? rest.slice(1) : rest;
    const [{ listSandboxes, removeSandbox, sandboxNamed }, { intoSandbox }] = await Promise.all([
      import("../../provider/place/sandbox.js"),
      import("../intoSandbox.js"),
    ]);
    if (what === "list") {
      const { printTable } = await import("../table.js");
      const all = await listSandboxes();
      printTable(
        ["SANDBOX", "KEEPER"],
        all.map(({ name, pid }) => [name, String(pid)]),
      );
      return 0;
    }
    if (name === undefined) throw await unnamed(what);
    if (what === "remove") {
      await removeSandbox(await sandboxNamed(name));
      return 0;
    }
    const { replaceBy } = await import("../replace.js");
    const way = await intoSandbox(name);
    return replaceBy(way(argv.length > 0 ? argv : [process.env.SHELL || "sh"]));
  },
};

async function unnamed(what: string): Promise<Error> {
  const { NetnsError } = await import("../../provider/errors.js");
  return new NetnsError({ kind: "user", tried: `netns sandbox ${what} needs the name of a sandbox`, todo: USAGE });
}
