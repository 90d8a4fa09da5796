import type { Json } from "../core/values";
import { NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { type Kind, type Seen, token } from "../resources/kind";
import { untilReady } from "./readiness";
import type { Resource } from "./resource";
import { type State, stateOf } from "./state";

/** Where no other change has been under way for so long, it waits. One that comes later and sets the device up makes it. */
export const QUIET_MS = 200;

/** What cannot be, because a device on its way is down: that is no fault, but a state. */
export interface Waiting {
  reason: string;
  isSoon: boolean;
  /** What is recorded of it. */
  seen: Seen<Json> & { state: Json };
}

/** What something waits for that is to be as `want` says; undefined where nothing that it needs is down. */
export async function waitingFor(kind: Kind, kernel: Kernel, want: Json): Promise<Waiting | undefined> {
  const waits = await kind.whileDown?.(kernel, want);
  if (!waits) return undefined;
  const { reason, isSoon } = waits;
  const place = await kind.placeOf?.(kernel, kind.where(want));
  const state: Json = { ...waits.state, waiting: true };
  return { reason, isSoon, seen: { state, what: "what waits", ...(place !== undefined && { place }) } };
}

export function isWaiting(state: Json | undefined): boolean {
  return state?.waiting === true;
}

/** Whether what is not there waits on. */
export async function waitsOn(kind: Kind, kernel: Kernel, want: Json): Promise<boolean> {
  return (await waitingFor(kind, kernel, want))?.isSoon === false;
}

/** Looks until nothing is left that passes in a moment; answers what lasts. */
export async function lasting(
  kernel: Kernel,
  subject: string,
  look: () => Promise<readonly (Waiting | undefined)[]>,
): Promise<readonly (Waiting | undefined)[]> {
  let waits: readonly (Waiting | undefined)[] = [];
  await untilReady(kernel, subject, async () => {
    waits = await look();
    return waits.find((one) => one?.isSoon)?.reason;
  });
  return waits;
}

/** Makes something; where the way is down, and none of the other changes under way sets it up, it waits. */
export async function orWaiting(
  { kind, kernel, warn, others }: Resource,
  inputs: Json,
  make: () => Promise<{ id: string; state: State }>,
): Promise<{ id: string; state: State }> {
  const id: string = kind.id(inputs);
  const subject = `${token(kind)} ${id}`;
  const look = async () => [await waitingFor(kind, kernel, inputs)];
  for (;;) {
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof NetnsError) || error.kind !== "unreachable") throw error;
      if (!(await look())[0]) throw error;
      let [waiting] = await lasting(kernel, subject, look);
      while (waiting && (await others?.another(QUIET_MS))) [waiting] = await lasting(kernel, subject, look);
      if (!waiting) continue;
      others?.pass();
      warn(told(subject, waiting.reason));
      return { id, state: stateOf(kind, waiting.seen, inputs, {}) };
    }
  }
}

export function told(subject: string, reason: string, count = 1): string {
  const [waits, it] = count === 1 ? ["waits", "it"] : ["wait", "them"];
  return `${subject} ${waits}: ${reason}. The \`pulumi up\` that brings that device up makes ${it}, or the next one after that.`;
}
