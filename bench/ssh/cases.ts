import path from "node:path";
import { makeProject, remove } from "../../test/support/engine/project";
import { Stack } from "../../test/support/engine/pulumi";
import type { SshLab } from "../../test/support/labHost/sshLab";
import { say } from "../../tools/progress.mjs";
import { operation } from "../contenders/engine";
import { mustBeUp } from "../mustBeUp";
import { singleResources, topology } from "../programs";
import { settle } from "../settle";
import type { Lists } from "../shapes/shape";
import { star } from "../shapes/star";
import { CREATE, lengthsOf, spansIn } from "../share";
import { spread } from "../spread";
import type { CaseId, Took } from "./results";
import type { Way } from "./ways";

const LIMIT_MS = 300_000;

interface Case {
  id: CaseId;
  resources: number;
  program: string;
  lists: Lists;
  env?: NodeJS.ProcessEnv;
  /** It takes long, and tells much in one round. */
  isOnce?: true;
}

/** All by all ways in turn, by the engine. */
export async function measureCases(lab: SshLab, ways: readonly Way[], n: number, rounds: number): Promise<Took[]> {
  const all = casesOf(n).flatMap((one) =>
    ways.map((way) => ({ one, way, ups: [] as number[], downs: [] as number[], creates: [] as number[] })),
  );
  for (let round = 0; round < rounds; round++)
    for (const { one, way, ups, downs, creates } of all.filter(({ one }) => round === 0 || !one.isOnce)) {
      const { up, down, lengths } = await oneRound(lab, one, way);
      say(`${one.id}, ${way.id}: up ${up.toFixed(2)} s, down ${down.toFixed(2)} s`);
      ups.push(up);
      downs.push(down);
      creates.push(...lengths);
    }
  return all.map(({ one: { id, resources }, way, ups, downs, creates }) => ({
    ...{ lab: id, resources, way: way.id, up: spread(ups), down: spread(downs), create: spread(creates) },
  }));
}

function casesOf(n: number): Case[] {
  const lists = star.inputs(n);
  const ofStar = { shape: star, n };
  const one = `const netns = require("pulumi-netns"); new netns.Namespace("only", { name: "only" });`;
  const single = { resources: 3 * n + 1, program: singleResources(ofStar), lists };
  return [
    { id: "one", resources: 1, program: one, lists: { namespaces: [{ name: "only" }] } },
    { id: "topology", resources: 1, program: topology(ofStar), lists },
    { id: "single", ...single },
    { id: "inTurn", ...single, env: { PULUMI_PARALLEL: "1" }, isOnce: true },
  ];
}

async function oneRound({ engine, env: { HOME } }: SshLab, { program, lists, env }: Case, { name, host }: Way) {
  const folder = await makeProject(program);
  const there = name === undefined ? {} : { NETNS_HOST: `ssh://root@${name}` };
  const trace = path.join(folder, "trace.json");
  const stack = await Stack.open({
    host: engine,
    folder,
    env: { HOME, ...env, ...there, PULUMI_OPTION_OTEL_TRACES: `file://${trace}` },
  });
  try {
    const up = await operation(stack, "up", LIMIT_MS);
    await mustBeUp(host, lists);
    const lengths = lengthsOf(await spansIn(trace, CREATE));
    const down = await operation(stack, "destroy", LIMIT_MS);
    await settle(host);
    return { up, down, lengths };
  } finally {
    await stack.close();
    await remove(folder);
  }
}
