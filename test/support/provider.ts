import { commandHost } from "../../provider/host/commands";
import { runner } from "../../provider/host/run";
import { kinds } from "../../provider/resources";
import { Plugin } from "../../provider/server/plugin";
import type { LabHost } from "./labHost";
import { Rpcs } from "./rpcs";

const REFUSED = { stdout: "", stderr: "RTNETLINK answers: refused by the test", exitCode: 2 };

/** The provider in this process, its RPCs as functions of plain values, with a lab host as the machine it changes. */
export class TestProvider extends Rpcs {
  /** Each command that the provider has run on the host. */
  readonly commands: string[] = [];
  private dies: ((command: string) => boolean) | undefined;
  private fails: ((command: string) => boolean) | undefined;
  private meets: ((command: string) => Promise<unknown> | undefined) | undefined;
  private isDead = false;
  private lacking = "";

  constructor(readonly lab: LabHost) {
    const run = runner(lab.door);
    const host = commandHost({
      run: async (argv, options) => {
        const command = [argv.join(" "), options.stdin ?? ""].join("\n").trim();
        this.commands.push(command);
        await this.meets?.(command);
        if (this.dies?.(command)) this.isDead = true;
        if (this.isDead) throw new Error("the process is dead");
        if (argv.includes(this.lacking))
          return {
            stdout: "",
            stderr: `nsenter: failed to execute ${this.lacking}: No such file or directory`,
            exitCode: 127,
          };
        return this.fails?.(command) ? REFUSED : run(argv, options);
      },
      prefix: [],
      missingRights: async () => [],
    });
    super(new Plugin(kinds, "provider", () => host));
  }

  /** As if killed: before such a command, and from then on nothing it does gets to the host. */
  dieBefore(match: (command: string) => boolean): void {
    this.dies = match;
  }

  /** Such commands are refused instead of run. */
  failOn(match: (command: string) => boolean): void {
    this.fails = match;
  }

  /** As if the host had not this program. */
  lacks(program: string): void {
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
