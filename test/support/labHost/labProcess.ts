import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { LabHost } from "./labHost";

/** What a process in a lab host is asked for, and what it answers. */
export type Asked = { id: number; method: string; args: never[] };
type Answered = { id: number; value?: unknown; error?: { message: string } };

/**
 * The words of node for a program of the tests. The second kernel has it as a bundle beside it (tools/kernel/bundle.mjs); elsewhere tsx
 * translates it, not as a loader of modules, which would start the thread pool before the first work does.
 */
function asProgram(file: string): string[] {
  const bundle = file.replace(/\.ts$/, ".js");
  return existsSync(bundle) ? [bundle] : ["--require", require.resolve("tsx/cjs"), file];
}

/** A process that lives inside a lab host and does there what it is asked to; its program calls `serveMethods`. */
export class LabProcess {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", ({ id, value, error }: Answered) => {
      const one = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) one?.reject(Object.assign(new Error(error.message), error));
      else one?.resolve(value);
    });
    child.on("exit", (code, signal) => {
      for (const one of this.waiting.values()) one.reject(new Error(`the process ended with ${code ?? signal}`));
    });
  }

  /** `before`: a command that starts it. */
  static async start(
    host: LabHost,
    program: string,
    before: readonly string[] = [],
    stderr: "pipe" | "inherit" = "inherit",
  ) {
    const [nsenter = "", ...door] = host.door;
    const node = [process.execPath, ...asProgram(program)];
    const stdio = ["ignore", "inherit", stderr, "ipc"] as const;
    const child = spawn(nsenter, [...door, ...before, ...node], { stdio: [...stdio], serialization: "advanced" });
    const [started] = await Promise.race([once(child, "message"), once(child, "exit")]);
    if (started !== "ready") throw new Error(`no process in the lab host: it ended with ${started}`);
    return new LabProcess(child);
  }

  call<T>(method: string, ...args: unknown[]): Promise<T> {
    this.asked += 1;
    const id = this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, method, args });
    });
  }

  /** What it has said on stderr at its end, where that is a pipe, and the exit code. */
  async end(): Promise<{ code: number | null; stderr: string }> {
    const chunks: Buffer[] = [];
    this.child.stderr?.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const [code] = await once(this.child, "close");
    return { code, stderr: Buffer.concat(chunks).toString() };
  }

  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
  }
}
