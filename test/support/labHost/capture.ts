import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { LabHost } from "./labHost";

export interface CaptureOptions {
  namespace: string;
  /** A device's name, or `any`: then each line begins with the device and the direction. */
  device: string;
  /** An expression of pcap-filter(7). */
  filter: string;
}

const PATIENCE_MS = 20_000;

/** A tcpdump on a lab host that is listening already. It ends by itself after a minute. */
export class Capture {
  readonly lines: string[] = [];
  private readonly output: Interface;

  private constructor(
    private readonly tcpdump: ReturnType<LabHost["spawn"]>,
    private readonly command: string,
  ) {
    this.output = createInterface({ input: tcpdump.stdout });
    this.output.on("line", (line: string) => {
      if (line !== "") this.lines.push(line);
    });
  }

  static start(host: LabHost, { namespace, device, filter }: CaptureOptions): Promise<Capture> {
    const words = ["tcpdump", "-l", "-n", "-t", "--immediate-mode", "-c", "100", "-i", device, filter];
    return Capture.by(host, ["ip", "netns", "exec", namespace, ...words]);
  }

  /** The same by a command line with tcpdump in it, as somebody types it. */
  static async by(host: LabHost, argv: readonly string[]): Promise<Capture> {
    const tcpdump = host.spawn(argv);
    const capture = new Capture(tcpdump, argv.join(" "));
    await listening(tcpdump);
    return capture;
  }

  /** The lines so far, as soon as `count` of them match. */
  async until(pattern: RegExp, count = 1): Promise<string[]> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (this.matching(pattern).length < count) {
      await once(this.output, "line", { signal: deadline }).catch(() => {
        throw new Error(`No ${count} × ${pattern} by ${this.command}; seen:\n${this.lines.join("\n")}`);
      });
    }
    return this.lines;
  }

  matching(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  async stop(): Promise<string[]> {
    this.tcpdump.kill("SIGINT");
    await this.tcpdump;
    return this.lines;
  }
}

async function listening(tcpdump: ReturnType<LabHost["spawn"]>): Promise<void> {
  for await (const line of createInterface({ input: tcpdump.stderr })) {
    if (line.includes("listening on")) return;
  }
  throw new Error(`tcpdump did not listen: ${(await tcpdump).stderr}`);
}
