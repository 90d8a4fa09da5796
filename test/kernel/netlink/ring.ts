import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Netlink } from "../../../provider/netlink/netlink";
import type { LabHost } from "../../support/labHost";
import type { Answer, Call, Modules } from "./resident";

type Names<F extends keyof Modules> = keyof Modules[F] & string;
type Made<F extends keyof Modules, N extends Names<F>> = Modules[F][N] extends (...args: infer A) => infer R
  ? { args: A; result: Awaited<R> }
  : never;
type Args<F extends keyof Modules, N extends Names<F>> = Made<F, N>["args"];
type Result<F extends keyof Modules, N extends Names<F>> = Made<F, N>["result"];

/** What a function says that makes a request, for `execute`. */
export function request<F extends keyof Modules, N extends Names<F>>(file: F, name: N, ...args: Args<F, N>): Call {
  return { file, name, args };
}

/** A veth pair that is up in one namespace: `a` with the number 5, and `b` with 6. */
export function cable(): Call[] {
  const up = { flags: 1, change: 1 };
  const data = { peer: { ifname: "b", index: 6 } };
  return [
    request("link", "addLink", { index: 5, ifname: "a", ...up, linkinfo: { kind: "veth", data } }),
    request("link", "setLink", { ifname: "b", ...up }),
  ];
}

/** What the ring said of a request that the kernel refused. */
export interface Refused {
  message: string;
  code?: string;
  said?: string;
  attribute?: string;
}

/** A process that lives inside a lab host and does there what the netlink ring is asked to. */
export class Ring {
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private asked = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", ({ id, value, error }: Answer) => {
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
  static async start(host: LabHost, ...before: string[]): Promise<Ring> {
    const [nsenter = "", ...door] = host.door;
    // Not as a loader of modules, which would start the thread pool before the first test does.
    const argv = [
      ...door,
      ...before,
      process.execPath,
      "--require",
      require.resolve("tsx/cjs"),
      path.join(__dirname, "resident.ts"),
    ];
    const child = spawn(nsenter, argv, { stdio: ["ignore", "inherit", "pipe", "ipc"], serialization: "advanced" });
    const [started] = await Promise.race([once(child, "message"), once(child, "exit")]);
    if (started !== "ready") throw new Error(`no process in the lab host: it ended with ${started}`);
    return new Ring(child);
  }

  /** Has the kernel do what functions of provider/netlink say; for each, why it was not done. */
  execute(netns: string | undefined, ...requests: Call[]): Promise<(Refused | undefined)[]> {
    return this.call("execute", netns, requests);
  }

  /** The same, where all must be done. */
  async done(netns: string | undefined, ...requests: Call[]): Promise<void> {
    const errors = await this.execute(netns, ...requests);
    for (const [index, error] of errors.entries()) {
      if (error) throw new Error(`${JSON.stringify(requests[index])}: ${error.message}`);
    }
  }

  /** What a function returns there. */
  run<F extends keyof Modules, N extends Names<F>>(file: F, name: N, ...args: Args<F, N>): Promise<Result<F, N>> {
    return this.call("run", { file, name, args });
  }

  /** The same of one that gets a Netlink before that. */
  find<F extends keyof Modules, N extends Names<F>>(
    file: F,
    name: N,
    ...args: Args<F, N> extends [Netlink, ...infer Rest] ? Rest : never
  ): Promise<Result<F, N>> {
    return this.call("find", { file, name, args });
  }

  /** What it has said on stderr at its end, and the exit code. */
  async end(): Promise<{ code: number | null; stderr: string }> {
    const chunks: Buffer[] = [];
    this.child.stderr?.on("data", (chunk: Buffer) => void chunks.push(chunk));
    const [code] = await once(this.child, "close");
    return { code, stderr: Buffer.concat(chunks).toString() };
  }

  async stop(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    if (this.child.exitCode === null) await once(this.child, "exit");
  }

  private call<T>(method: string, ...args: unknown[]): Promise<T> {
    this.asked += 1;
    const id = this.asked;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.child.send({ id, method, args });
    });
  }
}
