import { setTimeout as wait } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { isPolicy } from "../core/meta";
import { getAt, type Json, leaves, pathText } from "../core/values";
import { NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import type { Kind, Seen } from "../resources/kind";
import type { Resource } from "./resource";

const FIRST_WAIT_MS = 5;
const LONGEST_WAIT_MS = 100;

/** What the host shows when it is ready for use. */
export async function whenReady(
  kind: Kind,
  kernel: Kernel,
  where: unknown,
  subject: string,
): Promise<Seen<Json> & { state: Json }> {
  let now = undefined as unknown as Seen<Json> & { state: Json };
  await untilReady(kernel, subject, async () => {
    now = present(await kind.observe(kernel, where), subject);
    return waitsFor(now, subject);
  });
  return now;
}

/** Looks again and again, after longer and longer waits, until `look` answers nothing that it waits for. */
export async function untilReady(
  kernel: Kernel,
  subject: string,
  look: () => Promise<string | undefined>,
): Promise<void> {
  for (let pause = FIRST_WAIT_MS; ; pause = Math.min(2 * pause, LONGEST_WAIT_MS)) {
    const reason = await look();
    if (reason === undefined) return;
    await wait(pause, undefined, { signal: kernel.signal }).catch(() => {
      throw kernel.interrupted(`${subject}: waited for it to become usable`, reason);
    });
  }
}

/** What was seen, which must be the thing. */
export function present(seen: Seen<Json> | undefined, subject: string): Seen<Json> & { state: Json } {
  if (seen?.state) return { ...seen, state: seen.state };
  if (seen) waitsFor(seen, subject);
  throw new NetnsError({
    kind: "notFound",
    tried: `${subject}: it is gone right after it was made`,
    said: seen && `there is ${seen.what}`,
    todo: "Something else removes or renames it, or removes its namespace: find that, and run `pulumi up` again.",
  });
}

/** What is missing before it can be used; an error when that never comes. */
export function waitsFor({ notReady }: Seen<Json>, subject: string): string | undefined {
  if (!notReady?.fatal) return notReady?.reason;
  throw new NetnsError({
    kind: "user",
    tried: `${subject}: it cannot be used`,
    said: notReady.reason,
    todo: notReady.todo,
    conflict: notReady.conflict,
  });
}

/** The kernel's word counts: a value that it did not take is an error. */
export function verify(
  { kind, isSecret }: Pick<Resource, "kind" | "isSecret">,
  want: Json,
  seen: Seen<Json>,
  subject: string,
): void {
  for (const { path, value } of leaves(want)) {
    const actual = getAt(seen.state, path);
    if (isDeepStrictEqual(actual, value) || isPolicy(kind.inputs, path)) continue;
    const why = seen.why?.[pathText(path)];
    if (why) throw new NetnsError({ kind: "user", ...why, tried: `${subject}: ${why.tried}` });
    throw new NetnsError({
      kind: "user",
      tried: `${subject}: the kernel did not take ${pathText(path)}${isSecret(path) ? "" : ` = ${value}`}`,
      said: isSecret(path) ? "it shows another value" : `it shows ${actual === undefined ? "none" : actual}`,
      todo: "Give a value within the kernel's limits, in the form in which the kernel shows it.",
    });
  }
}
