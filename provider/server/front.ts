import { CheckRequest, ConfigureRequest, type InvokeRequest, type ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Config } from "../core/config";
import { NetnsError } from "../errors";
import { type Place, placeOf } from "../place/place";
import { noteFound } from "./changeRpc";
import { asksHost } from "./diffRpc";
import { isPure } from "./invokeRpc";
import type { Plugin } from "./plugin";
import { encode } from "./property";
import { type Answer, aboutOne, type Call, foundIn, IN_OLD_WORDS, IS_SERIAL, messageIn, type Reply } from "./reply";
import { withSandboxHint } from "./sandboxHint";
import { toStatus } from "./status";
import { type Line, WorkerClient } from "./workerClient";

/** In bytes, that a read has found nothing, and that something was deleted. */
const NOTHING = Buffer.alloc(0);

/** Calls come together with what was told before them; only what waits for longer goes to the worker alone. */
const TELL_MS = 20;

/** Answered here at any time: what is about the plugin itself. */
const OWN = ["handshake", "attach", "configure", "getPluginInfo", "getSchema", "checkConfig", "diffConfig", "cancel"];

/**
 * Where a lab is elsewhere (another host, root's rights, a sandbox), another process of the plugin works on it, its worker.
 * That is started at the first call that needs the host: a first preview takes none. Check, Diff and previews are
 * answered here, so both processes know the run (see runState.ts): the worker is told of those calls together with the
 * next one that it gets, and what that does to the run is noted here as well. Where none comes while others are under
 * way, it is told by itself, for those may wait for what it is told of.
 */
export class Front {
  private handshake: Call[] = [];
  private untold: Call[] = [];
  private client: Promise<WorkerClient> | undefined;
  private underWay = 0;
  private telling: NodeJS.Timeout | undefined;

  /** `main`: the file that the plugin is started by. */
  constructor(
    private readonly plugin: Plugin,
    private readonly main: string,
    private readonly here: Answer,
    private readonly tell: (line: Line) => void,
  ) {}

  async answer(call: Call): Promise<Reply> {
    if (OWN.includes(call.name)) return this.answerOwn(call);
    const { config } = this.plugin;
    const place = placeOf(config);
    if (!place || config.offline) return this.here(call);
    if (this.needsHost(call)) return this.pass(place, call);
    const asked = call.name === "diff" ? await this.inOldWords(place, call) : call;
    if (call.name === "diff") this.untold.push(asked);
    if (call.name === "check") this.untold.push(withUrnAlone(call));
    if (this.underWay > 0) this.tellLater(place);
    return this.here(asked);
  }

  /** The run is over: the worker ends in order, too. */
  async end(): Promise<void> {
    await (await this.begun())?.end();
  }

  /** The engine is gone. */
  async abandon(): Promise<void> {
    await (await this.begun())?.abandon();
  }

  /** Whether a call is about the host as it is; all others are answered from what they say and what was asked before. */
  private needsHost(call: Call): boolean {
    if (call.name === "invoke") return !isPure(calledIn(call));
    if (["read", "delete", "list"].includes(call.name)) return true;
    return ["create", "update"].includes(call.name) && aboutOne(call)?.isPreview === false;
  }

  private async pass(place: Place, call: Call): Promise<Reply> {
    this.client ??= this.start(place);
    const client = await this.client.catch((error: unknown) => ({ error }));
    if ("error" in client) return this.withoutHost(call, client.error);
    // Only now: others may have waited for the worker as well, and it is to be told once.
    const told = this.untold.splice(0);
    this.underWay++;
    const reply = await client.pass(told, call);
    this.underWay--;
    this.note(call, reply);
    return place.sandbox === undefined ? reply : withSandboxHint(reply, place.sandbox);
  }

  /** By a call that asks for nothing. */
  private tellLater(place: Place): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      if (this.untold.length > 0 && this.underWay > 0)
        void this.pass(place, { name: "getPluginInfo", request: NOTHING });
    }, TELL_MS).unref();
  }

  /** What the answer is where the host cannot be asked: see `deleteUnreachable`. */
  private withoutHost(call: Call, error: unknown): Reply {
    const { deleteUnreachable } = this.plugin.config;
    const isGone = deleteUnreachable && error instanceof NetnsError && error.kind === "unreachable";
    if (!isGone || !["read", "delete"].includes(call.name)) return { failure: toStatus(error) };
    const { urn = "" } = aboutOne(call) ?? {};
    this.tell({ severity: "warning", message: `taken for gone: ${error.message}`, urn });
    const reply = { answers: [NOTHING] };
    this.note(call, reply);
    return reply;
  }

  /**
   * Only the host can tell whether something is just written in another way than before: Diff is asked in the words of
   * before then. Where the host cannot be asked, what is written otherwise is a change.
   */
  private async inOldWords(place: Place, call: Call): Promise<Call> {
    if (!asksHost(this.plugin, call)) return call;
    const { answers } = await this.pass(place, { ...call, name: IN_OLD_WORDS });
    return answers?.[0] ? { ...call, request: answers[0] } : call;
  }

  /** What the worker has done. */
  private note(call: Call, { answers }: Reply): void {
    const { runState } = this.plugin;
    const urn = aboutOne(call)?.urn ?? "";
    if (["create", "update"].includes(call.name)) runState.noteDone(urn);
    if (!answers?.[0]) return;
    if (call.name === "delete") runState.noteDeleted(urn);
    if (call.name !== "read") return;
    const request = messageIn(call) as ReadRequest;
    noteFound(this.plugin, this.plugin.kindOf(request), request, foundIn(answers[0]));
  }

  private async answerOwn(call: Call): Promise<Reply> {
    const reply = await this.here(call);
    if (call.name === "cancel") await (await this.begun())?.pass([], call);
    if (call.name === "configure") await this.startAnew();
    if (call.name === "handshake") this.handshake = [call];
    return reply;
  }

  /** The environment of the user is not the worker's: what that says goes along, but for the place, which is the worker's own. */
  private async startAnew(): Promise<void> {
    await this.end();
    this.client = undefined;
    const { sudo: _, host: _host, sandbox: _sandbox, ...config } = this.plugin.config;
    const settings: Config = { ...config, findings: "off" };
    const request = Buffer.from(new ConfigureRequest().setArgs(encode(settings)).serializeBinary());
    const serial = this.plugin.isSerial ? [{ name: IS_SERIAL, request: NOTHING }] : [];
    this.untold = [...this.handshake, ...serial, { name: "configure", request }];
  }

  private async begun(): Promise<WorkerClient | undefined> {
    return this.client?.catch(() => undefined);
  }

  private start(place: Place): Promise<WorkerClient> {
    const { signal } = this.plugin;
    const { main, tell } = this;
    const debug = (message: string) => tell({ severity: "debug", message, urn: "" });
    return WorkerClient.open(place, { main, signal, debug, tell });
  }
}

/** The function that an Invoke calls; none where that cannot be read. */
function calledIn(call: Call): string {
  try {
    return (messageIn(call) as InvokeRequest).getTok();
  } catch {
    return "";
  }
}

/** All that a run is told by a Check. */
function withUrnAlone({ name, request }: Call): Call {
  const urn = aboutOne({ name, request })?.urn ?? "";
  return { name, request: Buffer.from(new CheckRequest().setUrn(urn).serializeBinary()) };
}
