/** What hangs on a name, and on nothing else: 32 bits (FNV-1a, mixed as MurmurHash3 ends). */
export function hash(name: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(name, "utf8")) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** How often a name may meet a place that is taken before all places are tried in their order. */
const TRIES = 16;

/** The places 0 to `count` - 1 in the order in which a name takes the first that is free: its own ones, then all. */
export function* places(name: string, count: number): Generator<number> {
  for (let turn = 0; turn < TRIES; turn++) yield hash(turn === 0 ? name : `${name}#${turn}`) % count;
  for (let place = 0; place < count; place++) yield place;
}
