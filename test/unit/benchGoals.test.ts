import assert from "node:assert/strict";
import { goalsOf } from "../../bench/goals";
import { growthsOf } from "../../bench/growth";
import type { Row } from "../../bench/rounds";
import { spread } from "../../bench/spread";

function row(shape: string, n: number, contender: string, times: Record<string, number>): Row {
  const spreads = Object.entries(times).map(([what, seconds]) => [what, spread([seconds])]);
  return { shape, n, contender, ...Object.fromEntries(spreads) };
}

const told = (rows: Row[]) =>
  goalsOf(rows, growthsOf(rows), undefined).map(
    ({ goal, value, limit, met }) => `${goal}: ${value} of ${limit}, ${met ? "met" : "missed"}`,
  );

describe("the goals of the bench", () => {
  it("are judged of the star by the script, by the provider that does nothing, and by peers", () => {
    const rows = [
      row("star", 100, "provider", { up: 0.1, down: 0.1 }),
      row("star", 1000, "script", { up: 2, down: 0.1 }),
      row("star", 1000, "provider", { up: 1.5, down: 0.3, check: 0.1 }),
      row("star", 1000, "topology", { up: 6, down: 1, noChange: 5.5, oneChange: 5.2, oneRepair: 5.4 }),
      row("star", 1000, "topologyFloor", { up: 4, down: 1, noChange: 5, oneChange: 5 }),
      row("star", 1000, "pyroute2", { up: 3, down: 1 }),
      { shape: "star", n: 1000, contender: "mininet", absent: "it took too long" },
    ];
    assert.deepEqual(told(rows), [
      "provider alone / best script, up, star, N = 1000: 0.75 of 0.8, met",
      "provider alone / best script, down, star, N = 1000: 3 of 2, missed",
      "(`pulumi up` of a Topology - do-nothing) / best script, star, N = 1000: 1 of 1, met",
      "the same with nothing to change, star, N = 1000: 0.25 of 0.3, met",
      "the same with one change, without the script, s, star, N = 1000: 0.2 of 0.3, met",
      "the same with one repair, without the script, s, star, N = 1000: 0.4 of 0.3, missed",
      "Check, s, star, N = 1000: 0.1 of 0.2, met",
      "provider alone / pyroute2, up, star, N = 1000: 0.5 of 1, met",
      "whole `pulumi up` of a Topology / pyroute2, star, N = 1000: 2 of 1, missed",
      "provider alone grows with this power of N, up, star, to N = 1000: 1.176 of 1.1, missed",
    ]);
  });

  it("are judged of another shape by what its script takes, and 0.3 s", () => {
    const rows = [
      row("router", 1000, "script", { up: 0.1, down: 0.1 }),
      row("router", 1000, "provider", { up: 0.3, down: 0.2, noChange: 0.5, oneRepair: 0.2 }),
    ];
    assert.deepEqual(told(rows), [
      "provider alone - best script, up, s, router, N = 1000: 0.2 of 0.3, met",
      "provider alone with nothing to change - that script, s, router, N = 1000: 0.4 of 0.3, missed",
      "provider alone with one repair - that script, s, router, N = 1000: 0.1 of 0.3, met",
    ]);
  });
});
