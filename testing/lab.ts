import { readdirSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { searchPath } from "../provider/host/searchPath";
import { endSandbox, wordsInto } from "../provider/place/sandbox";
import { CommandError, LabProcess, type Ran } from "./command";
import { LabError } from "./labError";
import type { Place } from "./place";
import type { Program } from "./program";
import { Run } from "./run";

const COMMAND_MS = 30_000;

function isArgv(argv: unknown): boolean {
  return Array.isArray(argv) && argv.length > 0 && argv.every((word) => typeof word === "string");
}

/** How a command is run on a host. */
export interface ExecOptions {
  /** What it reads on stdin. Default: nothing. */
  input?: string;
  /** What it gets in its environment besides that of this process. */
  env?: Readonly<Record<string, string>>;
  /** After so many milliseconds it is killed, and the call fails. Default: 30000. */
  timeoutMs?: number;
  /** Whether another exit code than 0 is an error. Default: true. */
  reject?: boolean;
}

/** A lab that is up: hosts by the names that they have in the program, and in nobody else's network. */
export class Lab<Outputs = unknown> {
  private stopped: Promise<void> | undefined;
  /** The `up` that was asked for last: one waits for another. */
  private latest: Promise<unknown> = Promise.resolve();

  /** @internal */
  constructor(
    private readonly place: Place,
    /** What the program has returned at the latest `up`, with all outputs known. */
    public outputs: Outputs,
    private readonly program: Program,
    private readonly timeoutMs: number,
  ) {}

  /** The names of the hosts that are there now: network namespaces, as `ip netns` lists them. */
  get hosts(): string[] {
    this.needUp();
    return readdirSync(this.namespaces).sort();
  }

  /** Where this process sees the namespaces of the sandbox. */
  private get namespaces(): string {
    return `/proc/${this.place.sandbox.pid}/root/run/netns`;
  }

  /**
   * Runs a command on a host to its end, as root there. It runs in the folder `/`, and sees the files of this machine, but
   * for /run.
   *
   * @param host The name of the host.
   * @param argv The command and its arguments. No shell reads them.
   * @returns What it has written, and its exit code.
   * @throws A CommandError with what it has written: where it ends with another code than 0, unless `reject` is false, and
   *   where it takes longer than `timeoutMs`. A LabError where there is no such host.
   */
  async exec(host: string, argv: readonly string[], options: ExecOptions = {}): Promise<Ran> {
    const { input = "", timeoutMs = COMMAND_MS, reject = true } = options;
    const command = this.spawn(host, argv, options);
    command.stdin.end(input);
    const { isLate, ...ran } = await command.result(timeoutMs);
    if (isLate) throw new CommandError(host, argv, `killed after ${timeoutMs} ms`, ran);
    if (reject && ran.exitCode !== 0) throw new CommandError(host, argv, `exit code ${ran.exitCode}`, ran);
    return ran;
  }

  /**
   * Starts a command on a host, such as a server. It ends with the lab, if not before.
   *
   * @param host The name of the host.
   * @param argv The command and its arguments. No shell reads them.
   * @throws A LabError where there is no such host.
   */
  spawn(host: string, argv: readonly string[], { env = {} }: Pick<ExecOptions, "env"> = {}): LabProcess {
    if (!isArgv(argv))
      throw new LabError(`a command is a list of words, such as ["ip", "address"], not ${JSON.stringify(argv)}`);
    if (!this.hosts.includes(host))
      throw new LabError(`there is no host ${host} in this lab: it has ${this.hosts.join(", ") || "none"}`);
    const words = wordsInto(this.place.sandbox, argv, [`--net=${join(this.namespaces, host)}`]);
    return new LabProcess(host, argv, words, { ...process.env, PATH: searchPath(), ...env });
  }

  /**
   * Whether an address answers to one of `count` pings from a host, by the program `ping`.
   *
   * @param from The name of the host that asks.
   * @param to An IPv4 or IPv6 address.
   * @param count How many are sent at most, until one is answered. Default: 1.
   * @param timeoutMs How long each waits for its answer, in milliseconds. Default: 1000.
   */
  async ping(from: string, to: string, { count = 1, timeoutMs = 1000 } = {}): Promise<boolean> {
    if (isIP(to) === 0) throw new LabError(`${to} is no IP address: ping asks addresses, not names`);
    const argv = ["ping", "-n", "-c", "1", "-W", String(timeoutMs / 1000), to];
    for (let left = count; left > 0; left--)
      if ((await this.exec(from, argv, { reject: false, timeoutMs: timeoutMs + COMMAND_MS })).exitCode === 0)
        return true;
    return false;
  }

  /**
   * Waits until a condition holds, and gives what it has answered.
   *
   * @param condition Is asked again and again until its answer counts as true. What it throws is an answer that does not.
   * @param what What is waited for, for the error.
   * @param timeoutMs How long to wait, in milliseconds. Default: 5000.
   * @throws A LabError where it did not hold in time, with what the condition has thrown last as its `cause`.
   */
  async waitFor<T>(
    condition: () => T | Promise<T>,
    { what = "the condition", timeoutMs = 5000, everyMs = 50 } = {},
  ): Promise<T> {
    const until = performance.now() + timeoutMs;
    for (let cause: unknown; ; await wait(everyMs)) {
      try {
        const answer = await condition();
        if (answer) return answer;
        cause = undefined;
      } catch (error) {
        cause = error;
      }
      if (performance.now() > until) throw new LabError(`${what} did not hold within ${timeoutMs} ms`, { cause });
    }
  }

  /**
   * Brings the lab to what its program says, as `pulumi up` does: what somebody has changed by hand, or taken away, is put
   * back, and nothing else is touched.
   *
   * @param program Another program, which takes the place of the first. What that had and this has not is removed.
   * @returns What the program has returned, as `outputs` is from then on.
   * @throws What `startLab` throws; the lab stays as far as it came.
   */
  async up<Others = Outputs>(program: Program<Others> = this.program as Program<Others>): Promise<Others> {
    const up = this.latest.then(async () => {
      this.needUp();
      this.place.runs += 1;
      const run = await Run.start(this.place);
      const outputs = await run.up(program, this.timeoutMs);
      this.outputs = outputs as Outputs;
      return outputs as Others;
    });
    this.latest = up.catch(() => {});
    return up;
  }

  /** Ends all that runs in the lab, and removes the lab and its stack. A second call does nothing more. */
  stop(): Promise<void> {
    this.stopped ??= endSandbox(this.place.sandbox);
    return this.stopped;
  }

  /** Its sandbox may be gone, and what has its place by now is none of ours. */
  private needUp(): void {
    if (this.stopped) throw new LabError("the lab has been stopped");
  }

  /** For `await using lab = await startLab(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
