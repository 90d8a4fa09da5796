import { parseUrn } from "../core/urn";
import * as refusal from "./refusal";

/**
 * Which resource has which setting, as far as this process knows. A thing can be made only once, and the kernel says so;
 * a setting can be set twice, and then two resources would take turns for ever. A setting is told by its subject and its
 * place: in a namespace that was made anew it is another one.
 */
export class Holders {
  private readonly urns = new Map<string, string>();

  /** Refuses when a resource has it: another one, or this one in what it is to replace. */
  take(subject: string, place: string | undefined, urn: string): void {
    const holder = this.urns.get(keyOf(subject, place));
    if (holder === urn) throw refusal.replaced(subject, parseUrn(urn).name);
    if (holder !== undefined) throw refusal.held(subject, holder);
    this.note(subject, place, urn);
  }

  /** Remembers who has it, if nobody is known to yet. */
  note(subject: string, place: string | undefined, urn: string): void {
    const key = keyOf(subject, place);
    if (!this.urns.has(key)) this.urns.set(key, urn);
  }

  /** Whatever place it is in. */
  releaseAll(subject: string, urn: string): void {
    for (const [key, holder] of this.urns) {
      if (holder === urn && key.startsWith(`${subject} `)) this.urns.delete(key);
    }
  }

  release(subject: string, place: string | undefined, urn: string): void {
    const key = keyOf(subject, place);
    if (this.urns.get(key) === urn) this.urns.delete(key);
  }
}

function keyOf(subject: string, place = ""): string {
  return `${subject} ${place}`;
}
