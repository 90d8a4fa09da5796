import type { Kernel } from "../kernel/kernel";
import { untilReady } from "./settled";

/** Where nothing else has been done for so long, nothing is to come. */
const QUIET_MS = 1000;

/**
 * What the program names by plain words, the engine makes at the same moment as what needs it. So that waits, as long as
 * this run is about other things.
 */
export class Arrivals {
  private underWay = 0;
  private lastMs = 0;

  /** Does something that others may wait for. */
  async while<T>(work: () => Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
      this.lastMs = performance.now();
    }
  }

  /** Waits while `lacks` tells that something is missing. If it never comes, what needs it fails by itself. */
  async of(kernel: Kernel, subject: string, lacks: () => Promise<string | undefined>): Promise<void> {
    const begunMs = performance.now();
    const isQuiet = () => this.underWay === 0 && performance.now() - Math.max(begunMs, this.lastMs) > QUIET_MS;
    await untilReady(kernel, subject, async () => {
      const reason = await lacks();
      return reason !== undefined && isQuiet() ? undefined : reason;
    });
  }
}
