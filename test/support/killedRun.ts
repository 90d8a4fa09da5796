import assert from "node:assert/strict";
import { atRest } from "./atRest";
import { done, unchanged } from "./example";
import { seed } from "./foreign";
import { type Lab, MACS } from "./killLab";
import { LabHost } from "./labHost";
import { pluginsOf } from "./plugins";
import { Stack } from "./pulumi";
import { type Command, type Kill, Shims } from "./shims";
import { comparable, type Snapshot } from "./snapshot";
import { until } from "./until";

/** What is killed in the middle. */
export interface Operation {
  /** The lab that is up before. */
  from?: Lab;
  command: "up" | "destroy";
  /** The lab that the program describes. */
  lab: Lab;
  /** The next run is a destroy as well. */
  thenDestroy?: boolean;
}

/** What an undisturbed run of an operation does: its commands, and the host afterwards, for comparing. */
interface Recorded {
  commands: Command[];
  host: unknown;
}

/** Runs of one program, disturbed and not, each on a host of its own where somebody else has things too. */
export class KilledRuns {
  private readonly records = new Map<string, Promise<Recorded>>();

  constructor(private readonly folder: string) {}

  async commands(operation: Operation): Promise<Command[]> {
    return (await this.undisturbed(operation)).commands;
  }

  /**
   * Kills the operation. Then a plain up, after `pulumi cancel`, must make what an undisturbed run makes, and a destroy
   * must leave just what was there before.
   */
  kill(operation: Operation, kill: Kill): Promise<void> {
    return this.onHost(async (host, stack) => {
      const before = await atRest(host);
      if (operation.from) done(await up(stack, operation.from));
      await disturb(host, stack, operation, kill);
      await stack.run(["cancel", "--yes", "--stack", "test"]);
      if (!operation.thenDestroy) {
        done(await up(stack, operation.lab));
        unchanged(await stack.preview());
        const after = await atRest(host);
        assert.deepEqual(comparable(after, MACS), (await this.undisturbed(making(operation))).host);
        assert.deepEqual(foreign(after), foreign(before));
      }
      done(await stack.destroy());
      assert.deepEqual(await atRest(host), before);
    });
  }

  private undisturbed({ from, command, lab }: Operation): Promise<Recorded> {
    const key = [from, command, lab].join(" ");
    const known = this.records.get(key) ?? this.record({ from, command, lab } as Operation);
    this.records.set(key, known);
    return known;
  }

  private record({ from, command, lab }: Operation): Promise<Recorded> {
    return this.onHost(async (host, stack) => {
      if (from) done(await up(stack, from));
      const shims = await Shims.make();
      const { exitCode, stdout, stderr } = await stack.runToEnd(command, { LAB: lab, ...shims.env() });
      assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
      const commands = await shims.commands();
      await shims.close();
      return { commands, host: comparable(await atRest(host), MACS) };
    });
  }

  private async onHost<T>(work: (host: LabHost, stack: Stack) => Promise<T>): Promise<T> {
    const host = await LabHost.start();
    await seed(host);
    const stack = await Stack.open({ host, folder: this.folder });
    try {
      return await work(host, stack);
    } finally {
      await stack.close();
      await host.stop();
    }
  }
}

async function disturb(host: LabHost, stack: Stack, { command, lab }: Operation, kill: Kill): Promise<void> {
  const shims = await Shims.make();
  try {
    const { stdout, stderr } = await stack.runToEnd(command, { LAB: lab, ...shims.env(kill) });
    assert.ok(await shims.fired(), `the run did not come to that command:\n${stdout}\n${stderr}`);
    await until("the end of the plugins of the killed run", async () => (await pluginsOf(host)).length === 0);
  } finally {
    await shims.close();
  }
}

/** The operation whose end the host must be in: for one that takes the lab away, that which makes it. */
function making(operation: Operation): Operation {
  return operation.command === "up" ? operation : { command: "up", lab: operation.lab };
}

function up(stack: Stack, lab: Lab) {
  stack.env.LAB = lab;
  return stack.up();
}

/** What somebody else has, as it is; what they have in the host's own namespace is compared with all that is there. */
function foreign({ networks }: Snapshot): unknown {
  return Object.entries(networks).filter(([name]) => name.startsWith("foreign"));
}
