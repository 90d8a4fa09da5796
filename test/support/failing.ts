import type { Host, RunOptions, RunResult } from "../../provider/host/host";

/** A command that changes the host, by its words; none that looks has one of them. */
const CHANGE = /(?:^|\s)(?:add|del|delete|set|change|replace|append|attach|-w|-ew|-K|-f)(?:\s|$)/;
/** A line of a batch that the kernel refuses. */
const BAD = "link set dev lo address 00";
const REFUSED: RunResult = { stdout: "", stderr: "RTNETLINK answers: refused by the test", exitCode: 2 };

/** How many steps have come, and the words of the one that was made to fail, if it was among them. */
export interface Failure {
  steps: number;
  words?: string;
}

/** A host that refuses one of the steps that change it: a line of a batch, or a command. What was before it is done. */
export class Failing {
  private at: number | undefined;
  private now: Failure = { steps: 0 };

  /** From now on the step of this number fails, counted from 1, and no other; undefined: none. */
  failAt(step: number | undefined): void {
    this.at = step;
    this.now = { steps: 0 };
  }

  /** What has come since then. */
  get came(): Failure {
    return this.now;
  }

  on(host: Host): Host {
    return { ...host, run: (argv, options) => this.run(host, argv, options) };
  }

  private async run(host: Host, argv: readonly string[], options: RunOptions): Promise<RunResult> {
    if (argv[0] === "sh" && argv[2]?.includes("-batch")) return host.run(argv.map(this.spoilt, this), options);
    if (argv.includes("-batch")) return host.run(argv, { ...options, stdin: this.spoilt(options.stdin ?? "", 5) });
    return this.fails(argv.join(" ")) ? REFUSED : host.run(argv, options);
  }

  /** The words of the script for many batches that are texts begin with the fifth; no name of a file or a namespace has a blank. */
  private spoilt(text: string, index: number): string {
    if (index < 4 || !/\s/.test(text)) return text;
    return text
      .split("\n")
      .map((line) => (this.fails(line) ? BAD : line))
      .join("\n");
  }

  private fails(words: string): boolean {
    if (!CHANGE.test(words)) return false;
    this.now.steps += 1;
    if (this.now.steps !== this.at) return false;
    this.now.words = words;
    return true;
  }
}
