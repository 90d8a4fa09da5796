import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { isAbsolute, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { deserialize, serialize } from "node:v8";
import { Client, credentials, status } from "@grpc/grpc-js";
import { NetnsError } from "../errors";
import { interruption } from "../kernel/failure";
import { type Answer, type Call, pathOf, type Reply } from "./reply";
import { toStatus } from "./status";

/** sudo may ask others first, such as a directory of users. */
const START_MS = 30_000;
/** A worker whose connection is lost has ended, or does so now. */
const END_MS = 5000;
/** Of what it says on stderr, the last letters are told. */
const TAIL = 2000;
/** Root's, where sudo has no `secure_path`: with the user's, that would say what root runs. */
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DENIED = /password is required|not in the sudoers|not allowed to (?:execute|run)|may not run sudo/;
const STARTING = "could not start the provider as root through sudo";
const DENIED_TODO = "Let sudo run it for this user without a password (`sudo -n`): docs/host.md has the line.";
const STUCK_TODO =
  "See that `sudo -n -- node --version` works, that root can read the provider's folder, and that this user can write " +
  "in XDG_RUNTIME_DIR or TMPDIR.";

export interface WorkerClientOptions {
  /** What Node is to run, as root. */
  words: readonly string[];
  /** Where that listens then. */
  socket: string;
  /** Ends the wait for it, as that it takes longer than `withinMs` does. */
  signal: AbortSignal;
  withinMs?: number;
  debug(line: string): void;
}

/** A worker that runs, and the connection to it. */
export class WorkerClient {
  private said = "";
  private readonly client: Client;
  private readonly ended: Promise<string>;

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    socket: string,
  ) {
    // Its folder is removed when the connection stands, which is the only one: there is no other after a pause.
    const options = { "grpc.client_idle_timeout_ms": 2 ** 31 - 1, "grpc.max_receive_message_length": -1 };
    this.client = new Client(`unix:${socket}`, credentials.createInsecure(), options);
    child.stderr.on("data", (chunk) => {
      this.said = `${this.said}${chunk}`.slice(-TAIL);
    });
    // That it has ended is seen below.
    child.stdin.on("error", () => {});
    this.ended = new Promise((resolve) => {
      child.once("error", ({ message }) => resolve(message));
      child.once("close", (code, signal) => resolve(signal ? `killed by ${signal}` : `exit ${code}`));
    });
  }

  static async open({ words, socket, signal, withinMs = START_MS, debug }: WorkerClientOptions): Promise<WorkerClient> {
    if (signal.aborted) throw interruption(signal, STARTING);
    const argv = ["-n", "--", process.execPath, ...words];
    debug(["sudo", ...argv].join(" "));
    const env = { PATH, LC_ALL: "C" };
    const client = new WorkerClient(spawn(sudo(), argv, { env, cwd: "/" }), socket);
    try {
      await client.up(signal, withinMs);
      return client;
    } catch (error) {
      client.child.stdin.destroy();
      throw error;
    }
  }

  /** Hands a call on as it is, and what comes back. */
  pass({ name, request }: Call): Promise<Reply> {
    return new Promise((resolve) => {
      const same = (bytes: Buffer) => bytes;
      this.client.makeUnaryRequest<Buffer, Reply>(pathOf(name), same, deserialize, request, (error, reply) => {
        if (!error) return resolve(reply as Reply);
        // Its own errors come in replies: this is one of the connection.
        if (error.code === status.UNAVAILABLE) return resolve(this.lost());
        resolve({ failure: { code: error.code, details: error.details } });
      });
    });
  }

  /** Any word on its stdin tells it that the run is over. */
  async end(): Promise<void> {
    this.child.stdin.end("end\n");
    await this.ended;
  }

  async abandon(): Promise<void> {
    this.child.stdin.destroy();
    await this.ended;
  }

  /** Waits until it listens, which it says by a line, and connects to it. */
  private async up(signal: AbortSignal, withinMs: number): Promise<void> {
    const early = this.ended.then((how) => Promise.reject(notStarted(this.saying(how))));
    const late = wait(withinMs, undefined, { ref: false }).then(() =>
      Promise.reject(notStarted(this.saying(`not there after ${withinMs / 1000} s`), "timeout")),
    );
    const cancelled = once(signal, "abort").then(() => Promise.reject(interruption(signal, STARTING)));
    const ready = async () => {
      await once(this.child.stdout, "data");
      this.child.stdout.resume();
      await promisify(this.client.waitForReady)
        .call(this.client, Date.now() + withinMs)
        .catch((error: Error) => Promise.reject(notStarted(this.saying(error.message))));
    };
    await Promise.race([ready(), early, late, cancelled]);
  }

  /** In the middle of a run. */
  private async lost(): Promise<Reply> {
    this.child.stdin.destroy();
    const how = await Promise.race([this.ended, wait(END_MS, "the connection to it is lost", { ref: false })]);
    const error = new NetnsError({
      kind: "kernel",
      tried: "the provider's process that is root through sudo has ended in the middle",
      said: this.saying(how),
      todo: "Run `pulumi up` again: it goes on where this run has ended.",
    });
    return { failure: toStatus(error) };
  }

  private saying(how: string): string {
    return [how, ...this.said.trim().split("\n")].filter(Boolean).join("\n  ");
  }
}

/** What a worker answers with: whole replies, for of an error's own parts, which are trailers, Node takes 64 KB at most. */
export function inReplies(here: Answer): Answer {
  return async (call) => ({ answers: [serialize(await here(call))] });
}

/** On the PATH of the user, whose own it is as what he starts. */
function sudo(): string {
  const folders = `${process.env.PATH ?? ""}:${PATH}`.split(":").filter(isAbsolute);
  const found = folders.map((folder) => join(folder, "sudo")).find(canRun);
  if (found !== undefined) return found;
  throw new NetnsError({
    kind: "unsupported",
    tried: STARTING,
    todo: "sudo is not installed here: install it, or run `pulumi` as root without `netns:sudo`.",
  });
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function notStarted(said: string, kind: "kernel" | "timeout" = "kernel"): NetnsError {
  if (DENIED.test(said)) return new NetnsError({ kind: "permission", tried: STARTING, said, todo: DENIED_TODO });
  return new NetnsError({ kind, tried: STARTING, said, todo: STUCK_TODO });
}
