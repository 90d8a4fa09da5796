import { type Finding, findingsOf } from "../findings";
import type { Graph } from "../graph";

/** What is found after a change, and what of it is new. */
export interface FindingChanges {
  appeared: Finding[];
  gone: Finding[];
  now: Finding[];
}

/** By what they say: the same place in a list can be another thing after a change. */
export function findingChanges(before: Graph, after: Graph): FindingChanges {
  const [old, now] = [findingsOf(before), findingsOf(after)];
  const [olds, nows] = [old, now].map((all) => new Set(all.map(keyOf))) as [Set<string>, Set<string>];
  return {
    appeared: now.filter((one) => !olds.has(keyOf(one))),
    gone: old.filter((one) => !nows.has(keyOf(one))),
    now,
  };
}

function keyOf({ code, what }: Finding): string {
  return JSON.stringify([code, what]);
}
