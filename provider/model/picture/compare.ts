import { type Box, type Change, cableId, type Row, type Scene, type Text } from "./scene";

/** Both pictures in one: what is only in the second is added, what is only in the first is removed. */
export function compareScenes(before: Scene, after: Scene): Scene {
  return {
    boxes: merged(before.boxes, after.boxes, ({ id }) => id, boxes),
    cables: merged(before.cables, after.cables, cableId, (_, cable) => cable),
  };
}

interface Changing {
  change?: Change;
}

/** In the order of the second; what has gone stands behind what it stood behind. */
function merged<T extends Changing>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (one: T) => string,
  both: (old: T, now: T) => T,
): T[] {
  const olds = new Map(before.map((one) => [keyOf(one), one]));
  const keys = new Set(after.map(keyOf));
  const all = after.map((one): T => {
    const old = olds.get(keyOf(one));
    return old ? both(old, one) : { ...one, change: "added" };
  });
  let at = 0;
  for (const one of before) {
    const found = all.findIndex((other) => keyOf(other) === keyOf(one));
    if (keys.has(keyOf(one))) at = found + 1;
    else all.splice(at++, 0, { ...one, change: "removed" });
  }
  return all;
}

function boxes(old: Box, now: Box): Box {
  const parts = {
    rows: merged(old.rows, now.rows, ({ name }) => name, rows),
    tags: texts(old.tags, now.tags),
    notes: texts(old.notes, now.notes),
  };
  return changedIf(Object.values(parts).flat().some(hasChanged), { ...now, ...parts });
}

function rows(old: Row, now: Row): Row {
  const details = texts(old.details, now.details);
  const differs = old.sort !== now.sort || old.down !== now.down || old.under !== now.under;
  return changedIf(differs || details.some(hasChanged), { ...now, details });
}

function texts(old: readonly Text[], now: readonly Text[]): Text[] {
  return merged(
    old,
    now,
    ({ text }) => text,
    (_, text) => text,
  );
}

function hasChanged({ change }: Changing): boolean {
  return change !== undefined;
}

function changedIf<T extends Changing>(changed: boolean, one: T): T {
  return changed ? { ...one, change: "changed" } : one;
}
