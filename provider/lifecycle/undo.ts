import type { Json } from "../core/values";
import { asNetnsError, type NetnsError, PartialError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { isUnchangedPlace } from "../kernel/place";
import type { Kind, Seen } from "../resources/kind";
import type { Intent, Intents } from "./intents";
import { waitsFor } from "./readiness";
import * as refusal from "./refusal";
import { isRest, kept, MARK, type State, stateOf } from "./state";

/** An operation that failed, and why. */
interface Failed {
  kind: Kind;
  kernel: Kernel;
  subject: string;
  cause: NetnsError;
}

/** Putting back what was done must not hang, and goes on when the request itself was cancelled. */
const UNDO_MS = 15_000;

/** Takes back what a create has made; the error to give, with the state of what is left if that fails as well. */
export async function undoCreate(failed: Failed, intent: Intent, inputs: Json, intents: Intents): Promise<Error> {
  const { kind, subject } = failed;
  const kernel = failed.kernel.under(AbortSignal.timeout(UNDO_MS));
  let { cause } = failed;
  let seen: Seen<Json> | undefined;
  try {
    seen = await kind.observe(kernel, intent.where);
    if (seen && isOurs(kind, seen, intent)) cause = whyUseless(seen, subject) ?? cause;
    // Making is one command that refuses what exists: after this answer nothing of ours is there.
    const isTaken = cause.kind === "exists";
    if (seen && !isTaken && (kind.setting || isOurs(kind, seen, intent))) {
      await takeBack(kind, intent, seen, kernel, subject);
    }
    await intents.settle(intent.urn, intent.id);
    if (!isTaken) return cause;
    return seen ? refusal.exists(kind, intent.urn, kind.id(inputs), seen, cause) : refusal.taken(subject, cause);
  } catch (error) {
    const left = await kind.observe(kernel, intent.where).catch(() => seen);
    const before = { ...kept(kind, intent.found), [MARK]: intent.mark };
    return withRest(failed, kind.id(inputs), left, inputs, before, error);
  }
}

/** What is seen may say more than the step that failed on it. */
function whyUseless(seen: Seen<Json>, subject: string): NetnsError | undefined {
  try {
    waitsFor(seen, subject);
    return undefined;
  } catch (error) {
    return asNetnsError(error);
  }
}

/** What takes an update back is the plan from what is seen to what was seen before. */
export async function undoUpdate(
  failed: Failed,
  was: { id: string; where: unknown; before: Json; state: State; oldInputs: Json },
): Promise<Error> {
  const { kind, subject, cause } = failed;
  const kernel = failed.kernel.under(AbortSignal.timeout(UNDO_MS));
  let left: Seen<Json> | undefined;
  try {
    left = await kind.observe(kernel, was.where);
    const mark = was.state[MARK] ?? "";
    if (left?.state) await kernel.execute(kind.plan(was.before, left.state, mark), subject);
    // What the update has broken is made anew.
    else if (left && isRest(was.state, left))
      await kernel.execute([...(left.leftover ?? []), ...kind.plan(was.before, undefined, mark)], subject);
    return cause;
  } catch (error) {
    return withRest(failed, was.id, left, was.oldInputs, kept(kind, was.state), error);
  }
}

/** Removes what was made, or for a setting puts back what was found. */
export async function takeBack(kind: Kind, intent: Intent, seen: Seen<Json>, kernel: Kernel, subject: string) {
  if (!seen.state) return kernel.execute(seen.leftover ?? [], subject);
  const steps = intent.found ? kind.plan(intent.found, seen.state, intent.mark) : kind.remove(seen.state, seen);
  return kernel.execute(steps, subject);
}

/** Whether a dead run of this very resource made what is there. */
export function isOurs(kind: Kind, seen: Seen<Json>, intent: Pick<Intent, "mark" | "place"> | undefined): boolean {
  if (intent === undefined) return false;
  if (!kind.bearsMark) return isUnchangedPlace(intent.place, seen.place);
  return seen.mark === intent.mark || (seen.madeUnder?.(intent.mark) ?? false);
}

/** The state must say what exists: where undoing failed, that is what was seen last. */
function withRest(
  { kind, cause }: Failed,
  id: string,
  left: Seen<Json> | undefined,
  inputs: Json,
  before: Json,
  error: unknown,
): Error {
  if (!left?.state) return cause;
  const reasons = [cause.message, `Undoing it failed: ${asNetnsError(error).message}`];
  return new PartialError(cause, id, stateOf(kind, left, inputs, before), reasons);
}
