import type { Box, Cable, End, Scene } from "./scene";

export type Side = "west" | "east";

/** A cable as it is drawn: from the east side of one box to the west side of another that stands further right. */
export interface Wire {
  cable: Cable;
  /** Within one host it goes from east to east. */
  inside: boolean;
  from: End;
  to: End;
}

/**
 * Which way each cable goes. What joins the most stands in the middle, as people draw it: one half of what hangs on it
 * is to the left of it, and the other half to the right.
 */
export function wiresOf({ boxes, cables }: Scene): Wire[] {
  const neighbors = new Map(boxes.map(({ id }) => [id, new Set<string>()]));
  for (const { ends } of cables) {
    const [a, b] = ends.map(({ host }) => host) as [string, string];
    if (a === b) continue;
    neighbors.get(a)?.add(b);
    neighbors.get(b)?.add(a);
  }
  const columns = new Map<string, number>();
  const byId = new Map(boxes.map((box) => [box.id, box]));
  for (const { id } of boxes) if (!columns.has(id)) place(middleOf(id, neighbors), neighbors, columns, byId);
  const order = new Map(boxes.map(({ id }, index) => [id, index]));
  return cables.map((cable) => {
    const [a, b] = cable.ends;
    const turned =
      (columns.get(a.host) ?? 0) - (columns.get(b.host) ?? 0) || (order.get(a.host) ?? 0) - (order.get(b.host) ?? 0);
    const [from, to] = turned > 0 ? [b, a] : [a, b];
    return { cable, inside: a.host === b.host, from, to };
  });
}

type Neighbors = ReadonlyMap<string, ReadonlySet<string>>;

/** From where the furthest host is nearest; of several that with most neighbours, then the first. */
function middleOf(start: string, neighbors: Neighbors): string {
  const all = [...distances(start, neighbors).keys()];
  // In a lab of a thousand hosts not every one is tried: the middle has many neighbours.
  const likely = all.length <= 200 ? all : sizes(all, neighbors).slice(0, 20);
  let best = { host: start, far: Number.POSITIVE_INFINITY, near: 0 };
  for (const host of likely) {
    const far = Math.max(...distances(host, neighbors).values());
    const near = neighbors.get(host)?.size ?? 0;
    if (far < best.far || (far === best.far && near > best.near)) best = { host, far, near };
  }
  return best.host;
}

function sizes(hosts: readonly string[], neighbors: Neighbors): string[] {
  return [...hosts].sort((a, b) => (neighbors.get(b)?.size ?? 0) - (neighbors.get(a)?.size ?? 0));
}

function distances(start: string, neighbors: Neighbors, without?: string): Map<string, number> {
  const found = new Map([[start, 0]]);
  for (const [host, distance] of found) {
    for (const next of neighbors.get(host) ?? []) {
      if (!found.has(next) && next !== without) found.set(next, distance + 1);
    }
  }
  return found;
}

/** Columns left of the middle have negative numbers. */
function place(
  middle: string,
  neighbors: Neighbors,
  columns: Map<string, number>,
  boxes: ReadonlyMap<string, Box>,
): void {
  columns.set(middle, 0);
  const far = distances(middle, neighbors);
  const around = neighbors.get(middle) ?? new Set();
  const branches: Map<string, number>[] = [];
  for (const host of boxes.keys()) {
    if (!around.has(host) || branches.some((branch) => branch.has(host))) continue;
    branches.push(distances(host, neighbors, middle));
  }
  const left = new Set(leftOf(branches, boxes));
  for (const branch of branches) {
    for (const host of branch.keys()) columns.set(host, (far.get(host) ?? 0) * (left.has(branch) ? -1 : 1));
  }
}

/**
 * Where some go out by the middle and others do not, the way out is to the right. Else one half of them is to the left.
 * A single one goes to the right, as we read.
 */
function leftOf(branches: readonly Map<string, number>[], boxes: ReadonlyMap<string, Box>): Map<string, number>[] {
  const inner = branches.filter((branch) => [...branch.keys()].some((host) => boxes.get(host)?.hasDefault));
  if (inner.length > 0 && inner.length < branches.length) return inner;
  const total = branches.reduce((sum, { size }) => sum + size, 0);
  let size = 0;
  // The largest first: what is small finds room on either side.
  return [...branches]
    .sort((a, b) => b.size - a.size)
    .filter((branch) => {
      const isLeft = branches.length > 1 && size + branch.size / 2 <= total / 2;
      if (isLeft) size += branch.size;
      return isLeft;
    });
}
