import path from "node:path";
import type { Netlink } from "../../../provider/netlink/netlink";
import type { LabHost } from "../../support/labHost/labHost";
import { LabProcess } from "../../support/labHost/labProcess";
import type { Call, Modules } from "./netlinkServer";

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

/** What provider/netlink said of a request that the kernel refused. */
export interface Refused {
  message: string;
  code?: string;
  said?: string;
  attribute?: string;
}

/** A process that lives inside a lab host and does there what provider/netlink is asked to. */
export class NetlinkProcess {
  private constructor(private readonly process: LabProcess) {}

  /** `before`: a command that starts it. */
  static async start(host: LabHost, ...before: string[]): Promise<NetlinkProcess> {
    return new NetlinkProcess(await LabProcess.start(host, path.join(__dirname, "netlinkServer.ts"), before, "pipe"));
  }

  /** Has the kernel do what functions of provider/netlink say; for each, why it was not done. */
  execute(netns: string | undefined, ...requests: Call[]): Promise<(Refused | undefined)[]> {
    return this.process.call("execute", netns, requests);
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
    return this.process.call("run", { file, name, args });
  }

  /** The same of one that gets a Netlink before that. */
  find<F extends keyof Modules, N extends Names<F>>(
    file: F,
    name: N,
    ...args: Args<F, N> extends [Netlink, ...infer Rest] ? Rest : never
  ): Promise<Result<F, N>> {
    return this.process.call("find", { file, name, args });
  }

  /** What it has said on stderr at its end, and the exit code. */
  end(): Promise<{ code: number | null; stderr: string }> {
    return this.process.end();
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
