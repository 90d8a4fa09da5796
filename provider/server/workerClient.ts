import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { Client, credentials, status } from "@grpc/grpc-js";
import { NetnsError } from "../errors";
import { interruption } from "../kernel/failure";
import { type Opening, openWorker, type Started } from "../place/open";
import type { Place } from "../place/place";
import type { Severity } from "./engine";
import { BEAT_MS, PASS, packPassed, unpackCame } from "./passed";
import type { Call, Reply } from "./reply";
import { toStatus } from "./status";

/** sudo may ask others first, such as a directory of users. */
const START_MS = 30_000;
/** A worker whose connection is lost has ended, or does so now. */
const END_MS = 5000;
/** Of what it says on stderr, the last letters are told. */
const TAIL = 2000;
/** HTTP/2's own window is 64 KB: of a large answer, each further 64 KB would wait for a round trip. */
const WINDOW = 2 ** 26;
const GZIP = 2;
/** ssh ends so by itself; any other exit code is that of what runs there. */
const OF_SSH = /^(?:exit 255$|killed by |the connection )/;

export interface Line {
  severity: Severity;
  message: string;
  urn: string;
}

export interface WorkerOptions extends Opening {
  /** What the worker says to the user. */
  tell(line: Line): void;
  withinMs?: number;
}

/** A worker that runs, and the connection to it. */
export class WorkerClient {
  private said = "";
  private turn = 0;
  /** But for the first, which says that it listens. */
  private lines = -1;
  private readonly awaited = new Map<number, () => void>();
  private readonly listening: Promise<unknown>;
  private readonly client: Client;
  private readonly ended: Promise<string>;

  constructor(
    private readonly started: Started,
    tell: (line: Line) => void,
  ) {
    const { child, socket } = started;
    // Its folder is removed when the connection stands, which is the only one: there is no other after a pause.
    const options = {
      "grpc.client_idle_timeout_ms": 2 ** 31 - 1,
      "grpc.max_receive_message_length": -1,
      "grpc-node.flow_control_window": WINDOW,
      // The window of requests is the server's, which grpc-js lets nobody set: those of many like things become small.
      ...(started.isFar && { "grpc.default_compression_algorithm": GZIP }),
    };
    this.client = new Client(`unix:${socket}`, credentials.createInsecure(), options);
    child.stderr.on("data", (chunk) => {
      this.said = `${this.said}${chunk}`.slice(-TAIL);
    });
    // That it has ended is seen below.
    child.stdin.on("error", () => {});
    this.listening = new Promise((resolve) => {
      // By its first line it says that it listens.
      createInterface({ input: child.stdout })
        .once("line", resolve)
        .on("line", (line) => this.hear(line, tell));
    });
    const beat = started.isFar ? setInterval(() => child.stdin.write("\n"), BEAT_MS).unref() : undefined;
    this.ended = new Promise<string>((resolve) => {
      child.once("error", ({ message }) => resolve(message));
      child.once("close", (code, signal) => {
        clearInterval(beat);
        // No more of what it has said will come.
        for (const then of [...this.awaited.values()]) then();
        resolve(signal ? `killed by ${signal}` : `exit ${code}`);
      });
    });
  }

  static async open(place: Place, { withinMs = START_MS, tell, ...opening }: WorkerOptions): Promise<WorkerClient> {
    const { signal } = opening;
    if (signal.aborted) throw interruption(signal, "could not start the provider's process on the lab's host");
    const start = async () => {
      const client = new WorkerClient(await openWorker(place, opening), tell);
      return client.up(signal, withinMs);
    };
    if (place.sandbox === undefined) return start();
    // An earlier run may end the sandbox just when this one gets into it.
    return start().catch((error: NetnsError) => (error.kind === "kernel" ? start() : Promise.reject(error)));
  }

  /** Hands a call on as it is, with what was told before it, and what comes back. */
  pass(told: readonly Call[], call: Call): Promise<Reply> {
    const request = packPassed({ turn: this.turn++, told, call });
    return new Promise((resolve) => {
      const { path, requestSerialize, responseDeserialize } = PASS;
      this.client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, bytes) => {
        if (bytes) {
          const { lines, reply } = unpackCame(bytes);
          this.heard(lines, () => resolve(reply));
          return;
        }
        // Its own errors come in replies: this is one of the connection.
        if (!error || error.code === status.UNAVAILABLE) return resolve(this.lost());
        resolve({ failure: { code: error.code, details: error.details } });
      });
    });
  }

  /** A word on its stdin tells it that the run is over. */
  async end(): Promise<void> {
    this.started.child.stdin.end("end\n");
    await this.ended;
  }

  async abandon(): Promise<void> {
    this.started.child.stdin.destroy();
    await this.ended;
  }

  private hear(text: string, tell: (line: Line) => void): void {
    const line = this.lines < 0 ? undefined : lineIn(text);
    if (this.lines >= 0 && !line) return;
    this.lines++;
    if (line) tell(line);
    this.awaited.get(this.lines)?.();
  }

  /** What the worker has said comes another way than its replies. */
  private heard(lines: number, then: () => void): void {
    if (lines <= this.lines) {
      then();
      return;
    }
    const before = this.awaited.get(lines);
    this.awaited.set(lines, () => {
      this.awaited.delete(lines);
      before?.();
      then();
    });
  }

  /** Waits until it listens, which it says by its first line, and connects to it. */
  private async up(signal: AbortSignal, withinMs: number): Promise<this> {
    const { failure } = this.started;
    const early = this.ended.then((how) => Promise.reject(failure(this.saying(how), "kernel")));
    const late = wait(withinMs, undefined, { ref: false }).then(() =>
      Promise.reject(failure(this.saying(`not there after ${withinMs / 1000} s`), "timeout")),
    );
    const what = `could not start the provider's process ${this.started.where}`;
    const cancelled = once(signal, "abort").then(() => Promise.reject(interruption(signal, what)));
    const ready = async () => {
      await this.listening;
      await promisify(this.client.waitForReady)
        .call(this.client, Date.now() + withinMs)
        .catch((error: Error) => Promise.reject(failure(this.saying(error.message), "kernel")));
    };
    try {
      await Promise.race([ready(), early, late, cancelled]);
      return this;
    } catch (error) {
      this.started.child.stdin.destroy();
      throw error;
    } finally {
      await this.started.hide();
    }
  }

  /** In the middle of a run. */
  private async lost(): Promise<Reply> {
    this.started.child.stdin.destroy();
    const how = await Promise.race([this.ended, wait(END_MS, "the connection to it is lost", { ref: false })]);
    const { where, isFar } = this.started;
    const isCut = isFar && OF_SSH.test(how);
    const again = "Run `pulumi up` again: it goes on where this run has ended.";
    const error = new NetnsError({
      kind: "kernel",
      tried: isCut
        ? `the connection to the provider's process ${where} was lost in the middle`
        : `the provider's process ${where} has ended in the middle`,
      said: this.saying(how),
      todo: isCut ? `See the host and the network between. ${again}` : again,
    });
    return { failure: toStatus(error) };
  }

  private saying(how: string): string {
    return [how, ...this.said.trim().split("\n")].filter(Boolean).join("\n  ");
  }
}

/** What stands there besides is none of its own, such as a warning of Node. */
function lineIn(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return undefined;
  }
}
