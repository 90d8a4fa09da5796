import { grouped } from "../core/values";
import { type ErrorKind, NetnsError } from "../errors";
import type { FileFacts, Host, RunResult } from "../host/host";
import { quote } from "../host/words";
import { listAddresses } from "../netlink/address";
import { findLink, listLinks } from "../netlink/link";
import { type Done, type Netlink, Slice } from "../netlink/netlink";
import type { Outcome } from "../probe/outcome";
import { type Probe, probe } from "../probe/probe";
import { sentPackets } from "../probe/sent";
import { noNamespace } from "./advice";
import { isErrno, kindOfErrno, saidByKernel, whatToDo } from "./errno";
import { explain, interruption, kindOf } from "./failure";
import { inProcess } from "./inProcess";
import { type Device, deviceRow } from "./linkRow";
import type { Looking } from "./looking";
import { netnsPath } from "./netnsPath";
import { nftCommand } from "./nftWords";
import type { Packet, Way } from "./packet";
import { processWork } from "./process";
import { ReadCache, type SharedReads } from "./readCache";
import type { Step } from "./step";

export interface KernelOptions {
  host: Host;
  netlink: Netlink;
  /** What requests that look at the same moment share. */
  sharedReads: SharedReads;
  /** Ends what runs: a deadline, or the engine's Cancel. */
  signal: AbortSignal;
  /** Told of each command before it runs, and of what is done without one as the command that means the same. */
  debug(line: string): void;
  /** Tells in a sentence what stops a packet, where somebody can. */
  explain?(kernel: Kernel, lost: Packet): Promise<string | undefined>;
  /** Tells the way of a packet that is answered, where somebody can. */
  follow?(kernel: Kernel, answered: Packet): Promise<Way | undefined>;
}

/** What an operation is on; of one on many things, what a step of it is on. */
export type Subject = string | ((step: Step) => string);

/** What means nothing to a shell. */
const PLAIN = /^[A-Za-z0-9_.:/@%+,=-]+$/;

/** The door to the kernel, and to the tools beside it, for the time of one request. */
export class Kernel implements Looking {
  readonly host: Host;
  private readonly slice = new Slice();

  /** `cache`: what many things are looked at by. */
  constructor(
    private readonly options: KernelOptions,
    readonly cache?: ReadCache,
  ) {
    this.host = options.host;
  }

  /** The same door, where each thing is looked at once. */
  with(cache: ReadCache): Kernel {
    return new Kernel(this.options, cache);
  }

  /** The same door under another signal: what has to be put back is put back after a Cancel as well. */
  under(signal: AbortSignal): Kernel {
    return new Kernel({ ...this.options, signal });
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  stat(path: string): Promise<FileFacts | undefined> {
    const look = () => this.host.stat(path);
    return this.cache ? this.once(`stat ${path}`, look) : look();
  }

  /** What stops a packet, where that can be told; it is help, and no failure where it cannot. */
  async explain(lost: Packet): Promise<string | undefined> {
    return this.options.explain?.(this, lost).catch(() => undefined);
  }

  /** The way of a packet, where that can be told. */
  async follow(answered: Packet): Promise<Way | undefined> {
    return this.options.follow?.(this, answered).catch(() => undefined);
  }

  /** The error for a wait that the signal ended. */
  interrupted(tried: string, said?: string): NetnsError {
    return interruption(this.signal, tried, said);
  }

  /** What a look tells, by the command that would print it: those who ask at the same moment are told together. */
  once<T>(command: string, look: () => Promise<T>): Promise<T> {
    return (this.cache ?? this.options.sharedReads).once(command, look);
  }

  /**
   * What the kernel shows in a namespace; undefined where that, or what is asked for, is not there. `argv`: the command
   * that would print it. `look` gets the namespace's file.
   */
  async look<T>(
    netns: string | undefined,
    argv: readonly string[],
    look: (netlink: Netlink, file: string | undefined) => T | Promise<T>,
  ): Promise<T | undefined> {
    const tried = `could not look${netns === undefined ? "" : ` into namespace ${netns}`}`;
    if (this.signal.aborted) throw this.interrupted(tried);
    return this.once([netns ?? "", ...argv].join("\0"), async () => {
      this.options.debug(this.asTyped(netns, argv));
      try {
        return await look(this.options.netlink, fileOf(netns));
      } catch (error) {
        if (error instanceof NetnsError) throw error;
        return ifThere(refusal(error, tried, this.asTyped(netns, argv)));
      }
    });
  }

  /** The devices of a namespace with their addresses; undefined when there is no such namespace. */
  devices(netns: string | undefined): Promise<Device[] | undefined> {
    return this.look(netns, ["ip", "-d", "addr", "show"], async (netlink, file) => {
      const links = await listLinks(netlink, file);
      const names = new Map(links.map(({ index, ifname }) => [index, ifname]));
      const addresses = grouped(await listAddresses(netlink, file), ({ index }) => index);
      return links.map((link) => deviceRow(link, addresses.get(link.index), (index) => names.get(index ?? 0)));
    });
  }

  /** One of them, which may be asked for by another name that it has; undefined when it is not there. */
  async device(netns: string | undefined, name: string): Promise<Device[] | undefined> {
    if (this.cache) {
      const all = await this.devices(netns);
      const found = all?.filter(({ ifname, altnames }) => ifname === name || altnames?.includes(name));
      return found?.length === 0 ? undefined : found;
    }
    return this.look(netns, ["ip", "-d", "addr", "show", "dev", name], async (netlink, file) => {
      const link = findLink(netlink, file, name);
      if (!link) return undefined;
      const nameOf = (index = 0) => (index === 0 ? undefined : findLink(netlink, file, index)?.ifname);
      return [deviceRow(link, await listAddresses(netlink, file, { index: link.index }), nameOf)];
    });
  }

  /** What a reading command prints; undefined when what it asks for is not there. */
  async ask(netns: string | undefined, argv: readonly string[], what: string): Promise<string | undefined> {
    // A process that finds no namespace takes as long as one that finds it.
    if (netns !== undefined && !isNft(argv) && !(await this.stat(netnsPath(netns)))) return undefined;
    const tried = `could not ${what}${netns === undefined ? "" : ` in namespace ${netns}`}`;
    const typed = this.asTyped(netns, argv);
    const answer = this.once([netns ?? "", ...argv].join("\0"), () => this.spawn(netns, argv));
    const result = await answer.catch((error: unknown) => ifThere(refusal(error, tried, typed)));
    if (!result || result.exitCode === 0) return result?.stdout;
    // What another request had asked as well has ended with that one.
    if (result.failure === "aborted" && !this.signal.aborted) return this.ask(netns, argv, what);
    return ifThere(failed(kindOf(result, this.signal), tried, typed, result));
  }

  /** What becomes of a packet that is sent from a namespace, and whether any device of that has sent something meanwhile. */
  async probe(
    netns: string | undefined,
    one: Omit<Probe, "netns">,
    timeoutMs: number,
  ): Promise<{ outcome: Outcome; hasSent: boolean }> {
    const { protocol, to, port } = one;
    const nc = ["nc", ...(protocol === "udp" ? ["-u"] : []), "-z", to, String(port)];
    const typed = this.asTyped(netns, port === undefined ? ["ping", to] : nc);
    this.options.debug(typed);
    const tried = `could not send a packet${netns === undefined ? "" : ` from namespace ${netns}`}`;
    const { netlink } = this.options;
    const file = fileOf(netns);
    try {
      const before = sentPackets(netlink, file);
      const [outcome] = await probe(netlink, [{ netns: file, ...one }], { timeoutMs, signal: this.signal });
      return { outcome: outcome as Outcome, hasSent: sentPackets(netlink, file) > before };
    } catch (error) {
      throw this.signal.aborted ? this.interrupted(tried) : refusal(error, tried, typed);
    }
  }

  /** Whether a step is a program that is run, and not done in this process. */
  runs(step: Step): boolean {
    return processWork(step) !== undefined || inProcess(this.options.netlink, step) === undefined;
  }

  /** Does the steps in order; stops at the first that fails, with an error that names it. */
  async execute(steps: readonly Step[], subject: Subject): Promise<void> {
    for (const step of steps) {
      await this.slice.pause();
      const tried = `${typeof subject === "string" ? subject : subject(step)}: could not ${step.what}`;
      if (this.signal.aborted) throw this.interrupted(tried);
      const work = processWork(step);
      const act = work ? () => work(this, tried) : inProcess(this.options.netlink, step);
      if (act) await this.act(act, step, tried);
      else await this.runStep(step, tried);
    }
  }

  private async act(act: () => Done, step: Step, tried: string): Promise<void> {
    const typed = this.stepAsTyped(step);
    this.options.debug(typed);
    try {
      await act();
    } catch (error) {
      throw await this.unable(error, tried, typed, step);
    }
  }

  /** What a step that cannot be done ends in. */
  private async unable(error: unknown, tried: string, typed: string, step: Step): Promise<NetnsError> {
    const refused = refusal(error, tried, typed, step);
    return error instanceof NetnsError
      ? refused
      : new NetnsError({ ...refused.parts, ...(await this.whereGone(step)) });
  }

  /** What an error is about where a namespace of the step's is not there: something may have removed it just now. */
  private async whereGone({ netns, spans = [netns], makes }: Step): Promise<{ kind?: ErrorKind; todo?: string }> {
    if (makes !== undefined) return {};
    for (const name of spans) {
      if (name === undefined || (await this.host.stat(netnsPath(name)))?.isNamespace) continue;
      return { kind: "notFound", todo: noNamespace(name) };
    }
    return {};
  }

  private async runStep(step: Step, tried: string): Promise<void> {
    const { netns, argv, stdin, property } = step;
    const typed = this.asTyped(netns, argv);
    const answer = this.spawn(netns, argv, stdin);
    const result = await answer.catch(async (error: unknown) => {
      throw await this.unable(error, tried, typed, step);
    });
    if (result.exitCode === 0) return;
    const error = failed(kindOf(result, this.signal), tried, typed, result);
    throw new NetnsError({ ...error.parts, ...(await this.whereGone(step)), at: property });
  }

  /** What the last of these prints, in a namespace that goes with the question; undefined where one fails. */
  async tryNft(commands: readonly (readonly string[])[], stdin: string): Promise<string | undefined> {
    const script = commands.map((argv) => this.asTyped(undefined, argv)).join(" && ");
    this.options.debug(told(this.asTyped(undefined, ["unshare", "--net", "sh", "-c", script]), stdin));
    const asked = commands.map((argv) => nftCommand(argv, stdin));
    const answer = this.options.netlink.nft("new", asked, this.signal);
    const result = await answer.catch((error: unknown) => refusal(error, "could not tell", script));
    return "exitCode" in result && result.exitCode === 0 ? result.stdout : undefined;
  }

  /** Runs a command as it is. */
  run(argv: readonly string[], shown: string): Promise<RunResult> {
    this.options.debug(shown);
    return this.host.run(argv, { signal: this.signal });
  }

  /** The command as people type it. */
  asTyped(netns: string | undefined, argv: readonly string[]): string {
    const words = netns === undefined ? argv : ["nsenter", `--net=${netnsPath(netns)}`, ...argv];
    return words.map(quoted).join(" ");
  }

  /** All of a step, with what the words of one command cannot say. */
  private stepAsTyped({ netns, argv, batch, makes, alias, whileSet, whileDown }: Step): string {
    const device = makes === undefined ? (argv[argv.indexOf("dev") + 1] ?? "") : "lo";
    const marking = this.asTyped(makes ?? netns, ["ip", "link", "set", "dev", device, "alias", alias ?? ""]);
    const set = (value: number) => this.asTyped(netns, ["sysctl", "-qw", `${whileSet}=${value}`]);
    // In one line: of a debug message the engine shows no more while it goes on.
    const read = batch && `printf '%s\\n' ${batch.map((words) => quoted(words.map(quoted).join(" "))).join(" ")} | `;
    const lines = [
      ...(whileSet === undefined ? [] : [set(1)]),
      ...(whileDown === undefined ? [] : [this.asTyped(netns, ["ip", "link", "set", "dev", whileDown, "down"])]),
      `${read ?? ""}${this.asTyped(netns, argv)}`,
      ...(alias === undefined ? [] : [marking]),
      ...(whileSet === undefined ? [] : [set(0)]),
    ];
    return lines.join(" && ");
  }

  private spawn(netns: string | undefined, argv: readonly string[], text?: string): Promise<RunResult> {
    this.options.debug(told(this.asTyped(netns, argv), text));
    if (isNft(argv)) return this.options.netlink.nft(fileOf(netns), [nftCommand(argv, text)], this.signal);
    return this.host.run(within(netns, argv), { stdin: text, signal: this.signal });
  }
}

/** A door for looking at many things at one moment. */
export function withReadCache(kernel: Kernel): Kernel {
  return kernel.with(new ReadCache());
}

/** What has a library for it, and is not run. */
function isNft([program]: readonly string[]): boolean {
  return program === "nft";
}

function fileOf(netns: string | undefined): string | undefined {
  return netns === undefined ? undefined : netnsPath(netns);
}

/** A command with what it is given to read. */
function told(typed: string, text: string | undefined): string {
  return [typed, ...(text?.trimEnd().split("\n") ?? [])].join("\n  ");
}

/** A word as a shell reads it as it is. */
function quoted(word: string): string {
  return PLAIN.test(word) ? word : quote(word);
}

/** The error for what the kernel refuses, or what cannot be asked of it; what is neither is thrown as it is. */
function refusal(error: unknown, tried: string, typed: string, step?: Step): NetnsError {
  if (error instanceof NetnsError) return new NetnsError({ ...error.parts, tried });
  if (!isErrno(error)) throw error;
  const kind = kindOfErrno(error, step);
  const said = saidByKernel(typed, error);
  return new NetnsError({ kind, tried, said, todo: whatToDo(kind, error, typed), at: step?.property });
}

/** Undefined for what is not there. */
function ifThere(error: NetnsError): undefined {
  if (error.kind !== "notFound") throw error;
}

function failed(kind: ErrorKind, tried: string, words: string, result: RunResult): NetnsError {
  return new NetnsError({ kind, tried, said: saidBy(words, result), todo: explain(kind, result, words) });
}

/** A command that failed, as typed, and what it said. */
export function saidBy(words: string, result: RunResult): string {
  const said = result.stderr.trim().replaceAll("\n", "; ");
  const end = result.exitCode === undefined ? (result.failure ?? "no exit code") : `exit ${result.exitCode}`;
  return `${words} → ${end}${said && `: ${said}`}`;
}

/** `ip -n` would do the same, but copies every mount in /run/netns each time. */
function within(netns: string | undefined, argv: readonly string[]): readonly string[] {
  return netns === undefined ? argv : ["nsenter", `--net=${netnsPath(netns)}`, "--", ...argv];
}
