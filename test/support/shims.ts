import { readFile, symlink } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "./project";

/** When a run is killed: before a command takes effect, after that and before its answer, after its answer. */
export const MOMENTS = ["before", "after", "answered"] as const;
export const VICTIMS = ["provider", "engine", "both"] as const;

export type Moment = (typeof MOMENTS)[number];
export type Victim = (typeof VICTIMS)[number];

/** A command that the provider runs: its words, and that they come for the `at`th time. */
export interface Command {
  words: string;
  at: number;
}

export interface Kill extends Command {
  moment: Moment;
  victim: Victim;
}

const PROGRAMS = ["nsenter", "unshare", "ip", "sysctl", "tc"];

/** Programs for the front of PATH that log what a provider runs, and kill it or its engine at one of its commands. */
export class Shims {
  private constructor(readonly folder: string) {}

  static async make(): Promise<Shims> {
    const shims = new Shims(await scratch("shims"));
    for (const program of PROGRAMS) await symlink(path.join(__dirname, "shim.sh"), path.join(shims.folder, program));
    return shims;
  }

  /** The environment of the run to watch, and to kill where it is told. */
  env(kill?: Kill): NodeJS.ProcessEnv {
    const target = kill && {
      KILL_WORDS: kill.words,
      KILL_AT: String(kill.at),
      KILL_MOMENT: kill.moment,
      KILL_VICTIM: kill.victim,
    };
    return { PATH: `${this.folder}:${process.env.PATH}`, ...target };
  }

  /** What the provider has run, in its order. */
  async commands(): Promise<Command[]> {
    const lines = (await readFile(path.join(this.folder, "log"), "utf8")).split("\n").filter(Boolean);
    return lines.map((words, index) => ({
      words,
      at: lines.slice(0, index + 1).filter((line) => line === words).length,
    }));
  }

  async fired(): Promise<boolean> {
    return readFile(path.join(this.folder, "fired")).then(
      () => true,
      () => false,
    );
  }

  close(): Promise<void> {
    return remove(this.folder);
  }
}
