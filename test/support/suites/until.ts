import { setTimeout as wait } from "node:timers/promises";
import { SLOWNESS } from "./slow";

/** Waits until `look` finds something, and returns it. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { everyMs = 20, withinMs = 30_000 } = {},
): Promise<T> {
  const end = Date.now() + withinMs * SLOWNESS;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await wait(everyMs);
  }
  throw new Error(`${what} has not come about in ${withinMs / 1000} s`);
}
