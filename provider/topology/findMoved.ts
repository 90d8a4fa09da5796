import { joinId } from "../core/id";
import type { Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { showLinks } from "../kernel/link";
import { listNetns } from "../kernel/netns";
import { areProvedSame } from "../kernel/place";
import { isSame, MARK, PLACE } from "../lifecycle/state";
import type { Kind, Seen } from "../resources/kind";
import { type Looked, lookAt, type Placed } from "./look";
import { inPlace, type Thing } from "./record";

type Found = Thing & Placed & Looked;

/**
 * Looks for things in their places; for devices that somebody has renamed or moved, wherever they are by now, where
 * nothing of `all` should be.
 */
export async function findAll(kernel: Kernel, things: readonly Thing[], all = things): Promise<Found[]> {
  const looked = await lookAt(kernel, inPlace(things));
  const missing = new Set(looked.filter(isMissing));
  const [first] = missing;
  if (!first) return looked;
  const seen = looked.flatMap((one) => (missing.has(one) ? [] : idsIn(one.kind, one.seen?.state)));
  const known = new Set([...all.flatMap(({ kind, state }) => idsIn(kind, state)), ...seen]);
  const unclaimed = new Set((await marked(kernel, first.state[MARK] ?? "")).filter((id) => !known.has(id)));
  const found = new Map<Found, Found>();
  // First those that have another name only: their numbers tell which is which.
  const isThatOne = ({ state }: Thing, { place }: Seen<Json>) => areProvedSame(state[PLACE] ?? "", place ?? "");
  for (const mayBe of [isThatOne, () => true]) {
    for (const one of missing) {
      const now = await firstOf(kernel, one, unclaimed, mayBe);
      if (!now) continue;
      missing.delete(one);
      found.set(one, now);
      for (const id of idsIn(one.kind, now.seen?.state)) unclaimed.delete(id);
    }
  }
  return looked.map((one) => found.get(one) ?? one);
}

/** A device that can be told by its mark, and is not in its place. */
function isMissing({ kind, state, seen }: Found): boolean {
  const isMarked = kind.remark !== undefined && kind.devices !== undefined && state[MARK] !== undefined;
  return isMarked && !(seen?.state && isSame(kind, state, seen));
}

/** The devices of a thing, by ids as those of kinds of devices are. */
function idsIn(kind: Kind, state: Json | undefined): string[] {
  const devices = state === undefined ? [] : (kind.devices?.(state) ?? []);
  return devices.map(({ name = "", at }) => joinId(at.namespace, name));
}

/** All devices that bear the mark. */
async function marked(kernel: Kernel, mark: string): Promise<string[]> {
  const namespaces = [undefined, ...(await listNetns(kernel))];
  const all = namespaces.map(async (netns) => {
    const links = (await showLinks(kernel, netns)) ?? [];
    return links.filter((link) => link.ifalias === mark).map(({ ifname }) => joinId(netns, ifname));
  });
  return (await Promise.all(all)).flat();
}

async function firstOf(
  kernel: Kernel,
  one: Found,
  unclaimed: ReadonlySet<string>,
  mayBe: (one: Thing, seen: Seen<Json>) => boolean,
): Promise<Found | undefined> {
  for (const id of unclaimed) {
    const where = one.kind.parseId(id);
    const seen: Seen<Json> | undefined = await one.kind.observe(kernel, where);
    if (seen?.state && isSame(one.kind, one.state, seen) && mayBe(one, seen)) return { ...one, where, seen };
  }
  return undefined;
}
