import { pathText } from "../../../provider/core/values";
import { inWords } from "../../../provider/inventory/thing";
import type { Compared, Drift } from "../../../provider/live/compare";
import { labelOf } from "../../../provider/model/resources";

/** What is otherwise than the stack says, a line each. What the program leaves to the kernel, no `up` sets back: it is no drift. */
export function differenceLines({ drift, foreign, uncovered }: Compared): string[] {
  const others = [...foreign.values(), ...uncovered.map(inWords)];
  return [
    ...drift.filter(({ isUnsaid }) => !isUnsaid).map(lineOf),
    ...others.map((what) => `not in the stack: ${what}`),
  ];
}

function lineOf({ resource, path, want, is }: Drift): string {
  const label = `${resource.kind.type} ${labelOf(resource)}`;
  return path ? `${label}: ${pathText(path)} is ${text(is)} instead of ${text(want)}` : `${label} is not there`;
}

function text(value: unknown): string {
  return value === undefined ? "left out" : JSON.stringify(value);
}
