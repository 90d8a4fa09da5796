import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Message } from "google-protobuf";
import type { LabHost } from "../../test/support/labHost/labHost";
import { RemoteProvider } from "../../test/support/provider/remoteProvider";
import { peakOf } from "./memory";

type Method = "check" | "create" | "read" | "diff" | "update" | "delete";

/** Asks a question of the engine's, and gives the answer. */
export type Ask = <Answer>(method: Method, request: Message) => Promise<Answer>;

/** The built plugin as the engine runs it, a process for each of its turns, and how long its answers take. */
export class Questions {
  /** The most memory that one of the processes has had. */
  peakMiB = 0;
  private spent: Partial<Record<Method, number>> = {};

  constructor(
    private readonly host: LabHost,
    /** The most that one answer may take. */
    private readonly limitMs: number,
  ) {}

  /** The seconds for which answers were waited for since it was asked last: of all, or of one method. */
  take(): { all: number } & Partial<Record<Method, number>> {
    const { spent } = this;
    this.spent = {};
    return { ...spent, all: Object.values(spent).reduce((sum, one) => sum + one, 0) };
  }

  /** What the engine asks one process, which it ends then. */
  protected async turn<T>(questions: (ask: Ask) => Promise<T>): Promise<T> {
    const remote = await RemoteProvider.start(this.host.door);
    try {
      return await questions((method, request) => this.ask(remote, method, request));
    } finally {
      this.peakMiB = Math.max(this.peakMiB, await peakOf(remote.plugin.child.pid as number));
      await remote.stop();
    }
  }

  private async ask<Answer>({ plugin }: RemoteProvider, method: Method, request: Message): Promise<Answer> {
    const { path, requestSerialize, responseDeserialize } = ResourceProviderService[method];
    // To write a question and to read its answer is the asker's own work.
    const question = requestSerialize(request as never);
    const asItIs = (bytes: Buffer) => bytes;
    const options = { deadline: Date.now() + this.limitMs };
    const begin = performance.now();
    const answer = await new Promise<Buffer>((resolve, reject) => {
      plugin.client.makeUnaryRequest(path, asItIs, asItIs, question, options, (error, bytes) =>
        bytes ? resolve(bytes) : reject(error),
      );
    });
    this.spent[method] = (this.spent[method] ?? 0) + (performance.now() - begin) / 1000;
    return responseDeserialize(answer) as Answer;
  }
}
