import type { Json } from "../provider/core/values";
import type { Inventory, Uncovered } from "../provider/inventory/thing";
import { kinds } from "../provider/resources";

/** An inventory as text can say it, from one process to another. */
export interface Sent {
  things: { type: string; id: string; inputs: Json; state: Json; what: string }[];
  uncovered: Uncovered[];
}

export function sent({ things, uncovered }: Inventory): Sent {
  return {
    things: things.map(({ kind, id, inputs, seen: { state, what } }) => ({ type: kind.type, id, inputs, state, what })),
    uncovered,
  };
}

export function received({ things, uncovered }: Sent): Inventory {
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  return {
    things: things.flatMap(({ type, id, inputs, state, what }) => {
      const kind = byType.get(type);
      return kind ? [{ kind, id, inputs, seen: { state, what } }] : [];
    }),
    uncovered,
  };
}
