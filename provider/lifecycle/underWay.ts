import type { Kernel } from "../kernel/kernel";
import { untilReady } from "./readiness";

/** The changes that the engine has under way side by side, for those of them that wait for what another may bring. */
export class UnderWay {
  private working = 0;
  private lastMs = 0;
  /** How many have ended so far that may have helped. */
  ended = 0;

  /** Does the work of one; with `pass` it says that it has changed nothing, so that its end helps none of the others. */
  async while<T>(work: (pass: () => void) => Promise<T>): Promise<T> {
    let helps = 1;
    this.working += 1;
    try {
      return await work(() => {
        helps = 0;
      });
    } finally {
      this.rest();
      this.ended += helps;
    }
  }

  /**
   * For one of them: looks until `look` answers nothing that it waits for, or none of the others has worked for `quietMs`,
   * since the engine may need a moment between two of them. Answers whether it came.
   */
  async wait(
    kernel: Kernel,
    subject: string,
    quietMs: number,
    look: () => Promise<string | undefined>,
  ): Promise<boolean> {
    this.rest();
    const begunMs = performance.now();
    const isQuiet = () => this.working <= 0 && performance.now() - Math.max(begunMs, this.lastMs) > quietMs;
    let lack: string | undefined;
    try {
      await untilReady(kernel, subject, async () => {
        lack = await look();
        return isQuiet() ? undefined : lack;
      });
    } finally {
      this.working += 1;
    }
    return lack === undefined;
  }

  private rest(): void {
    this.working -= 1;
    this.lastMs = performance.now();
  }
}
