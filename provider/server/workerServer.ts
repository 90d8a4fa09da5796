import { rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import type { DiffRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { inOldWords } from "./diffRpc";
import type { Teller } from "./engine";
import { BEAT_MS, PASS, packCame, unpackPassed } from "./passed";
import type { Plugin } from "./plugin";
import { type Answer, aboutOne, type Call, type Handlers, IN_OLD_WORDS, IS_SERIAL } from "./reply";

/** One that is far away may be cut off without a word. */
const SILENCE_MS = 4 * BEAT_MS;

/** What a worker says to the user: a line on its stdout each, which its plugin tells the engine. */
export class Lines implements Teller {
  told = 0;

  attach(): void {}

  log(...[severity, message, urn]: Parameters<Teller["log"]>): void {
    this.told++;
    process.stdout.write(`${JSON.stringify({ severity, message, urn })}\n`);
  }
}

/** What only a worker does besides. */
export function workerHandlers(plugin: Plugin): Handlers {
  return {
    [IN_OLD_WORDS]: (request: DiffRequest) => inOldWords(plugin, plugin.kindOf(request), request),
    [IS_SERIAL]: () => {
      plugin.isSerial = true;
      return new Empty();
    },
  };
}

/** The answers of a worker. */
export class WorkerService {
  private turn = 0;
  private readonly early = new Map<number, () => void>();

  constructor(
    private readonly plugin: Plugin,
    private readonly lines: Lines,
    private readonly here: Answer,
  ) {}

  readonly definition = { pass: PASS };
  readonly implementation = {
    pass: ({ request }: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) =>
      void this.answer(request).then((bytes) => done(null, bytes), done),
  };

  private async answer(bytes: Buffer): Promise<Buffer> {
    const { turn, told, call } = unpackPassed(bytes);
    if (turn !== this.turn) await new Promise<void>((resolve) => void this.early.set(turn, resolve));
    for (const one of told) await this.hear(one);
    this.turn++;
    this.early.get(this.turn)?.();
    this.early.delete(this.turn);
    const reply = await this.here(call);
    return packCame({ lines: this.lines.told, reply });
  }

  /** Of a Check, which the plugin has answered, only that it was. */
  private async hear(call: Call): Promise<void> {
    this.plugin.isTold = true;
    if (call.name === "check") this.plugin.runState.noteCheck(aboutOne(call)?.urn ?? "");
    else await this.here(call);
  }
}

/**
 * A worker's stdin is its life line: the word `end` says that the run is over, its end without that, or a long silence where
 * there were beats, that the plugin is gone. Signals are meant for the plugin, which may be in the same group of processes.
 */
export function watchLifeLine(socket: string, { end, leave }: { end(): void; leave(): void }): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {});
  let isOver = false;
  let silence: NodeJS.Timeout | undefined;
  const gone = () => {
    if (isOver) return;
    isOver = true;
    removeSocket(socket);
    leave();
  };
  process.stdin
    .on("data", (chunk) => {
      clearTimeout(silence);
      silence = setTimeout(gone, SILENCE_MS).unref();
      if (isOver || !String(chunk).includes("end")) return;
      isOver = true;
      end();
    })
    .on("error", () => {})
    .once("close", gone);
}

/** Where the plugin was killed before it did so itself. */
function removeSocket(socket: string): void {
  try {
    rmSync(socket);
    rmdirSync(dirname(socket));
  } catch {
    // It did.
  }
}
