import { constants } from "node:os";
import { definitions } from "../../../provider/definitions";
import type { Host } from "../../../provider/host/host";
import { run } from "../../../provider/host/run";
import { NetlinkError } from "../../../provider/netlink/message";
import { Engine } from "../../../provider/server/engine";
import { Plugin } from "../../../provider/server/plugin";
import type { LabHost } from "../labHost/labHost";
import { labFiles } from "./labFiles";
import { LabNetlink } from "./labNetlink";
import { Rpcs } from "./rpcs";

const REFUSED = { stdout: "", stderr: "RTNETLINK answers: refused by the test", exitCode: 2 };
const notThere = (program: string) => ({
  stdout: "",
  stderr: `nsenter: failed to execute ${program}: No such file or directory`,
  exitCode: 127,
});

/** The programs that change the host, and are run. */
const CHANGES = /ethtool -K/;
/** What is done in the place of a program, and changes nothing. */
const LOOKS = /^unshare |(?:^| )nft (?:-s )?list /;

function typed(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

/** A command as it is told, where it is given something to read: in sh's own form. */
function withHereDocument(line: string): string {
  const [command, ...read] = line.split("\n  ");
  return read.length === 0 ? line : [`${command} <<'END'`, ...read, "END"].join("\n");
}

/** The provider in this process, its RPCs as functions of plain values, with a lab host as the machine it changes. */
export class TestProvider extends Rpcs {
  /** Each command that the provider has run on the host, or has done as the kernel does it, and what it did with files. */
  readonly commands: string[] = [];
  /** The changes that were made, each as what a person would type. */
  readonly typed: string[] = [];
  private dies: ((command: string) => boolean) | undefined;
  private fails: ((command: string) => boolean) | undefined;
  private meets: ((command: string) => Promise<unknown> | undefined) | undefined;
  private isDead = false;
  private lacking: string | undefined;

  constructor(readonly lab: LabHost) {
    const atFiles = async (what: string) => {
      await this.before(what);
      if (this.fails?.(what)) throw new Error("refused by the test");
    };
    const runs: Host["run"] = async (argv, options) => {
      const command = [argv.join(" "), options.stdin ?? ""].join("\n").trim();
      if (CHANGES.test(command)) this.typed.push(typed(argv));
      await this.before(command);
      if (this.lacking !== undefined && argv.includes(this.lacking)) return notThere(this.lacking);
      return this.fails?.(command) ? REFUSED : run([...lab.door, ...argv], options);
    };
    const host = { run: runs, missingRights: async () => [], ...labFiles(lab, atFiles) };
    const netlink = new LabNetlink(lab, async (work) => {
      const [line, command] = [said, said.replaceAll("'", "")];
      await this.before(command);
      if (this.fails?.(command)) throw new NetlinkError(constants.errno.EINVAL, "refused by the test");
      await work();
      // A step that sets something meanwhile changes the kernel more than once.
      if (this.typed.at(-1) !== line && !LOOKS.test(line)) this.typed.push(withHereDocument(line));
    });
    super(new Plugin(definitions, "provider", host, netlink, new Engine()));
    // What is done without a command is told as the command that means the same.
    let said = "";
    this.plugin.engine.log = (severity, message) => {
      if (severity === "debug") said = message;
    };
  }

  private async before(command: string): Promise<void> {
    this.commands.push(command);
    await this.meets?.(command);
    if (this.dies?.(command)) this.isDead = true;
    if (this.isDead) throw new Error("the process is dead");
  }

  /** As if killed: before such a command, and from then on nothing it does gets to the host. */
  dieBefore(match: (command: string) => boolean): void {
    this.dies = match;
  }

  /** Such commands are refused instead of run. */
  failOn(match: (command: string) => boolean): void {
    this.fails = match;
  }

  /** As if the host had not this program; undefined: as if it had all. */
  lacks(program: string | undefined): void {
    this.lacking = program;
  }

  /** Somebody else does something on the host just before such a command, once. */
  overtakeBefore(match: RegExp, act: () => Promise<unknown>): void {
    this.meets = (command) => {
      if (!match.test(command)) return;
      this.meets = undefined;
      return act();
    };
  }
}
