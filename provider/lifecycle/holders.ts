import * as refusal from "./refusal";

/**
 * Which resource has which setting, as far as this process knows. A thing can be made only once, and the kernel says so;
 * a setting can be set twice, and then two resources would take turns for ever.
 */
export class Holders {
  private readonly urns = new Map<string, string>();

  /** Refuses when another resource has it. */
  take(subject: string, urn: string): void {
    const holder = this.note(subject, urn);
    if (holder !== urn) throw refusal.held(subject, holder);
  }

  /** Remembers who has it, if nobody is known to yet; returns who does. */
  note(subject: string, urn: string): string {
    const holder = this.urns.get(subject) ?? urn;
    this.urns.set(subject, holder);
    return holder;
  }

  release(subject: string, urn: string): void {
    if (this.urns.get(subject) === urn) this.urns.delete(subject);
  }
}
