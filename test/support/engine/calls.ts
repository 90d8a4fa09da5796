import { readFile } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "./project";
import type { Outcome, Stack } from "./pulumi";

/** One question of the engine to the provider. */
export interface Call {
  /** `Create`, `Diff`, …; a preview's are `Create(preview)` and `Update(preview)`. */
  method: string;
  /** `Type name` of the resource that it is about. */
  resource: string;
  request: Record<string, unknown>;
  response: Record<string, unknown>;
}

interface Line {
  method: string;
  progress: string;
  request: { urn?: string; preview?: boolean };
  response?: Record<string, unknown>;
}

const PROVIDER = "/pulumirpc.ResourceProvider/";

/** What the engine asks the provider while `run` runs, in the order of the answers. */
export async function callsOf(stack: Stack, run: () => Promise<unknown>): Promise<Call[]> {
  const folder = await scratch("grpc");
  stack.env.PULUMI_DEBUG_GRPC = path.join(folder, "log.jsonl");
  try {
    await run();
    return readCalls(await readFile(stack.env.PULUMI_DEBUG_GRPC, "utf8"));
  } finally {
    delete stack.env.PULUMI_DEBUG_GRPC;
    await remove(folder);
  }
}

/** An operation's outcome, with the calls that it came by. */
export async function traced(stack: Stack, operate: () => Promise<Outcome>): Promise<Outcome & { calls: Call[] }> {
  let outcome = {} as Outcome;
  const calls = await callsOf(stack, async () => {
    outcome = await operate();
  });
  return { ...outcome, calls };
}

/** The calls that change the host, as `Method Type name`. */
export function changing(calls: readonly Call[]): string[] {
  return calls
    .filter(({ method }) => ["Create", "Update", "Delete"].includes(method))
    .map(({ method, resource }) => `${method} ${resource}`);
}

function readCalls(text: string): Call[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): Line => JSON.parse(line))
    .filter(({ method, progress }) => method.startsWith(PROVIDER) && progress !== "request_started")
    .map(({ method, request, response = {} }) => {
      const [, , type = "", name = ""] = (request.urn ?? "").split("::");
      return {
        method: `${method.slice(PROVIDER.length)}${request.preview ? "(preview)" : ""}`,
        resource: `${type.split(":").at(-1)} ${name}`,
        request: { ...request },
        response,
      };
    });
}
