import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Json } from "../../provider/core/values";
import type { Failure } from "./failing";
import type { LabHost } from "./labHost";
import type { Answered, Method } from "./resident";
import type { Recorded, Rpcs } from "./rpcs";

type Waiting = { resolve(value: never): void; reject(error: Error): void };

/** An RPC has failed, and says what is there: the engine stores that. */
export class HalfDone extends Error {
  constructor(
    message: string,
    readonly left: Omit<Recorded, "inputs">,
  ) {
    super(message);
  }
}

/**
 * The provider's RPCs as plain functions, in a process that lives inside a lab host: its commands and files are the
 * host's own, so that nothing but the provider's work takes time.
 */
export class LabProvider {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", ({ id, value, error, left }: Answered) => {
      const one = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) one?.resolve(value as never);
      else one?.reject(left ? new HalfDone(error, left) : new Error(error));
    });
    child.on("exit", (code, signal) => {
      for (const one of this.waiting.values()) one.reject(new Error(`The provider ended with ${code ?? signal}`));
    });
  }

  static async start(host: LabHost): Promise<LabProvider> {
    const [nsenter = "", ...door] = host.door;
    // Behind the door the working folder is another one.
    const tsx = pathToFileURL(require.resolve("tsx")).href;
    const argv = [...door, process.execPath, "--import", tsx, path.join(__dirname, "resident.ts")];
    const child = spawn(nsenter, argv, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const [started] = await Promise.race([once(child, "message"), once(child, "exit")]);
    if (started !== "ready") throw new Error(`No provider in the lab host: it ended with ${started}`);
    return new LabProvider(child);
  }

  /** An engine's operation starts, with a plugin of its own … */
  begin(): Promise<void> {
    return this.ask("begin");
  }

  /** … and ends in order: Cancel, then the signal. */
  end(): Promise<void> {
    return this.ask("end");
  }

  check(type: string, name: string, news: Json, olds: Json): Promise<ReturnType<Rpcs["check"]>> {
    return this.ask("check", type, name, news, olds);
  }

  diff(type: string, name: string, old: Recorded, news: Json): Promise<Omit<ReturnType<Rpcs["diff"]>, "response">> {
    return this.ask("diffOnHost", type, old, news, name);
  }

  read(type: string, name: string, recorded: Recorded): Promise<Recorded | undefined> {
    return this.ask("read", type, name, recorded);
  }

  create(type: string, name: string, news: Json): Promise<Recorded> {
    return this.ask("create", type, name, news);
  }

  update(type: string, name: string, recorded: Recorded, news: Json): Promise<Recorded> {
    return this.ask("update", type, name, recorded, news);
  }

  delete(type: string, name: string, recorded: Recorded): Promise<void> {
    return this.ask("delete", type, name, recorded);
  }

  /** From now on the step of this number that changes the host fails, and no other; undefined: none. */
  failAt(step?: number): Promise<void> {
    return this.ask("failAt", step);
  }

  /** What has come since then. */
  came(): Promise<Failure> {
    return this.ask("came");
  }

  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    if (this.child.exitCode === null) await once(this.child, "exit");
  }

  private ask<T>(method: Method, ...args: unknown[]): Promise<T> {
    this.asked += 1;
    const id = this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.child.send({ id, method, args });
    });
  }
}
