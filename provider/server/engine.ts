import { connect } from "node:net";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "debug" | "info" | "warning" | "error";

const LEVELS = {
  debug: LogSeverity.DEBUG,
  info: LogSeverity.INFO,
  warning: LogSeverity.WARNING,
  error: LogSeverity.ERROR,
};
const PING_MS = 2000;

/** Where words for the user go. */
export interface Teller {
  /** Words for the user are for this engine from now on. */
  attach(address: string): void;
  log(severity: Severity, message: string, urn: string): void;
}

/** The engine that started this plugin: where words for the user go, and whose end is ours. */
export class Engine implements Teller {
  private client: EngineClient | undefined;
  private address: string | undefined;
  /** Lines are told one after the other, or the engine might show them in another order. */
  private readonly untold: { severity: Severity; urn: string; lines: string[] }[] = [];
  private isTelling = false;

  attach(address: string): void {
    if (address === this.address) return;
    this.client?.close();
    this.address = address;
    this.client = new EngineClient(address, credentials.createInsecure());
  }

  /** What cannot be told is no reason to fail. Lines for debugging go out together with those that wait already. */
  log(severity: Severity, message: string, urn: string): void {
    if (!this.client) return;
    const last = this.untold.at(-1);
    if (severity === "debug" && last?.severity === severity && last.urn === urn) last.lines.push(message);
    else this.untold.push({ severity, urn, lines: [message] });
    void this.tell();
  }

  private async tell(): Promise<void> {
    if (this.isTelling) return;
    this.isTelling = true;
    for (let next = this.untold.shift(); next; next = this.untold.shift()) {
      const { severity, urn, lines } = next;
      const request = new LogRequest().setSeverity(LEVELS[severity]).setMessage(lines.join("\n")).setUrn(urn);
      await new Promise<void>((resolve) => {
        if (!this.client) return resolve();
        this.client.log(request, () => resolve());
      });
    }
    this.isTelling = false;
  }

  /**
   * Calls `gone` once the engine is no more: asked for when our stdin ends, which the engine holds open, and from time
   * to time. Without an engine there is only stdin.
   */
  watch(gone: () => void): void {
    const check = async () => {
      if (this.address === undefined || !(await answers(this.address))) gone();
    };
    setInterval(() => this.address !== undefined && void check(), PING_MS).unref();
    process.stdin.on("error", check).on("end", check).on("close", check).resume();
  }
}

function answers(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)), timeout: PING_MS });
    const done = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket
      .on("connect", () => done(true))
      .on("error", () => done(false))
      .on("timeout", () => done(false));
  });
}
