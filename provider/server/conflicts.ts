import type { Kernel } from "../kernel/kernel";
import type { Thing } from "../lifecycle/losses";
import { urnIn } from "./keys";

type Work = (kernel: Kernel) => Promise<void>;

/** The things of which there can be only one, as far as this run has seen them, and what waits until one of them has gone. */
export class Conflicts {
  private readonly keys = new Map<string, Set<string>>();
  private readonly gone = new Set<string>();
  private readonly waiting = new Map<string, Work[]>();

  /** `isLeaving`: whether a thing is removed in this run, as far as that can be known now. */
  constructor(private readonly isLeaving: (key: string) => boolean) {}

  know(key: string, { kind, state }: Thing): void {
    const conflict: string | undefined = kind.conflict?.(state);
    if (conflict !== undefined) this.keys.set(conflict, (this.keys.get(conflict) ?? new Set()).add(key));
  }

  /** Whether one that is none of this resource's own gives way. */
  giveWay(conflict: string, urn: string): "later" | "already" | undefined {
    const leaving = [...(this.keys.get(conflict) ?? [])].filter((key) => urnIn(key) !== urn && this.isLeaving(key));
    if (leaving.some((key) => !this.gone.has(key))) return "later";
    return leaving.length > 0 ? "already" : undefined;
  }

  after(conflict: string, work: Work): void {
    this.waiting.set(conflict, [...(this.waiting.get(conflict) ?? []), work]);
  }

  /** What left this resource, or left with it, has gone: what has waited for that is done. */
  async noteGone(urn: string, kernel: Kernel): Promise<void> {
    for (const [conflict, keys] of this.keys) {
      const going = [...keys].filter((key) => urnIn(key) === urn && this.isLeaving(key));
      for (const key of going) this.gone.add(key);
      const works = going.length > 0 ? (this.waiting.get(conflict) ?? []) : [];
      if (works.length > 0) this.waiting.delete(conflict);
      for (const work of works) await work(kernel);
    }
  }
}
