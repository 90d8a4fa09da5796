import type { Outcome } from "./outcome";

/** Probes under way by one socket. */
export interface Sender {
  readonly fd: number;
  /** What of poll(2) says that there is something to hear. */
  readonly events: number;
  /** What became of each, as far as that is known. */
  readonly outcomes: (Outcome | undefined)[];
  /** Sends one of them, again where that was done before. */
  send(index: number): void;
  /** Takes in all that has come, and waits for nothing. */
  hear(): void;
  close(): void;
}

export const POLL = { in: 1, out: 4 } as const;
