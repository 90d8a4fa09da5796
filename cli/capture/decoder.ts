import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { NetnsError } from "../../provider/errors";
import { type Frame, type PcapHeader, pcapHeader, pcapRecord } from "./pcap";

interface Asked {
  resolve(text: string): void;
  reject(error: Error): void;
}

/** A frame of one byte, of 1970, goes in after each frame, for tcpdump says nowhere that a frame has no further line. */
const END = pcapRecord({ time: 0n, length: 1, data: Buffer.alloc(1) });
const END_STAMP = "0.000000000 ";
const MOST_SAID = 4096;

/** Says in the words of tcpdump what frames of one link type are. It reads no network, only what it is given. */
export class Decoder {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly asked: Asked[] = [];
  private lines: string[] = [];
  private rest = "";
  private said = "";
  private failed: Error | undefined;

  constructor(header: PcapHeader, { withLinkLevel }: { withLinkLevel: boolean }) {
    const how = ["-n", "-l", "-tt", "--time-stamp-precision=nano", ...(withLinkLevel ? ["-e"] : [])];
    this.child = spawn("tcpdump", [...how, "-r", "-"], { stdio: ["pipe", "pipe", "pipe"] });
    this.child.on("error", (error: NodeJS.ErrnoException) => this.fail(error.code === "ENOENT" ? missing() : error));
    this.child.on("close", () => this.fail(ended(this.said)));
    this.child.stdin.on("error", () => {});
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.said = (this.said + text).slice(-MOST_SAID);
    });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => this.read(text));
    this.child.stdin.write(pcapHeader(header));
  }

  /** The frame in words, without its time; its lines but the first are indented. */
  text(frame: Frame): Promise<string> {
    this.child.stdin.write(Buffer.concat([pcapRecord(frame), END]));
    return new Promise((resolve, reject) => {
      if (this.failed) reject(this.failed);
      else this.asked.push({ resolve, reject });
    });
  }

  end(): void {
    this.child.stdin.end();
  }

  /** Frames come in the order that they are asked for, each with its time at the front of its first line. */
  private read(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith(END_STAMP)) {
        this.asked.shift()?.resolve(this.lines.join("\n"));
        this.lines = [];
      } else this.lines.push(this.lines.length === 0 ? line.replace(/^\S+ /, "") : line);
    }
  }

  private fail(error: Error): void {
    this.failed ??= error;
    for (const { reject } of this.asked.splice(0)) reject(error);
  }
}

function ended(said: string): NetnsError {
  const lines = said.split("\n").filter((line) => line.startsWith("tcpdump: "));
  return new NetnsError({
    kind: "kernel",
    tried: "could not decode the frames",
    said: lines.at(-1) ?? "tcpdump ended before it had decoded all of them",
    todo: "Write them to a file with `-w FILE`, and read that elsewhere.",
  });
}

function missing(): NetnsError {
  return new NetnsError({
    kind: "unsupported",
    tried: "could not decode the frames",
    said: "there is no tcpdump",
    todo: "Install it with `apt-get install tcpdump` or the like, or write a file with `-w FILE`.",
  });
}
