import type { Step } from "./step";

/** Steps in one namespace, in their order; the first may be the one that makes it. */
export interface Job {
  netns: string | undefined;
  steps: Step[];
}

/**
 * The order in which the steps of a whole topology go out: the jobs of a wave side by side, one wave after the other.
 * As a process in each namespace is what takes the time, a new namespace gets all of its steps in one where it can: it
 * must then make each pair that leads out of it to a namespace that is there already. So the namespaces with the most
 * pairs, such as a switch, come first, and those that are joined to none of their own sort come after them.
 */
export function waves(steps: readonly Step[]): Job[][] {
  const leaves = leavesOf(steps);
  const hubs: Step[] = [];
  const between: Step[] = [];
  const within: Step[] = [];
  const rest: Step[] = [];
  const last: Step[] = [];
  for (const step of steps) {
    const leaf = step.spans?.find(({ netns }) => isIn(leaves, netns));
    if (step.makes) (leaves.has(step.makes.name) ? within : hubs).push(step);
    else if (leaf) within.push({ ...step, netns: leaf.netns, argv: ["ip", ...leaf.words] });
    else if (step.spans) between.push(step);
    else if (step.takesAway !== undefined) last.push(step);
    else (isIn(leaves, step.netns) ? within : rest).push(step);
  }
  return [hubs, between, within, rest, last].map(jobs).filter((wave) => wave.length > 0);
}

/** New namespaces no two of which are joined; those with few pairs first, to get many. */
function leavesOf(steps: readonly Step[]): Set<string> {
  const joined = new Map<string, (string | undefined)[]>();
  for (const { makes } of steps) if (makes) joined.set(makes.name, []);
  for (const { spans = [] } of steps) {
    for (const { netns } of spans) {
      const others = spans.map((span) => span.netns).filter((other) => other !== netns);
      if (netns !== undefined) joined.get(netns)?.push(...others);
    }
  }
  const leaves = new Set<string>();
  for (const [name, others] of [...joined].sort(([, a], [, b]) => a.length - b.length)) {
    // The provider's own namespace has no name by which another could reach it.
    if (others.every((other) => other !== undefined && !leaves.has(other))) leaves.add(name);
  }
  return leaves;
}

function isIn(names: Set<string>, netns: string | undefined): boolean {
  return netns !== undefined && names.has(netns);
}

function jobs(steps: readonly Step[]): Job[] {
  const byNetns = new Map<string | undefined, Job>();
  for (const step of steps) {
    const netns = step.makes?.name ?? step.netns;
    const job = byNetns.get(netns) ?? { netns, steps: [] };
    byNetns.set(netns, job);
    job.steps.push(step);
  }
  return [...byNetns.values()];
}
