import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { NetnsError } from "../../provider/errors";
import { type Frame, type PcapHeader, pcapHeader, pcapRecord } from "./pcap";

interface Asked {
  /** How the first line of the frame begins. */
  stamp: string;
  resolve(text: string): void;
  reject(error: Error): void;
}

/** tcpdump writes a frame line by line, without a pause. */
const QUIET_MS = 5;

/** Says in the words of tcpdump what frames of one link type are. It reads no network, only what it is given. */
export class Decoder {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly asked: Asked[] = [];
  private lines: string[] = [];
  private rest = "";
  private quiet: NodeJS.Timeout | undefined;

  constructor(header: PcapHeader, { withLinkLevel }: { withLinkLevel: boolean }) {
    const how = ["-n", "-l", "-tt", "--time-stamp-precision=nano", ...(withLinkLevel ? ["-e"] : [])];
    this.child = spawn("tcpdump", [...how, "-r", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    this.child.on("error", (error: NodeJS.ErrnoException) => this.fail(error.code === "ENOENT" ? missing() : error));
    this.child.on("close", () => this.fail(new Error("tcpdump has ended before it had decoded all frames")));
    this.child.stdin.on("error", () => {});
    this.child.stderr.resume();
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => this.read(text));
    this.child.stdin.write(pcapHeader(header));
  }

  /** The frame in words, without its time; its lines but the first are indented. */
  text(frame: Frame): Promise<string> {
    this.child.stdin.write(pcapRecord(frame));
    return new Promise((resolve, reject) => this.asked.push({ stamp: stampOf(frame.time), resolve, reject }));
  }

  end(): void {
    this.child.stdin.end();
  }

  /** Frames come in the order that they are asked for, each with its time at the front of its first line. */
  private read(text: string): void {
    clearTimeout(this.quiet);
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      const next = this.asked[this.lines.length === 0 ? 0 : 1];
      if (next && line.startsWith(next.stamp)) {
        this.answer();
        this.lines.push(line.slice(next.stamp.length));
      } else if (this.lines.length > 0) this.lines.push(line);
    }
    // Only silence tells that there is no further line.
    if (this.rest === "") this.quiet = setTimeout(() => this.answer(), QUIET_MS);
  }

  private answer(): void {
    if (this.lines.length === 0) return;
    this.asked.shift()?.resolve(this.lines.join("\n"));
    this.lines = [];
  }

  private fail(error: Error): void {
    for (const { reject } of this.asked.splice(0)) reject(error);
  }
}

function stampOf(time: bigint): string {
  return `${time / 1_000_000_000n}.${String(time % 1_000_000_000n).padStart(9, "0")} `;
}

function missing(): NetnsError {
  return new NetnsError({
    kind: "unsupported",
    tried: "could not say what the frames are",
    said: "there is no tcpdump",
    todo: "Install it with `apt-get install tcpdump` or what does the same here, or write a file with `-w FILE`.",
  });
}
