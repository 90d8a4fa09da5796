import { readFile } from "node:fs/promises";
import path from "node:path";
import { makeProject, remove, scratch } from "../test/support/engine/project";
import { Stack } from "../test/support/engine/pulumi";
import { LabHost } from "../test/support/labHost/labHost";
import { operation, type Program } from "./contenders/engine";
import type { Lab } from "./shapes/shape";
import { short } from "./spread";

export const CREATE = "pulumirpc.ResourceProvider/Create";
/** A span of OpenTelemetry that the caller of an RPC made. */
const CLIENT = 3;

interface Span {
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}

/** In which part of the time of a whole `pulumi up` at least one Create of the provider is under way, by its own trace. */
export async function createShare(program: Program, lab: Lab, limitMs: number): Promise<number> {
  const host = await LabHost.start();
  const folders = [await makeProject(program(lab)), await scratch("trace")] as const;
  const trace = path.join(folders[1], "trace.json");
  const stack = await Stack.open({ host, folder: folders[0], env: { PULUMI_OPTION_OTEL_TRACES: `file://${trace}` } });
  try {
    const whole = await operation(stack, "up", limitMs);
    return short(covered(await spansIn(trace, CREATE)) / whole);
  } finally {
    await stack.close();
    await host.stop();
    await Promise.all(folders.map(remove));
  }
}

/** The calls of one RPC in a trace of the engine. */
export async function spansIn(trace: string, rpc: string): Promise<Span[]> {
  const batches = (await readFile(trace, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const spans: Span[] = batches
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap((scope) => scope.spans);
  return spans.filter(({ name, kind }) => name === rpc && kind === CLIENT);
}

export function lengthsOf(spans: readonly Span[]): number[] {
  return spans.map(
    ({ startTimeUnixNano, endTimeUnixNano }) => Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e9,
  );
}

/** The seconds in which there is any of the spans. */
function covered(spans: Span[]): number {
  const times = spans.map((span) => [Number(span.startTimeUnixNano), Number(span.endTimeUnixNano)] as const);
  let sum = 0;
  let until = 0;
  for (const [start, end] of times.sort(([one], [other]) => one - other)) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum / 1e9;
}
