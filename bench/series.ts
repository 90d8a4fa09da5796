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

const LOOKS: Record<string, Look> = {
  topology: { label: "netns, one Topology", color: "#0550ae", width: 3 },
  provider: { label: "netns, provider alone", color: "#0550ae", width: 1.5, dash: "5 3" },
  single: { label: "netns, single resources", color: "#8250df", width: 3 },
  topologyFloor: { label: "engine's floor, one", color: "#6e7781", width: 1.5, dash: "2 3" },
  singleFloor: { label: "engine's floor, single", color: "#6e7781", width: 1.5, dash: "5 3" },
  ipBatch: { label: "best ip -batch script", color: "#116329", width: 2 },
  ipLines: { label: "bash, one ip a line", color: "#2da44e", width: 1.5 },
  pyroute2: { label: "pyroute2", color: "#bc4c00", width: 1.5 },
  mininet: { label: "Mininet", color: "#a40e26", width: 1.5 },
  command: { label: "@pulumi/command", color: "#9a6700", width: 1.5 },
  dynamic: { label: "Pulumi dynamic provider", color: "#bf3989", width: 1.5 },
};

export function seriesOf({ rows }: Results, way: "up" | "down"): Series[] {
  return Object.entries(LOOKS).flatMap(([id, look]) => {
    const mine = rows.filter(isMeasured).filter(({ contender }) => contender === id);
    const points = mine.map((row) => ({ n: row.n, seconds: row[way].median }));
    return points.length === 0 ? [] : [{ ...look, points }];
  });
}
