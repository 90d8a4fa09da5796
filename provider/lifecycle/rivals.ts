import type { Json } from "../core/values";
import { asNetnsError, NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { type Kind, type Seen, token } from "../resources/kind";
import type { Resource } from "./lifecycle";
import { present, settled } from "./settled";

/**
 * Makes something of which there can be only one, such as an IPv6 address on a link. The engine deletes what has left the
 * program last of all: so what cannot be used because of that is left there, and tried again as soon as that has gone.
 */
export async function besideRivals<T>(
  resource: Resource,
  inputs: Json,
  make: (asItIs: boolean) => Promise<T>,
): Promise<T> {
  const { kind, others } = resource;
  for (let tries = 0; ; tries += 1) {
    try {
      return await make(false);
    } catch (error) {
      const rival = error instanceof NetnsError ? error.parts.rival : undefined;
      const when = rival === undefined ? undefined : others?.giveWay(rival);
      if (rival === undefined || when === undefined || (when === "already" && tries > 0)) throw error;
      if (when === "already" || (await others?.another())) continue;
      const made = await make(true);
      after(resource, rival, { kind, inputs, subject: `${token(kind)} ${kind.id(inputs)}` });
      return made;
    }
  }
}

interface Refused {
  kind: Kind;
  inputs: Json;
  subject: string;
}

/** Has it tried again when the rival has gone. */
export function after({ warn, others }: Pick<Resource, "warn" | "others">, rival: string, refused: Refused): void {
  const { subject } = refused;
  warn(`${subject}: another host has it, from which this run is about to remove it; after that it is tried again.`);
  others?.after(rival, (kernel) => again(refused, kernel).catch((error) => warn(asNetnsError(error).message)));
}

/** What is there; of what cannot be used because of a rival, what it will be. */
export function withWould(seen: Seen<Json> | undefined, subject: string): Seen<Json> & { state: Json } {
  const would = seen?.notReady?.would;
  return seen && would ? { ...seen, state: would } : present(seen, subject);
}

async function again({ kind, inputs, subject }: Refused, kernel: Kernel): Promise<void> {
  const where = kind.where(inputs);
  try {
    await settled(kind, kernel, where, subject);
  } catch (error) {
    const leftover = (await kind.observe(kernel, where))?.leftover;
    if (!leftover) throw error;
    await kernel.execute([...leftover, ...kind.plan(inputs, undefined, "")], subject);
    await settled(kind, kernel, where, subject);
  }
}
