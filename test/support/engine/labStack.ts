import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { leaves } from "../../../provider/core/values";
import { LabHost } from "../labHost/labHost";
import { comparable, type Snapshot, snapshot } from "../labHost/snapshot";
import { withoutHistory } from "../labHost/withoutHistory";
import type { Program } from "../programs/program";
import { LabProvider } from "../provider/labProvider";
import { LabEngine } from "./labEngine";

/** A lab host with a provider and an engine at work on it. */
export class LabStack {
  engine!: LabEngine;
  provider!: LabProvider;
  private empty!: Snapshot;

  private constructor(readonly host: LabHost) {}

  static async start(): Promise<LabStack> {
    const stack = new LabStack(await LabHost.start());
    await stack.setUp();
    return stack;
  }

  /** Takes all away and destroys nothing by name: for the way on after a failure. */
  async renew(): Promise<void> {
    await this.host.reboot();
    await this.setUp();
  }

  async stop(): Promise<void> {
    await this.provider.stop();
    await this.host.stop();
  }

  /** Destroys the stack, after which the host must be as it was when it was new. */
  async destroy(): Promise<void> {
    await this.engine.destroy();
    await this.mustBeEmpty();
  }

  async mustBeEmpty(): Promise<void> {
    await agree([() => snapshot(this.host), async () => this.empty], "destroy leaves nothing");
  }

  private async setUp(): Promise<void> {
    this.provider = await LabProvider.start(this.host);
    this.engine = new LabEngine(this.provider);
    this.empty = await snapshot(this.host);
  }
}

/** Both hosts must show the same to a second reader, but for what no two makings of a lab have in common. */
export function mustShowTheSame(one: LabHost, other: LabHost, programs: readonly Program[]): Promise<void> {
  return agree(
    [() => shown(one, programs), () => shown(other, programs)],
    "the kernel is that of the last program alone",
  );
}

/** What a second reader sees of all that the programs can say. */
export async function shown(host: LabHost, programs: readonly Program[]): Promise<Record<string, unknown>> {
  return comparable(withoutHistory(await snapshot(host)), macsOf(programs));
}

/** The MAC addresses that the programs ask for. */
function macsOf(programs: readonly Program[]): string[] {
  const given = programs.flat().flatMap(({ inputs }) => leaves(inputs));
  return given.filter(({ path }) => path.at(-1) === "mac").map(({ value }) => String(value));
}

const LONGEST_MS = 10_000;

/** Both must come to say the same: the kernel does some things later, such as to see that a cable has an end. */
export async function agree<T>(looks: [() => Promise<T>, () => Promise<T>], what: string): Promise<void> {
  const end = Date.now() + LONGEST_MS;
  for (let pause = 20; ; pause *= 2) {
    const [mine, its] = await Promise.all(looks.map((look) => look()));
    try {
      return assert.deepEqual(mine, its);
    } catch (error) {
      if (Date.now() > end) throw new Error(`${what}: ${(error as Error).message}`);
    }
    await wait(pause);
  }
}
