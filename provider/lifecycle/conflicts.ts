import type { Json } from "../core/values";
import { asNetnsError, NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { type Kind, type Seen, token } from "../resources/kind";
import { present, whenReady } from "./readiness";
import type { Resource } from "./resource";

/**
 * Makes something of which there can be only one, such as an IPv6 address on a link. The engine deletes what has left the
 * program last of all: so what cannot be used because of that is left there, and tried again as soon as that has gone.
 */
export async function despiteConflicts<T>(
  resource: Resource,
  inputs: Json,
  make: (asItIs: boolean) => Promise<T>,
): Promise<T> {
  const { kind, others } = resource;
  for (let tries = 0; ; tries += 1) {
    try {
      return await make(false);
    } catch (error) {
      const conflict = error instanceof NetnsError ? error.parts.conflict : undefined;
      const when = conflict === undefined ? undefined : others?.giveWay(conflict);
      if (conflict === undefined || when === undefined || (when === "already" && tries > 0)) throw error;
      if (when === "already" || (await others?.another())) continue;
      const made = await make(true);
      after(resource, conflict, { kind, inputs, subject: `${token(kind)} ${kind.id(inputs)}` });
      return made;
    }
  }
}

interface Refused {
  kind: Kind;
  inputs: Json;
  subject: string;
}

/** Has it tried again when what it conflicts with has gone. */
export function after({ warn, others }: Pick<Resource, "warn" | "others">, conflict: string, refused: Refused): void {
  const { subject } = refused;
  warn(`${subject}: another host still has it, but this run is about to remove it there; then it is tried again.`);
  others?.after(conflict, (kernel) => again(refused, kernel).catch((error) => warn(asNetnsError(error).message)));
}

/** What is there; of what cannot be used because of a conflict, what it will be. */
export function withWould(seen: Seen<Json> | undefined, subject: string): Seen<Json> & { state: Json } {
  const would = seen?.notReady?.would;
  return seen && would ? { ...seen, state: would } : present(seen, subject);
}

async function again({ kind, inputs, subject }: Refused, kernel: Kernel): Promise<void> {
  const where = kind.where(inputs);
  try {
    await whenReady(kind, kernel, where, subject);
  } catch (error) {
    const leftover = (await kind.observe(kernel, where))?.leftover;
    if (!leftover) throw error;
    await kernel.execute([...leftover, ...kind.plan(inputs, undefined, "")], subject);
    await whenReady(kind, kernel, where, subject);
  }
}
