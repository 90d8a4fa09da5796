import { isGrpcError } from "@pulumi/pulumi/errors";
import { hasErrors } from "@pulumi/pulumi/log";
import { type Output, output } from "@pulumi/pulumi/output";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";
import * as config from "@pulumi/pulumi/runtime/config";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as stack from "@pulumi/pulumi/runtime/stack";
import * as state from "@pulumi/pulumi/runtime/state";
import { Unhandled } from "./unhandled";

/** What makes a lab, as the program of any Pulumi project does. What it returns are the lab's outputs. */
export type Program<Outputs = unknown> = () => Outputs | Promise<Outputs>;

/** What has become of a program. */
export interface Done {
  outputs?: unknown;
  thrown?: { error: unknown } | undefined;
  /** By `pulumi.log.error`. */
  hasLoggedErrors?: boolean;
}

/** What the types of Pulumi's library leave out. */
const { withLocalStorage } = state as unknown as { withLocalStorage<T>(work: () => Promise<T>): Promise<T> };

/**
 * Runs a program for an engine, as the Automation API does. But that takes all that nobody has caught in this process, at
 * whatever place, for an error of each program that runs: here, labs that come up side by side do not hear of each other.
 */
export async function runProgram(request: RunRequest, program: Program): Promise<Done> {
  return withLocalStorage(async () => {
    const [engine = ""] = request.getArgsList();
    const [parallel, monitor] = [request.getParallel(), request.getMonitorAddress()];
    const names = [request.getProject(), request.getStack()] as const;
    settings.resetOptions(...names, parallel, engine, monitor, request.getDryrun(), request.getOrganization());
    config.setAllConfig(Object.fromEntries(request.getConfigMap().entries()), request.getConfigsecretkeysList());
    const unhandled = new Unhandled();
    let outputs: unknown;
    let thrown: { error: unknown } | undefined;
    try {
      await stack.runInPulumiStack(async () => {
        try {
          const result = await program();
          (output(result) as Output<unknown>).apply((known) => {
            outputs = known;
          });
          return result as object;
        } catch (error) {
          // What Pulumi sees of it, it also leaves behind as a promise that nobody handles.
          thrown = { error };
          return {};
        }
      });
      await settings.disconnect(true);
    } catch (error) {
      await settings.disconnect(false);
      // The engine says itself why it has answered no more.
      if (!isGrpcError(error as Error)) thrown ??= { error };
    } finally {
      unhandled.end();
    }
    const [first] = unhandled.errors;
    return { outputs, thrown: thrown ?? first, hasLoggedErrors: hasErrors() };
  });
}
