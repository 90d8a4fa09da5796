import { parseUrn } from "../core/urn";
import { type Json, unknowns } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import * as refusal from "../lifecycle/refusal";
import type { UnderWay } from "../lifecycle/underWay";

/**
 * Where no change has been under way for so long, no deletion is to come. Only for those of which it is not known what
 * they stood on: between two deletions the engine stores its state, which may be big, and far away.
 */
const QUIET_MS = 5000;

/**
 * Resources that the engine deletes because what they were made with is replaced. One that the program has put on
 * something else meanwhile it makes anew without waiting for that: the deletion could then take the new one away, and a
 * state that holds both is one that the engine refuses ("snapshot integrity failure", cf. pulumi/pulumi#20852). So
 * Create waits for the Delete. Some it skips (`retainOnDelete`, `deletedWith`), which nothing tells; but it takes one step
 * after the other, what stands on a thing before that, and only then makes the thing anew: with that, it is past.
 */
export class PendingDeletes {
  private readonly urns = new Set<string>();
  /** The name of one whose deletion has failed. */
  private failed: string | undefined;

  /** `isPast`: whether all that a resource stood on and that was replaced is made anew, as far as that is known. */
  constructor(
    private readonly underWay: UnderWay,
    private readonly isPast: (urn: string) => boolean,
  ) {}

  /** A Diff with unknowns in the middle of an update is the engine's question whether the resource is one of them. */
  noteDiff(urn: string, want: Json): void {
    if (unknowns(want).length > 0) this.urns.add(urn);
  }

  async deletion(urn: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.urns.delete(urn);
    } catch (error) {
      this.failed ??= parseUrn(urn).name;
      throw error;
    }
  }

  /** Resolves when the old one of that URN is out of the way of the new one; `subject` is the new one in words. */
  async gone(urn: string, subject: string, kernel: Kernel): Promise<void> {
    if (!this.urns.has(urn)) return;
    const look = async () => {
      if (!this.urns.has(urn)) return undefined;
      if (this.failed !== undefined) throw refusal.notDeleted(subject, this.failed);
      return this.isPast(urn) ? undefined : "the engine has not had the one deleted yet in whose place it is made";
    };
    await this.underWay.while((pass) => {
      pass();
      return this.underWay.wait(kernel, subject, { quietMs: QUIET_MS }, look);
    });
    this.urns.delete(urn);
  }
}
