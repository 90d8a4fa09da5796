import type { Results } from "./results";
import { isMeasured } from "./rounds";

/** A line of the chart. */
export interface Series extends Look {
  points: { n: number; seconds: number }[];
}

interface Look {
  label: string;
  color: string;
  width: number;
  dash?: string;
}

/** The last are drawn over the others. */
const LOOKS: Record<string, Look> = {
  topologyFloor: { label: "engine's floor, one resource", color: "#6e7781", width: 1.5, dash: "2 3" },
  singleFloor: { label: "engine's floor, single ones", color: "#6e7781", width: 1.5, dash: "5 3" },
  ipLines: { label: "bash, one ip a line", color: "#2da44e", width: 1.5 },
  pyroute2: { label: "pyroute2", color: "#bc4c00", width: 1.5 },
  mininet: { label: "Mininet, Linux bridge", color: "#a40e26", width: 1.5 },
  command: { label: "@pulumi/command", color: "#9a6700", width: 1.5 },
  dynamic: { label: "Pulumi dynamic provider", color: "#bf3989", width: 1.5 },
  script: { label: "best script", color: "#116329", width: 2.5 },
  provider: { label: "netns, provider alone", color: "#0969da", width: 2.5, dash: "6 4" },
  single: { label: "netns, single resources", color: "#8250df", width: 3 },
  topology: { label: "netns, one Topology", color: "#0550ae", width: 3 },
};

export function seriesOf({ rows }: Results, way: "up" | "down"): Series[] {
  const ofStar = rows.filter(isMeasured).filter(({ shape }) => shape === "star");
  return Object.entries(LOOKS).flatMap(([id, look]) => {
    const mine = ofStar.filter(({ contender }) => contender === id);
    const points = mine.map((row) => ({ n: row.n, seconds: row[way].median }));
    return points.length === 0 ? [] : [{ ...look, points }];
  });
}
