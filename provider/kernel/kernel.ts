import { type ErrorKind, NetnsError } from "../errors";
import type { FileFacts, Host, RunResult } from "../host/host";
import { batches, commandFor, failedStep, isPlain } from "./batches";
import { explain, interruption, kindOf, NEEDED_IP } from "./failure";
import { netnsPath } from "./netnsPath";
import type { Step } from "./step";
import type { Survey } from "./survey";

export interface KernelOptions {
  host: Host;
  /** Ends what runs: a deadline, or the engine's Cancel. */
  signal: AbortSignal;
  /** Told of each command before it runs. */
  debug(line: string): void;
}

/** What an operation is on; of one on many things, what a step of it is on. */
export type Subject = string | ((step: Step) => string);

/** The door to the kernel's tools for the time of one request. */
export class Kernel {
  readonly host: Host;

  /** `survey`: answers what is asked of devices, where many things are looked at. */
  constructor(
    private readonly options: KernelOptions,
    readonly survey?: Survey,
  ) {
    this.host = options.host;
  }

  /** The same door, where what is asked of devices is answered by `survey`. */
  with(survey: Survey): Kernel {
    return new Kernel(this.options, survey);
  }

  stat(path: string): Promise<FileFacts | undefined> {
    return (this.survey ?? this.host).stat(path);
  }

  /** The same door under another signal: what has to be put back is put back after a Cancel as well. */
  under(signal: AbortSignal): Kernel {
    return new Kernel({ ...this.options, signal });
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** The error for a wait that the signal ended. */
  interrupted(tried: string, said?: string): NetnsError {
    return interruption(this.signal, tried, said);
  }

  /** `ip -j` (or `bridge -j`) with words; undefined when what is asked for, or its namespace, is not there. */
  async show<Row>(netns: string | undefined, words: readonly string[], program = "ip"): Promise<Row[] | undefined> {
    const argv = [program, "-j", ...words];
    const look = async () => this.rows<Row>(netns, argv, words, program);
    return this.survey ? this.survey.rows(netns, argv, look) : look();
  }

  private async rows<Row>(
    netns: string | undefined,
    argv: string[],
    words: readonly string[],
    program: string,
  ): Promise<Row[] | undefined> {
    const text = await this.ask(netns, argv, `run \`${program} ${words.join(" ")}\``);
    if (text === undefined) return undefined;
    return rowsIn<Row>(text, argv.join(" "));
  }

  /** What a reading command prints; undefined when what it asks for is not there. */
  async ask(netns: string | undefined, argv: readonly string[], what: string): Promise<string | undefined> {
    const result = await this.spawn(netns, argv);
    if (result.exitCode === 0) return result.stdout;
    const kind = kindOf(result, this.signal);
    if (kind === "notFound") return undefined;
    throw failed(
      kind,
      `could not ${what}${netns === undefined ? "" : ` in namespace ${netns}`}`,
      this.asTyped(netns, argv),
      result,
    );
  }

  /** Runs the steps in order; stops at the first that fails, with an error that names it. */
  async execute(steps: readonly Step[], subject: Subject): Promise<void> {
    for (const batch of batches(steps)) await this.runBatch(batch, subject);
  }

  private async runBatch(batch: Step[], subject: Subject): Promise<void> {
    const [first] = batch;
    if (!first) return;
    const { argv, text } = commandFor(batch);
    const result = await this.spawn(first.netns, argv, text);
    if (result.exitCode !== 0) throw this.failed(failedStep(batch, result.stderr) ?? first, result, subject);
  }

  /** The error for a step of which `result` says that it failed. */
  failed(step: Step, result: RunResult, subject: Subject): NetnsError {
    const who = typeof subject === "string" ? subject : subject(step);
    const kind = kindOf(result, this.signal);
    const error = failed(kind, `${who}: could not ${step.what}`, this.asTyped(step.netns, step.argv), result);
    return new NetnsError({ ...error.parts, at: step.property });
  }

  /** Runs a command as it is. */
  run(argv: readonly string[], shown: string, stdin?: string): Promise<RunResult> {
    this.options.debug(shown);
    return this.host.run(argv, { stdin, signal: this.signal });
  }

  /** The command as people type it. */
  asTyped(netns: string | undefined, argv: readonly string[]): string {
    const words = [
      ...this.host.prefix,
      ...(netns === undefined ? [] : ["nsenter", `--net=${netnsPath(netns)}`]),
      ...argv,
    ];
    return words.map((word) => (isPlain(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
  }

  private spawn(netns: string | undefined, argv: readonly string[], text?: string): Promise<RunResult> {
    this.options.debug([this.asTyped(netns, argv), ...(text?.trimEnd().split("\n") ?? [])].join("\n  "));
    return this.host.run(within(netns, argv), { stdin: text, signal: this.signal });
  }
}

/** What `ip -j` prints is a list, be it an empty one: anything else does not tell that there is nothing. */
export function rowsIn<Row>(text: string, command: string): Row[] {
  try {
    const rows = JSON.parse(text);
    if (Array.isArray(rows)) return rows;
  } catch {
    // Told below.
  }
  throw new NetnsError({
    kind: "unsupported",
    tried: `could not read what \`${command}\` printed`,
    said: text.trim().slice(0, 200) || "it printed nothing",
    todo: `That is no list in JSON. ${NEEDED_IP}`,
  });
}

function failed(kind: ErrorKind, tried: string, words: string, result: RunResult): NetnsError {
  return new NetnsError({ kind, tried, said: saidBy(words, result), todo: explain(kind, result, words) });
}

/** A command that failed, as typed, and what it said. */
export function saidBy(words: string, result: RunResult): string {
  const said = result.stderr
    .trim()
    .replace(/^Command failed -:\d+$/m, "")
    .trim()
    .replaceAll("\n", "; ");
  const end = result.exitCode === undefined ? (result.failure ?? "no exit code") : `exit ${result.exitCode}`;
  return `${words} → ${end}${said && `: ${said}`}`;
}

/** `ip -n` would do the same, but copies every mount in /run/netns each time. */
function within(netns: string | undefined, argv: readonly string[]): readonly string[] {
  return netns === undefined ? argv : ["nsenter", `--net=${netnsPath(netns)}`, "--", ...argv];
}
