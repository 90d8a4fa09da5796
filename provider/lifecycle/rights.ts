import { asNetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import * as refusal from "./refusal";

/** Whether the provider may do what it is asked for; of many resources, one tells why not. */
export class Rights {
  private toldBy: string | undefined;

  async need(kernel: Kernel, subject: string, wish: "look into" | "change" = "change"): Promise<void> {
    const missing = await kernel.host.missingRights();
    if (missing.length === 0) return;
    if (this.toldBy !== undefined) throw refusal.noRightsEither(subject, this.toldBy);
    this.toldBy = subject;
    throw refusal.noRights(subject, missing, wish);
  }

  /** What a look finds. That nothing is there, and why it cannot be told, is only for who has the rights to look. */
  async looking<T>(kernel: Kernel, subject: string, look: () => Promise<T>, isAll: (found: T) => boolean): Promise<T> {
    const found = await look().catch(async (error: unknown) => {
      if (asNetnsError(error).kind === "permission") await this.need(kernel, subject, "look into");
      throw error;
    });
    if (!isAll(found)) await this.need(kernel, subject, "look into");
    return found;
  }
}
