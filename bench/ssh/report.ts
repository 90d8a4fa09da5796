import type { Spread } from "../spread";
import { table } from "../table";
import type { Arrival, CaseId, SshResults, Took, WayId } from "./results";

const TITLES: Record<CaseId, string> = {
  one: "one Namespace",
  topology: "star, one Topology",
  single: "star, single resources",
  inTurn: "the same, `--parallel 1`",
};

/** What was measured, as Markdown, and what a resource takes more than here. */
export function sshLines(results: SshResults): string[] {
  const { date, machine, n, rounds, arrivals, took } = results;
  return [
    `${date}: netns ${machine.provider}, Pulumi ${machine.engine}, Node ${machine.node}, kernel ${machine.kernel}, ${machine.cores} cores`,
    `(${machine.processor}), ${machine.memoryGiB} GiB, load ${machine.load} before. Medians of ${rounds} rounds (one of \`--parallel 1\`); minimum and maximum in brackets.`,
    "",
    ...table(
      ["the way there", "round trip, ms", "first use, s", "later use, s"],
      arrivals.map((arrival) => [
        wayTitle(arrival.way, arrivals),
        ...[arrival.roundTrip, arrival.first, arrival.later].map(text),
      ]),
    ),
    "",
    ...table(
      [`N = ${n}`, "resources", "where", "up, s", "down, s", "a create, ms", "more than here, round trips"],
      took.map((one) => [
        ...[TITLES[one.lab], String(one.resources), wayTitle(one.way, arrivals)],
        ...[text(one.up), text(one.down), (one.create.median * 1000).toFixed(1), tripsMore(one, results)],
      ]),
    ),
  ];
}

/** Of a create in the middle; one of few has the connection in it, which is none of the lab. */
function tripsMore({ lab, way, create, resources }: Took, { took, arrivals }: SshResults): string {
  const here = took.find((one) => one.lab === lab && one.way === "here");
  if (way !== "slow" || resources === 1 || !here) return "";
  return ((create.median - here.create.median) / tripOf(way, arrivals)).toFixed(2);
}

function tripOf(way: WayId, arrivals: readonly Arrival[]): number {
  return (arrivals.find((arrival) => arrival.way === way)?.roundTrip.median ?? Number.NaN) / 1000;
}

function wayTitle(way: WayId, arrivals: readonly Arrival[]): string {
  if (way === "here") return "here";
  return way === "ssh" ? "over ssh" : `over ssh, ${(tripOf(way, arrivals) * 1000).toFixed(0)} ms`;
}

function text({ median, min, max, rounds }: Spread): string {
  return rounds === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}
