import type { Json } from "../core/values";
import type { Kind, Named, Seen } from "../resources/kind";

/** What is there, whoever made it. */
export interface Inventory {
  things: Thing[];
  /** What no kind has words for, each in words. */
  uncovered: Uncovered[];
}

/** A thing that a kind covers. */
export interface Thing {
  kind: Kind;
  /** The id that it is imported by. */
  id: string;
  seen: Seen<Json> & { state: Json };
  /** The inputs that a program needs to have it. */
  inputs: Json;
}

export interface Uncovered {
  /** Where it is; undefined is the provider's own namespace. */
  namespace: string | undefined;
  what: string;
}

export type Namespaces = readonly (string | undefined)[];

/** What a device is known by among all. */
export function deviceKey({ name, at }: Pick<Named, "name" | "at">): string {
  return `device ${at.namespace ?? ""}/${name}`;
}

/** `net0: the device gre1 of type gre`. */
export function inWords({ namespace, what }: Uncovered): string {
  return namespace === undefined ? what : `${namespace}: ${what}`;
}
