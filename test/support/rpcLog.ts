import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import type { Stack } from "./pulumi";

/** A call of the provider, as the engine writes it down when PULUMI_DEBUG_GRPC names a file. */
export interface Call {
  method: string;
  /** `Type name` of the resource that it is about; empty for those about the provider. */
  resource: string;
  request: { preview?: boolean; [key: string]: unknown };
  /** What it failed with. */
  errors?: string[];
}

interface Line extends Omit<Call, "resource"> {
  request: { urn?: string };
  /** Each call has two lines. */
  progress: "request_started" | "response_completed";
}

const SERVICE = "/pulumirpc.ResourceProvider/";

/** The provider's calls of what `run` does with the stack, in the order of their answers. */
export async function callsOf(stack: Stack, run: () => Promise<unknown>): Promise<Call[]> {
  const log = path.join(stack.home, "grpc.jsonl");
  await rm(log, { force: true });
  stack.env.PULUMI_DEBUG_GRPC = log;
  await run();
  delete stack.env.PULUMI_DEBUG_GRPC;
  const lines = (await readFile(log, "utf8")).split("\n").filter(Boolean);
  return lines
    .map((line): Line => JSON.parse(line))
    .filter(({ method, progress }) => method.startsWith(SERVICE) && progress === "response_completed")
    .map(({ method, request, errors }) => {
      const [, , type = "", name] = (request.urn ?? "").split("::");
      const resource = name === undefined ? "" : `${type.split(":").at(-1)} ${name}`;
      return { method: method.slice(SERVICE.length), resource, request, ...(errors && { errors }) };
    });
}

/** What was really made, changed and removed, as `Create Namespace net0`. */
export function changesIn(calls: readonly Call[]): string[] {
  return calls
    .filter(({ method, request }) => ["Create", "Update", "Delete"].includes(method) && request.preview !== true)
    .map(({ method, resource }) => `${method} ${resource}`);
}
