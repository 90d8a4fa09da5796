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

/** Runs an operation with the engine's gRPC log on: with what it asked the provider, in the order of the answers. */
export async function traced(stack: Stack, operate: () => Promise<Outcome>): Promise<Outcome & { calls: Call[] }> {
  const folder = await scratch("grpc");
  stack.env.PULUMI_DEBUG_GRPC = path.join(folder, "log.jsonl");
  try {
    const outcome = await operate();
    return { ...outcome, calls: callsOf(await readFile(stack.env.PULUMI_DEBUG_GRPC, "utf8")) };
  } finally {
    delete stack.env.PULUMI_DEBUG_GRPC;
    await remove(folder);
  }
}

/** The calls that change the host, as `Method Type name`. */
export function changing(calls: readonly Call[]): string[] {
  return calls
    .filter(({ method }) => ["Create", "Update", "Delete"].includes(method))
    .map(({ method, resource }) => `${method} ${resource}`);
}

function callsOf(text: string): Call[] {
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
