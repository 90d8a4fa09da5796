import { isGrpcError } from "@pulumi/pulumi/errors";
import * as state from "@pulumi/pulumi/runtime/state";

/** By what Pulumi's library knows of which program something is; its types leave it out. */
const { getStore } = state as unknown as { getStore(): object };

/** Of which programs somebody collects what they have left unhandled. */
const collected = new Map<object, Unhandled>();
/** Programs that have ended. Where the engine was gone by then, calls to it may fail later still, and nobody waits for them. */
const ended = new WeakSet<object>();

/** What the program that runs here leaves unhandled, from now to `end()`: rejected promises that nobody has caught. */
export class Unhandled {
  readonly errors: { error: unknown }[] = [];
  private readonly program = getStore();

  constructor() {
    collected.set(this.program, this);
    if (!process.listeners("unhandledRejection").includes(collect)) process.on("unhandledRejection", collect);
  }

  end(): void {
    collected.delete(this.program);
    ended.add(this.program);
  }
}

/** It is called where the promise was: in the program that has left it. */
function collect(error: unknown): void {
  const its = collected.get(getStore());
  if (its) its.errors.push({ error });
  else if (ended.has(getStore()) && isGrpcError(error as Error)) return;
  // As if there were no listener: others are told, and where there is none, Node ends the process.
  else if (process.listenerCount("unhandledRejection") === 1) throw error;
}
