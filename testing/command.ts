import { type ChildProcessByStdio, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";

/** What a command has ended with. */
export interface Ran {
  stdout: string;
  stderr: string;
  /** As a shell has it: 128 and the signal's number where a signal has ended it. */
  exitCode: number;
}

/** A command in a lab that has failed, or taken too long. What it wrote is in the message, and apart. */
export class CommandError extends Error implements Ran {
  override readonly name = "CommandError";
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;

  constructor(host: string, argv: readonly string[], how: string, { stdout, stderr, exitCode }: Ran) {
    super([`${host}: ${argv.join(" ")}: ${how}`, stdout.trimEnd(), stderr.trimEnd()].filter(Boolean).join("\n"));
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/** A command that runs on a host of a lab. It ends with the lab at the latest. */
export class LabProcess {
  /** What it has written so far. */
  stdout = "";
  stderr = "";
  /** What it ends with. */
  readonly ended: Promise<Ran>;
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;

  /** @internal `words`: those that run it, of which the last `argv` are its own. */
  constructor(
    readonly host: string,
    readonly argv: readonly string[],
    words: readonly string[],
    env: NodeJS.ProcessEnv,
  ) {
    const [file = "", ...args] = words;
    this.child = spawn(file, args, { env, cwd: "/", stdio: ["pipe", "pipe", "pipe"] });
    this.child.stdin.on("error", () => {});
    this.child.stdout.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
    });
    this.child.stderr.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.child.once("error", reject);
      this.child.once("close", (code, signal) => {
        const exitCode = code ?? 128 + constants.signals[signal ?? "SIGKILL"];
        resolve({ stdout: this.stdout, stderr: this.stderr, exitCode });
      });
    });
    // Who waits for it hears of it.
    this.ended.catch(() => {});
  }

  /** Its stdin. */
  get stdin(): Writable {
    return this.child.stdin;
  }

  /**
   * Waits until it has written something, on stdout or stderr.
   *
   * @param what A text, or a pattern.
   * @param timeoutMs How long to wait, in milliseconds. Default: 5000.
   * @throws A CommandError where it ends before, or does not write it in time.
   */
  async writes(what: string | RegExp, { timeoutMs = 5000 } = {}): Promise<void> {
    const has = () => {
      const text = `${this.stdout}\n${this.stderr}`;
      return typeof what === "string" ? text.includes(what) : what.test(text);
    };
    if (has()) return;
    await new Promise<void>((resolve, reject) => {
      const over = (how: string, ran: Ran) => {
        done();
        reject(new CommandError(this.host, this.argv, `${how} before it has written ${what}`, ran));
      };
      const look = () => {
        if (!has()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => over(`${timeoutMs} ms are over`, { ...this.soFar(), exitCode: -1 }), timeoutMs);
      const done = () => {
        clearTimeout(timer);
        for (const stream of [this.child.stdout, this.child.stderr]) stream.off("data", look);
      };
      for (const stream of [this.child.stdout, this.child.stderr]) stream.on("data", look);
      this.ended.then((ran) => {
        look();
        over(`it has ended with ${ran.exitCode}`, ran);
      }, reject);
    });
  }

  /**
   * Sends it a signal, and waits until it has ended.
   *
   * @param signal Default: SIGTERM.
   */
  async kill(signal: NodeJS.Signals = "SIGTERM"): Promise<Ran> {
    this.signal(signal);
    return this.ended;
  }

  /** What it has written until it ends, or for `timeoutMs`: then it is killed. @internal */
  async result(timeoutMs: number): Promise<Ran & { isLate: boolean }> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.signal("SIGKILL");
    }, timeoutMs);
    try {
      return { ...(await this.ended), isLate };
    } finally {
      clearTimeout(timer);
    }
  }

  private soFar() {
    return { stdout: this.stdout, stderr: this.stderr };
  }

  /** To the command, which is a child of the one that has led it into its sandbox. */
  private signal(signal: NodeJS.Signals): void {
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").split(" ").filter(Boolean);
    for (const child of children.length > 0 ? children.map(Number) : [pid]) process.kill(child, signal);
  }
}
