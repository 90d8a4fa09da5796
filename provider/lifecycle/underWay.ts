import type { Kernel } from "../kernel/kernel";
import { untilReady } from "./readiness";

/**
 * The engine does only so many changes side by side (`--parallel`; by default four for each processor): where others are
 * still to begin, those that wait hold their places.
 */
const CROWDED_MS = 250;
/** The same once that has been seen to be so. */
const STILL_CROWDED_MS = 20;
/** How long to wait for what the engine is known to begin, and does not: it may skip some (`--target`). */
const TO_COME_MS = 5000;

/** The changes that the engine has under way side by side, for those of them that wait for what another may bring. */
export class UnderWay {
  private working = 0;
  private isKnownCrowded = false;
  private lastMs = 0;
  /** How many have ended so far that may have helped. */
  ended = 0;

  /**
   * `isMoreToCome`: whether the engine is known to begin others; `isSerial`: it does one at a time, so that nobody can know
   * what the program has behind that.
   */
  constructor(
    private readonly isMoreToCome: () => boolean = () => false,
    private readonly isSerial: () => boolean = () => false,
  ) {}

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
   * since the engine may need a moment between two of them; longer where it is known to begin others, and by `lagMs`.
   * Answers whether it came.
   */
  async wait(
    kernel: Kernel,
    subject: string,
    { quietMs, lagMs = 0 }: { quietMs: number; lagMs?: number },
    look: () => Promise<string | undefined>,
  ): Promise<boolean> {
    this.rest();
    const begunMs = performance.now();
    const isQuiet = () => {
      const patienceMs = this.isMoreToCome() ? Math.max(quietMs, TO_COME_MS) : quietMs;
      return this.working <= 0 && performance.now() - Math.max(begunMs, this.lastMs) > patienceMs + lagMs;
    };
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

  /** For one that waits: whether all do, so that the others which the engine is to begin have no place. */
  isCrowded(): boolean {
    const quietMs = this.isKnownCrowded ? STILL_CROWDED_MS : CROWDED_MS;
    const mayCome = this.isMoreToCome() || this.isSerial();
    const isCrowded = this.working <= 0 && mayCome && performance.now() - this.lastMs > quietMs;
    this.isKnownCrowded ||= isCrowded;
    return isCrowded;
  }

  private rest(): void {
    this.working -= 1;
    this.lastMs = performance.now();
  }
}
