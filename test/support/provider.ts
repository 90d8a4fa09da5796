import { definitions } from "../../provider/definitions";
import { commandHost } from "../../provider/host/commands";
import { runner } from "../../provider/host/run";
import { Plugin } from "../../provider/server/plugin";
import type { LabHost } from "./labHost";
import { Rpcs } from "./rpcs";

const REFUSED = { stdout: "", stderr: "RTNETLINK answers: refused by the test", exitCode: 2 };
const notThere = (program: string) => ({
  stdout: "",
  stderr: `nsenter: failed to execute ${program}: No such file or directory`,
  exitCode: 127,
});

/** The provider in this process, its RPCs as functions of plain values, with a lab host as the machine it changes. */
export class TestProvider extends Rpcs {
  /** Each command that the provider has run on the host. */
  readonly commands: string[] = [];
  private dies: ((command: string) => boolean) | undefined;
  private fails: ((command: string) => boolean) | undefined;
  private spoils: string | undefined;
  private meets: ((command: string) => Promise<unknown> | undefined) | undefined;
  private isDead = false;
  private lacking: string | undefined;

  constructor(readonly lab: LabHost) {
    const run = runner(lab.door);
    const host = commandHost({
      run: async (argv, options) => {
        const command = [argv.join(" "), options.stdin ?? ""].join("\n").trim();
        this.commands.push(command);
        await this.meets?.(command);
        if (this.dies?.(command)) this.isDead = true;
        if (this.isDead) throw new Error("the process is dead");
        if (this.lacking !== undefined && argv.includes(this.lacking)) return notThere(this.lacking);
        return this.fails?.(command)
          ? REFUSED
          : run(
              argv.map((word) => this.spoilt(word)),
              options,
            );
      },
      prefix: [],
      missingRights: async () => [],
    });
    super(new Plugin(definitions, "provider", () => host));
  }

  /** The text of a batch, with what the kernel refuses in the line that is to be refused. */
  private spoilt(text: string): string {
    const { spoils } = this;
    if (spoils === undefined || !text.includes(spoils)) return text;
    const lines = text.split("\n").map((line) => (line.includes(spoils) ? "link set dev nobody up" : line));
    return lines.join("\n");
  }

  /** As if killed: before such a command, and from then on nothing it does gets to the host. */
  dieBefore(match: (command: string) => boolean): void {
    this.dies = match;
  }

  /** Such commands are refused instead of run. */
  failOn(match: (command: string) => boolean): void {
    this.fails = match;
  }

  /** The lines of batches with these words are refused; those before them are carried out. */
  failWithin(words: string | undefined): void {
    this.spoils = words;
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
