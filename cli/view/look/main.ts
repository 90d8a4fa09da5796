import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { asNetnsError } from "../../../provider/errors";
import { withReadCache } from "../../../provider/kernel/kernel";
import { compareWithStack } from "../../../provider/live/compare";
import { type Graph, graphOf } from "../../../provider/model/graph";
import { pictures } from "../../../provider/model/picture/picture";
import { type Resource, resourcesOf, type Written } from "../../../provider/model/resources";
import { Netlink } from "../../../provider/netlink/netlink";
import { kinds } from "../../../provider/resources";
import { liveKernel } from "../../live";
import type { Answers, News, Question, Reply } from "../protocol";
import { readCounters } from "./counters";
import { differenceLines } from "./differences";
import { hostTables } from "./hostTables";

/**
 * The half of `netns view` that looks at the host, as root: a line of JSON for all that it tells. It is told what the
 * stack has by the first line that it reads, and whenever that has changed; other lines ask it. With the last line, it ends.
 */

const COUNT_MS = 1000;
/** To look at everything takes longer: it is done no more often than so, and never more than a fourth of the time. */
const LOOK_MS = 2000;
const REST = 4;

const netlink = new Netlink();
const kernel = liveKernel(netlink);
/** Of settings, which there are thousands of, what the stack has is enough. */
const listed = kinds.filter(({ setting }) => !setting);

let stack: Resource[] = [];
let graph = graphOf(stack);
let shown = "";

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const told = JSON.parse(line) as Question | { stack: Written[] };
  if (!("stack" in told)) return void answer(told);
  stack = resourcesOf(told.stack);
  graph = graphOf(stack);
});
lines.on("close", () => process.exit(0));
lines.once("line", async () => {
  void repeat(COUNT_MS, async () => tell({ counters: await readCounters(netlink, [...graph.hosts.keys()]) }));
  // To look at everything takes a while: what the stack says is there at once.
  const [svg, whole] = await drawn(graph, graph);
  tell({ picture: { svg, whole } });
  void repeat(LOOK_MS, look);
});

async function look(): Promise<void> {
  const [before, hosts] = [graph, [...graph.hosts.keys()].filter((host) => host !== "")];
  const compared = await compareWithStack(withReadCache(kernel), { stack, hosts, kinds: listed });
  const [{ resources }, drift] = [compared, differenceLines(compared)];
  const now = JSON.stringify([drift, resources.map(({ kind, name, path, values }) => [kind.type, name, path, values])]);
  if (now === shown) return;
  shown = now;
  const [svg, whole] = await drawn(graphOf(resources), before);
  tell({ picture: { svg, whole, drift } });
}

async function drawn(live: Graph, before: Graph): Promise<[svg: string, whole: string]> {
  return [await pictures.svg(live, { before }), await pictures.svg(live, { before, all: true })];
}

async function answer({ id, name, ask }: Question): Promise<void> {
  const asked: { [Name in keyof Answers]: (of: Answers[Name]["ask"]) => Promise<Answers[Name]["answer"]> } = {
    tables: ({ host }) => hostTables(kernel, host),
  };
  try {
    tell({ id, answer: await asked[name](ask as never) });
  } catch (error) {
    tell({ id, error: asNetnsError(error).message });
  }
}

async function repeat(everyMs: number, work: () => Promise<void>): Promise<never> {
  while (true) {
    const start = Date.now();
    await work().catch((error: unknown) => tell({ problem: asNetnsError(error).message }));
    await wait(Math.max(everyMs, REST * (Date.now() - start)));
  }
}

function tell(what: News | Reply): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}
