import { type Graph, graphOf } from "../provider/model/graph";
import { reach } from "../provider/model/reach/reach";
import { resourcesOf } from "../provider/model/resources";
import { SWITCH, spokes, star } from "../test/support/inputs/star";

/** How long it takes to read a lab as a graph, and to tell who reaches whom in it. */
export function modelRows(): string[] {
  let graph = labOf(1);
  const rows = [
    taken("a graph of 1000 hosts on one bridge", () => {
      graph = labOf(1000);
    }),
  ];
  rows.push(taken("the first pair of them", () => mustReach(graph, 1, 1000)));
  rows.push(taken("one more pair", () => mustReach(graph, 2, 999)));
  graph = labOf(100);
  const numbers = spokes(100).map((_, index) => index + 1);
  const all = () => numbers.forEach((one) => void numbers.forEach((other) => void mustReach(graph, one, other)));
  rows.push(taken("all pairs of 100 hosts", all));
  return rows;
}

function labOf(n: number): Graph {
  const bridgePorts = spokes(n).map(({ port }) => ({ namespace: SWITCH, bridge: "br0", device: port }));
  const inputs = { ...star(n), bridges: [{ namespace: SWITCH, name: "br0" }], bridgePorts };
  const urn = "urn:pulumi:lab::labs::netns:index:Topology::lab";
  return graphOf(resourcesOf([{ type: "netns:index:Topology", urn, inputs }]));
}

function mustReach(graph: Graph, from: number, to: number): void {
  const { reaches, stop } = reach(graph, `h${from}`, `h${to}`);
  if (reaches !== true) throw new Error(`h${from} does not reach h${to}: ${stop?.why}`);
}

function taken(what: string, work: () => void): string {
  const [start, before] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(before);
  return `${what}: ${(performance.now() - start).toFixed(1)} ms (${((user + system) / 1000).toFixed(1)} ms of the processor)`;
}
