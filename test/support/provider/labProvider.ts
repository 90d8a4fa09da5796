import path from "node:path";
import type { Json } from "../../../provider/core/values";
import type { Outcome } from "../../../provider/probe/outcome";
import type { Probe } from "../../../provider/probe/probe";
import type { LabHost } from "../labHost/labHost";
import { LabProcess } from "../labHost/labProcess";
import type { Listed } from "./labProviderServer";
import type { Recorded, Rpcs } from "./rpcs";

/**
 * The provider's RPCs as plain functions, in a process that lives inside a lab host: its kernel and files are the host's
 * own, so that nothing but the provider's work takes time. An RPC that fails and says what is there is a `HalfDone`.
 */
export class LabProvider {
  private constructor(private readonly process: LabProcess) {}

  static async start(host: LabHost): Promise<LabProvider> {
    return new LabProvider(await LabProcess.start(host, path.join(__dirname, "labProviderServer.ts")));
  }

  /** An engine's operation starts, with a plugin of its own … */
  begin(): Promise<void> {
    return this.process.call("begin");
  }

  /** … and ends in order: Cancel, then the signal. What it has told the user in that time. */
  end(): Promise<string[]> {
    return this.process.call("end");
  }

  check(type: string, name: string, news: Json, olds: Json): Promise<ReturnType<Rpcs["check"]>> {
    return this.process.call("check", type, name, news, olds);
  }

  diff(type: string, name: string, old: Recorded, news: Json): Promise<Omit<ReturnType<Rpcs["diff"]>, "response">> {
    return this.process.call("diffOnHost", type, old, news, name);
  }

  read(type: string, name: string, recorded: Recorded): Promise<Recorded | undefined> {
    return this.process.call("read", type, name, recorded);
  }

  create(type: string, name: string, news: Json): Promise<Recorded> {
    return this.process.call("create", type, name, news);
  }

  update(type: string, name: string, recorded: Recorded, news: Json): Promise<Recorded> {
    return this.process.call("update", type, name, recorded, news);
  }

  delete(type: string, name: string, recorded: Recorded): Promise<void> {
    return this.process.call("delete", type, name, recorded);
  }

  /** From now on the step of this number that changes the host fails, and no other; undefined: none. */
  failAt(step?: number): Promise<void> {
    return this.process.call("failAt", step);
  }

  /** How many have come since then. */
  came(): Promise<number> {
    return this.process.call("came");
  }

  /** What is in these namespaces, whoever made it. */
  inventory(namespaces: readonly (string | undefined)[]): Promise<Listed> {
    return this.process.call("inventory", namespaces);
  }

  /** Sends these from within the host. */
  probe(probes: readonly Probe[], timeoutMs: number): Promise<Outcome[]> {
    return this.process.call("probe", probes, timeoutMs);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }
}
