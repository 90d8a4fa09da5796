import { type ChildProcess, fork } from "node:child_process";
import { setMaxListeners } from "node:events";
import type { Socket } from "node:net";
import type { NftCommand, NftRan } from "./libnftables";
import { errorOf, type NftAnswer, type NftAsked, type NftPlace } from "./nftablesWire";

const ABORTED: NftRan = { stdout: "", stderr: "", exitCode: undefined, failure: "aborted" };
/** Of what it says on stderr, the last letters are told. */
const TAIL = 2000;

interface Job extends NftAsked {
  isAborted: boolean;
  /** The process has heard of it. */
  isBegun: boolean;
  /** Another process had ended before it could hear of it. */
  isAgain: boolean;
  settle(how: NftRan | Error): void;
}

interface NftablesOptions {
  /** What the process runs. */
  program?: string;
  /** Starts it from another place than that of this thread. */
  from?(start: () => Child): Child;
}

/**
 * The library of nftables, in a process of its own: where it finds a fault in itself, it ends the process that it is in.
 * That one is started when it is first asked, and kept. It does one thing at a time, so that its end is that of one.
 */
export class Nftables {
  private readonly waiting: Job[] = [];
  private current: Job | undefined;
  private child: Child | undefined;

  constructor(private readonly options: NftablesOptions = {}) {}

  /** Does the commands in one namespace, to the first that fails; what it says is that of the last one. */
  run(place: NftPlace, commands: readonly NftCommand[], signal: AbortSignal): Promise<NftRan> {
    if (signal.aborted) return Promise.resolve(ABORTED);
    // A request may look at many tables at once.
    setMaxListeners(0, signal);
    return new Promise((resolve, reject) => {
      const abort = () => this.abort(job);
      const settle = (how: NftRan | Error) => {
        signal.removeEventListener("abort", abort);
        if (how instanceof Error) reject(how);
        else resolve(how);
      };
      const job: Job = { place, commands, isAborted: false, isBegun: false, isAgain: false, settle };
      signal.addEventListener("abort", abort);
      this.waiting.push(job);
      this.next();
    });
  }

  private next(): void {
    if (this.current) return;
    const job = this.waiting.shift();
    if (!job) return;
    this.current = job;
    try {
      if (!this.child?.isThere) this.child = this.start();
      this.child.ask(job);
    } catch (error) {
      this.settle(error as Error);
    }
  }

  private start(): Child {
    const { program = require.resolve("./nftablesChild"), from = (start) => start() } = this.options;
    return from(() => {
      const child: Child = new Child(program, {
        answered: (answer) => {
          // What was aborted is over when the process is.
          if (this.child !== child || !this.current || this.current.isAborted) return;
          if ("isBegun" in answer) this.current.isBegun = true;
          else this.settle("ran" in answer ? answer.ran : errorOf(answer.failure));
        },
        ended: (ran) => {
          if (this.child !== child) return;
          this.child = undefined;
          if (this.current?.isAborted) this.settle(ABORTED);
          else if (this.current && !this.current.isBegun && !this.current.isAgain) this.askAgain(this.current);
          else this.settle(ran);
        },
      });
      return child;
    });
  }

  /** Somebody had ended the process while it was asked nothing. */
  private askAgain(job: Job): void {
    job.isAgain = true;
    this.waiting.unshift(job);
    this.current = undefined;
    this.next();
  }

  private settle(how: NftRan | Error): void {
    const job = this.current;
    this.current = undefined;
    this.child?.rest();
    job?.settle(how);
    this.next();
  }

  /** What is under way ends with the process, and is told of when that is gone: from then on it can change nothing more. */
  private abort(job: Job): void {
    if (this.current === job) {
      job.isAborted = true;
      this.child?.kill();
      return;
    }
    this.waiting.splice(this.waiting.indexOf(job), 1);
    job.settle(ABORTED);
  }
}

interface Hearing {
  answered(answer: NftAnswer): void;
  /** What the work that was under way has come to. */
  ended(ran: NftRan): void;
}

/** The process. It keeps the plugin alive only while it is asked something. */
class Child {
  private readonly child: ChildProcess;
  private said = "";

  constructor(program: string, { answered, ended }: Hearing) {
    this.child = fork(program, [], {
      // In the user's folder it would keep what is mounted there.
      cwd: __dirname,
      env: { ...process.env, LC_ALL: "C" },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.child.stderr?.on("data", (chunk) => {
      this.said = `${this.said}${chunk}`.slice(-TAIL);
    });
    this.child.on("message", answered);
    this.child.once("error", ({ message }) => ended(this.ran(message, undefined)));
    this.child.once("close", (code, signal) =>
      ended(this.ran(`nft's library ended with ${signal ? `signal ${signal}` : `exit ${code}`}`, code ?? undefined)),
    );
    this.rest();
  }

  get isThere(): boolean {
    return this.child.connected && this.child.exitCode === null && this.child.signalCode === null;
  }

  ask({ place, commands }: NftAsked): void {
    this.hold("ref");
    // Where it cannot be told any more, its end says the rest.
    this.child.send({ place, commands } satisfies NftAsked, () => {});
  }

  rest(): void {
    this.hold("unref");
  }

  kill(): void {
    this.child.kill("SIGKILL");
  }

  private hold(how: "ref" | "unref"): void {
    this.child[how]();
    this.child.channel?.[how]();
    (this.child.stderr as Socket | null)?.[how]();
  }

  private ran(how: string, exitCode: number | undefined): NftRan {
    const stderr = [how, ...this.said.trim().split("\n")].filter(Boolean).join("\n");
    return { stdout: "", stderr, exitCode, ...(exitCode === undefined && { failure: "killed" as const }) };
  }
}
