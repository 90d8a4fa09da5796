import { growthsOf } from "./growth";
import { isMeasured, type Measured, type Row } from "./rounds";
import { short } from "./spread";

/** A ratio of two things of one run, and the most that it is to be. */
export interface Goal {
  goal: string;
  value: number;
  limit: number;
  met: boolean;
}

const PEERS = ["pyroute2", "mininet", "command", "dynamic"];
const LARGE = [500, 1000];
/** A power of N, with room for what a measurement cannot tell. */
const LINEAR = 1.1;

/** The goals that what was measured can tell of. */
export function goalsOf(rows: readonly Row[]): Goal[] {
  const find = (id: string, n: number) =>
    rows.filter(isMeasured).find(({ contender, n: its }) => contender === id && its === n);
  const ns = [...new Set(rows.map(({ n }) => n))];
  const large = ns.filter((n) => LARGE.includes(n));
  const ratio = (goal: string, limit: number, n: number, one: string, other: string, way: "up" | "down") => {
    const [mine, its] = [find(one, n), find(other, n)];
    return mine && its ? [judged(`${goal}, ${way}, N = ${n}`, mine[way].median / its[way].median, limit)] : [];
  };
  const both = (goal: string, limit: number, n: number, one: string, other: string) =>
    (["up", "down"] as const).flatMap((way) => ratio(goal, limit, n, one, other, way));
  return [
    ...large.flatMap((n) => both("provider time of Topology / best `ip -batch` script", 1.2, n, "provider", "ipBatch")),
    ...linear(rows),
    ...large.flatMap((n) => wholeUp(n, find("topology", n), find("topologyFloor", n), find("ipBatch", n))),
    ...ns.flatMap((n) => both("single resources / provider that does nothing", 1.1, n, "single", "singleFloor")),
    ...PEERS.flatMap((peer) =>
      ns
        .filter((n) => n >= 100)
        .flatMap((n) => ratio(`whole \`pulumi up\` of Topology / ${peer}`, 1, n, "topology", peer, "up")),
    ),
  ];
}

function linear(rows: readonly Row[]): Goal[] {
  const growth = growthsOf(rows).find(({ contender }) => contender === "provider");
  if (!growth) return [];
  const { from, to, up } = growth;
  return [judged(`provider time of Topology grows with this power of N, up, N = ${from} to ${to}`, up, LINEAR)];
}

function wholeUp(n: number, whole?: Measured, floor?: Measured, script?: Measured): Goal[] {
  if (!whole || !floor || !script) return [];
  const times = (whole.up.median - floor.up.median) / script.up.median;
  return [judged(`(whole \`pulumi up\` of Topology - the engine's floor) / that script, N = ${n}`, times, 1.3)];
}

function judged(goal: string, value: number, limit: number): Goal {
  return { goal, value: short(value), limit, met: value <= limit };
}
