import { type ErrorKind, NetnsError } from "../errors";
import type { Host, RunResult } from "../host/host";
import { explain, interruption, kindOf, NEEDED_IP } from "./failure";
import { netnsPath } from "./netnsPath";
import type { Step } from "./step";

/** A word that `ip -batch` reads as it is: nothing in it is a blank, a quote, a comment or a line's end. */
const BATCHABLE = /^[A-Za-z0-9_.:/@%+,=-]+$/;

export interface KernelOptions {
  host: Host;
  /** Ends what runs: a deadline, or the engine's Cancel. */
  signal: AbortSignal;
  /** Told of each command before it runs. */
  debug(line: string): void;
}

/** The door to the kernel's tools for the time of one request. */
export class Kernel {
  readonly host: Host;

  constructor(private readonly options: KernelOptions) {
    this.host = options.host;
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

  /** `ip -j` with words; undefined when what is asked for, or its namespace, is not there. */
  async show<Row>(netns: string | undefined, words: readonly string[]): Promise<Row[] | undefined> {
    const argv = ["ip", "-j", ...words];
    const text = await this.ask(netns, argv, `run \`ip ${words.join(" ")}\``);
    if (text === undefined) return undefined;
    const rows = rowsIn(text);
    if (rows) return rows as Row[];
    throw new NetnsError({
      kind: "unsupported",
      tried: `could not read what \`${argv.join(" ")}\` printed`,
      said: text.trim().slice(0, 200) || "it printed nothing",
      todo: `That is no list in JSON. ${NEEDED_IP}`,
    });
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
  async execute(steps: readonly Step[], subject: string): Promise<void> {
    for (const batch of batches(steps)) await this.runBatch(batch, subject);
  }

  private async runBatch(batch: Step[], subject: string): Promise<void> {
    const [first] = batch;
    if (!first) return;
    const lines = batch.map((step) => step.argv.slice(1).join(" "));
    const argv = batch.length === 1 ? first.argv : ["ip", "-batch", "-"];
    const result = await this.spawn(first.netns, argv, batch.length === 1 ? undefined : lines);
    if (result.exitCode === 0) return;
    const line = Number(/^Command failed -:(\d+)/m.exec(result.stderr)?.[1] ?? 1);
    const step = batch[line - 1] ?? first;
    const kind = kindOf(result, this.signal);
    throw failed(kind, `${subject}: could not ${step.what}`, this.asTyped(step.netns, step.argv), result);
  }

  /** The command as people type it. */
  private asTyped(netns: string | undefined, argv: readonly string[]): string {
    const words = [
      ...this.host.prefix,
      ...(netns === undefined ? [] : ["nsenter", `--net=${netnsPath(netns)}`]),
      ...argv,
    ];
    return words.map((word) => (BATCHABLE.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
  }

  private spawn(netns: string | undefined, argv: readonly string[], lines?: string[]): Promise<RunResult> {
    this.options.debug([this.asTyped(netns, argv), ...(lines ?? [])].join("\n  "));
    return this.host.run(within(netns, argv), {
      stdin: lines?.map((line) => `${line}\n`).join(""),
      signal: this.signal,
    });
  }
}

/** What `ip -j` prints is a list, be it an empty one: anything else does not tell that there is nothing. */
function rowsIn(text: string): unknown[] | undefined {
  try {
    const rows = JSON.parse(text);
    return Array.isArray(rows) ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Neighbours that run `ip` in one namespace with words that a batch can hold go together. */
function batches(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last && before && before.netns === step.netns && batchable(before) && batchable(step)) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

/** A line of a batch begins with the object: it has no options. */
function batchable(step: Step): boolean {
  return step.argv[0] === "ip" && !step.argv[1]?.startsWith("-") && step.argv.every((word) => BATCHABLE.test(word));
}

function failed(kind: ErrorKind, tried: string, words: string, result: RunResult): NetnsError {
  const said = result.stderr
    .trim()
    .replace(/^Command failed -:\d+$/m, "")
    .trim()
    .replaceAll("\n", "; ");
  const end = result.exitCode === undefined ? (result.failure ?? "no exit code") : `exit ${result.exitCode}`;
  const todo = explain(kind, result, words.split(" ")[0]);
  return new NetnsError({ kind, tried, said: `${words} → ${end}${said && `: ${said}`}`, todo });
}

/** `ip -n` would do the same, but copies every mount in /run/netns each time. */
function within(netns: string | undefined, argv: readonly string[]): readonly string[] {
  return netns === undefined ? argv : ["nsenter", `--net=${netnsPath(netns)}`, "--", ...argv];
}
