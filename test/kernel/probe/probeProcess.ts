import path from "node:path";
import type { LabHost } from "../../support/labHost/labHost";
import { LabProcess } from "../../support/labHost/labProcess";
import type { Served } from "./probeServer";

/** A process inside a lab host that sends probes, or listens for them where `before` has it start. */
export class ProbeProcess {
  private constructor(private readonly process: LabProcess) {}

  static async start(host: LabHost, ...before: string[]): Promise<ProbeProcess> {
    return new ProbeProcess(await LabProcess.start(host, path.join(__dirname, "probeServer.ts"), before));
  }

  send(...args: Parameters<Served["send"]>): ReturnType<Served["send"]> {
    return this.process.call("send", ...args);
  }

  leaks(...args: Parameters<Served["leaks"]>): ReturnType<Served["leaks"]> {
    return this.process.call("leaks", ...args);
  }

  listen(...args: Parameters<Served["listen"]>): ReturnType<Served["listen"]> {
    return this.process.call("listen", ...args);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
