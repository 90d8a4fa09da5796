import type { Round } from "./contenders/contender";
import type { Growth } from "./growth";
import { isMeasured, type Row } from "./rounds";
import { short } from "./spread";
import type { Start } from "./start";

/** What one run has measured, and the most that it is to be. */
export interface Goal {
  goal: string;
  value: number;
  limit: number;
  met: boolean;
}

type Judge = (goal: string, value: number | undefined, limit: number) => Goal[];

/** Gives the median of one thing that a contender took for a shape, at one N, if it was measured. */
type Median = (contender: string, what: keyof Round) => number | undefined;

const STAR = "star";
const LARGE = [500, 1000];
/** A power of N, with room for what a measurement cannot tell. */
const LINEAR = 1.1;

/** The goals that what was measured can tell of. */
export function goalsOf(rows: readonly Row[], growths: readonly Growth[], start?: Start): Goal[] {
  const labs = [...new Map(rows.map(({ shape, n }) => [`${shape} ${n}`, { shape, n }])).values()];
  const ofLabs = labs.flatMap(({ shape, n }) => {
    const median: Median = (contender, what) => {
      const row = rows
        .filter(isMeasured)
        .find((one) => one.shape === shape && one.n === n && one.contender === contender);
      return row?.[what]?.median;
    };
    const judge: Judge = (goal, value, limit) => judged(`${goal}, ${shape}, N = ${n}`, value, limit);
    return shape === STAR ? starGoals(n, median, judge) : shapeGoals(median, judge);
  });
  const growth = growths.find(({ shape, contender }) => shape === STAR && contender === "provider");
  return [
    ...ofLabs,
    ...judged(`provider alone grows with this power of N, up, star, to N = ${growth?.to}`, growth?.up, LINEAR),
    ...judged(
      "start of the plugin, to its port line / `node -e 0`",
      over(start?.toPortLine.median, start?.bareNode.median),
      2,
    ),
  ];
}

function starGoals(n: number, median: Median, judge: Judge): Goal[] {
  const script = median("script", "up");
  const whole = (what: keyof Round, floor = what) => minus(median("topology", what), median("topologyFloor", floor));
  const ratio = (one: string, other: string, what: keyof Round) => over(median(one, what), median(other, what));
  const goals: Goal[] = [];
  if (LARGE.includes(n))
    goals.push(
      ...judge("provider alone / best script, up", ratio("provider", "script", "up"), 0.8),
      ...judge("provider alone / best script, down", ratio("provider", "script", "down"), 2),
    );
  if (n === 1000)
    goals.push(
      ...judge("(`pulumi up` of a Topology - do-nothing) / best script", over(whole("up"), script), 1),
      ...judge("the same with nothing to change", over(whole("noChange"), script), 0.3),
      ...judge("the same with one change, without the script, s", whole("oneChange"), 0.3),
      ...judge("the same with one repair, without the script, s", whole("oneRepair", "oneChange"), 0.3),
      ...judge("Check, s", median("provider", "check"), 0.2),
    );
  if (n === 100)
    goals.push(
      ...judge("single resources / do-nothing, up", ratio("single", "singleFloor", "up"), 1.1),
      ...judge("single resources / do-nothing, down", ratio("single", "singleFloor", "down"), 1.1),
    );
  if (n >= 10)
    for (const peer of ["pyroute2", "mininet"])
      goals.push(...judge(`provider alone / ${peer}, up`, ratio("provider", peer, "up"), 1));
  if (n >= 100)
    for (const peer of ["pyroute2", "mininet", "command", "dynamic"])
      goals.push(...judge(`whole \`pulumi up\` of a Topology / ${peer}`, ratio("topology", peer, "up"), 1));
  return goals;
}

function shapeGoals(median: Median, judge: Judge): Goal[] {
  const script = median("script", "up");
  const above = (what: keyof Round) => minus(median("provider", what), script);
  return [
    ...judge("provider alone - best script, up, s", above("up"), 0.3),
    ...judge("provider alone with nothing to change - that script, s", above("noChange"), 0.3),
    ...judge("provider alone with one repair - that script, s", above("oneRepair"), 0.3),
  ];
}

function judged(goal: string, value: number | undefined, limit: number): Goal[] {
  return value === undefined ? [] : [{ goal, value: short(value), limit, met: short(value) <= limit }];
}

function minus(one?: number, other?: number): number | undefined {
  return one === undefined || other === undefined ? undefined : one - other;
}

function over(one?: number, other?: number): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}
