import assert from "node:assert/strict";
import { Stack } from "../../support/engine/pulumi";
import type { Change, Kill } from "../../support/faults/faultPlan";
import { makeForeignObjects } from "../../support/labHost/foreignObjects";
import { LabHost } from "../../support/labHost/labHost";
import { pluginsOf } from "../../support/labHost/plugins";
import { comparable, type Snapshot } from "../../support/labHost/snapshot";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { until } from "../../support/suites/until";
import { type Lab, MACS } from "./lab";
import { Watch } from "./watch";

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

/** What an undisturbed run of an operation does: its changes, and the host afterwards, for comparing. */
interface Recorded {
  changes: Change[];
  host: unknown;
}

/** Runs of one program, disturbed and not, each on a host of its own where somebody else has things too. */
export class KilledRuns {
  private readonly records = new Map<string, Promise<Recorded>>();

  constructor(private readonly folder: string) {}

  async changes(operation: Operation): Promise<Change[]> {
    return (await this.undisturbed(operation)).changes;
  }

  /**
   * Kills the operation. Then a plain up, after `pulumi cancel`, must make what an undisturbed run makes, and a destroy
   * must leave just what was there before.
   */
  kill(operation: Operation, kill: Kill): Promise<void> {
    return this.onHost(async (host, stack) => {
      const before = await stableSnapshot(host);
      if (operation.from) done(await up(stack, operation.from));
      await disturb(host, stack, operation, kill);
      await stack.run(["cancel", "--yes", "--stack", "test"]);
      if (!operation.thenDestroy) {
        done(await up(stack, operation.lab));
        unchanged(await stack.preview());
        const after = await stableSnapshot(host);
        assert.deepEqual(comparable(after, MACS), (await this.undisturbed(making(operation))).host);
        assert.deepEqual(foreign(after), foreign(before));
      }
      done(await stack.destroy());
      assert.deepEqual(await stableSnapshot(host), before);
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
      const watch = await Watch.make();
      const { exitCode, stdout, stderr } = await stack.runToEnd(command, { LAB: lab, ...(await watch.env()) });
      assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
      const changes = await watch.changes();
      await watch.close();
      return { changes, host: comparable(await stableSnapshot(host), MACS) };
    });
  }

  private async onHost<T>(work: (host: LabHost, stack: Stack) => Promise<T>): Promise<T> {
    const host = await LabHost.start();
    await makeForeignObjects(host);
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
  const watch = await Watch.make();
  try {
    const { stdout, stderr } = await stack.runToEnd(command, { LAB: lab, ...(await watch.env(kill)) });
    await until("the end of the plugins of the killed run", async () => (await pluginsOf(host)).length === 0);
    assert.ok(await watch.fired(), `the run did not come to that change:\n${stdout}\n${stderr}`);
  } finally {
    await watch.close();
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
