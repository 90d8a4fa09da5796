import { type Json, unknowns } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import * as refusal from "../lifecycle/refusal";
import { untilReady } from "../lifecycle/settled";

/** Where no deletion has been under way for so long, none is to come: the engine skips some (`retainOnDelete`, `deletedWith`). */
const QUIET_MS = 5000;

/**
 * Resources that the engine deletes because what they were made with is replaced. One that the program has put on
 * something else meanwhile it makes anew without waiting for that: the deletion could then take the new one away, and a
 * state that holds both is one that the engine refuses ("snapshot integrity failure", cf. pulumi/pulumi#20852). So
 * Create waits for the Delete.
 */
export class Condemned {
  private readonly urns = new Set<string>();
  private underWay = 0;
  private lastMs = 0;
  private hasFailed = false;

  /** A Diff with unknowns in the middle of an update is the engine's question whether the resource is one of them. */
  noteDiff(urn: string, want: Json): void {
    if (unknowns(want).length > 0) this.urns.add(urn);
  }

  async deletion(urn: string, work: () => Promise<void>): Promise<void> {
    this.underWay += 1;
    try {
      await work();
      this.urns.delete(urn);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    } finally {
      this.underWay -= 1;
      this.lastMs = performance.now();
    }
  }

  /** Resolves when the old one of that URN is out of the way of the new one; `subject` is the new one in words. */
  async gone(urn: string, subject: string, kernel: Kernel): Promise<void> {
    const begunMs = performance.now();
    const isQuiet = () => this.underWay === 0 && performance.now() - Math.max(begunMs, this.lastMs) > QUIET_MS;
    await untilReady(kernel, subject, async () => {
      if (!this.urns.has(urn)) return undefined;
      if (this.hasFailed) throw refusal.notDeleted(subject);
      if (!isQuiet()) return "the engine has not had the one deleted yet in whose place it is made";
      this.urns.delete(urn);
      return undefined;
    });
  }
}
