import { setTimeout as wait } from "node:timers/promises";
import type { Others as Beside } from "../lifecycle/lifecycle";

/** Where nothing else has been under way for so long, nothing is to come that could help: the engine starts side by side. */
const QUIET_MS = 200;
const LOOK_MS = 20;

/** The changes that the engine has under way side by side. */
export class Others {
  private underWay = 0;
  private waiting = 0;
  private ended = 0;

  /** `change` is told how to wait for one of the others to end: false as soon as all that are left only wait as well. */
  async run<T>(signal: AbortSignal, change: (others: Beside) => Promise<T>): Promise<T> {
    this.underWay += 1;
    let helps = 1;
    const pass = () => {
      helps = 0;
    };
    try {
      return await change({ another: () => this.another(signal), pass });
    } finally {
      this.underWay -= 1;
      this.ended += helps;
    }
  }

  private async another(signal: AbortSignal): Promise<boolean> {
    const soFar = this.ended;
    this.waiting += 1;
    try {
      for (let quietMs = 0; this.ended === soFar; quietMs = this.underWay > this.waiting ? 0 : quietMs + LOOK_MS) {
        if (quietMs > QUIET_MS || signal.aborted) return false;
        await wait(LOOK_MS, undefined, { signal }).catch(() => {});
      }
      return true;
    } finally {
      this.waiting -= 1;
    }
  }
}
