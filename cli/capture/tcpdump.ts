import { type ChildProcessByStdio, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { NetnsError } from "../../provider/errors";
import type { Way } from "../way";
import { type Frame, type PcapHeader, PcapReader } from "./pcap";
import type { Counts } from "./pcapng";

/** Where to listen. */
export interface End {
  /** What people know it by. */
  label: string;
  /** The namespace as the lab names it. */
  host: string;
  device: string;
  way: Way;
}

export interface TcpdumpOptions {
  /** Words of pcap-filter(7). */
  filter: string;
  snapLength: number;
  /** Frames come at once; where they may come up to a second later, the kernel has room for far more of them. */
  isLive: boolean;
}

/**
 * tcpdump lives until our end of the pipe is closed, which happens in any case: a signal would not get through sudo or
 * ssh, and none is sent by who is killed. Ctrl-C is ours alone to hear, so tcpdump is in a session of its own: by Ctrl-C it
 * would end at once, without the frames that wait for it. Each line that we write asks for the counts so far. The shell ends
 * with tcpdump, for sudo and ssh keep our pipes open until then.
 */
const WHILE_OPEN = [
  'trap "" INT HUP; exec 3<&0; own=$(command -v setsid); $own tcpdump "$@" & child=$!; exec >/dev/null 2>&1',
  "{ while read -r _; do kill -USR1 $child; done; kill -TERM $child; } <&3 & asking=$!",
  "wait $child; code=$?; kill -KILL $asking; exit $code",
].join("\n");
/** What it says then: see SIGUSR1 in tcpdump(1). */
const COUNTS = /packets? captured, (\d+) packets? received by filter, (\d+) packets? dropped by kernel/;
/** Nobody waits longer than this for frames that are counted and do not come. */
const CATCH_UP_MS = 5000;
/** The kernel's room for frames that tcpdump has not read yet; the usual 2 MiB are 32 frames of the largest size. */
const BUFFER_KIB = "8192";
const NOT_FOUND = 127;
const LISTENING = "listening on";
const MOST_SAID = 4096;

/** A tcpdump at one end, which hands over what it sees. */
export class Tcpdump {
  private readonly reader = new PcapReader();
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly over: Promise<number | undefined>;
  private readonly pieces: AsyncIterableIterator<Buffer>;
  /** What it saw before anybody asked for frames. */
  private readonly early: Frame[] = [];
  private said = "";
  /** The line that it has not said to its end. */
  private unfinished = "";
  private isOver = false;
  /** How many frames have been taken by who reads them. */
  private taken = 0;
  /** How many frames there were when it last told its counts, and how often it has told them. */
  private seen = 0;
  private told = 0;
  /** Who asks for the counts waits for who asked before. */
  private asking: Promise<void> = Promise.resolve();
  /** Told whenever a frame has been taken or something has been said. */
  private readonly news = new EventEmitter();

  constructor(
    readonly end: End,
    { filter, snapLength, isLive }: TcpdumpOptions,
  ) {
    const how = ["-n", "-U", "-w", "-", "--time-stamp-precision=nano", "-s", String(snapLength), "-B", BUFFER_KIB];
    const immediate = isLive ? ["--immediate-mode"] : [];
    const words = [...how, ...immediate, "-i", end.device, "--", ...(filter === "" ? [] : [filter])];
    const [file = "", ...args] = end.way.words(["sh", "-c", WHILE_OPEN, "sh", ...words]);
    this.child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.pieces = this.child.stdout.iterator({ destroyOnReturn: false });
    // Whoever has ended already hears nothing more.
    this.child.stdin.on("error", () => {});
    this.over = new Promise((resolve) => {
      this.child.on("error", (error) => {
        this.said = error.message;
        resolve(undefined);
      });
      this.child.on("close", (code) => resolve(code ?? undefined));
    });
    void this.over.then(() => {
      this.isOver = true;
      this.news.emit("news");
    });
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.hear(text);
    });
  }

  /** Waits until it listens, and returns what its stream is like; an error is what tcpdump says. */
  async listening(): Promise<PcapHeader> {
    // It writes the head of its stream before it says that it listens.
    while (!this.reader.header) {
      const { value, done } = await this.pieces.next();
      if (done) throw await this.failure();
      this.early.push(...this.reader.push(value));
    }
    while (!this.said.includes(LISTENING)) {
      const isOver = this.over.then(() => true);
      if (await Promise.race([once(this.child.stderr, "data").then(() => false), isOver])) throw await this.failure();
    }
    return this.reader.header;
  }

  /** All frames until it ends. */
  async *frames(): AsyncGenerator<Frame> {
    yield* this.counted(this.early.splice(0));
    for await (const piece of this.pieces) yield* this.counted(this.reader.push(piece));
    // Where the device is gone, tcpdump ends by itself.
    this.stop();
  }

  private *counted(frames: readonly Frame[]): Generator<Frame> {
    for (const frame of frames) {
      yield frame;
      this.taken++;
    }
    this.news.emit("news");
  }

  /** Asks it to end; frames that the kernel has seen and tcpdump has not read yet are lost: see `caughtUp`. */
  stop(): void {
    this.child.stdin.end();
  }

  /** Waits until every frame that the kernel has seen by now has been taken. Somebody must be reading the frames meanwhile. */
  caughtUp(): Promise<void> {
    this.asking = this.asking.then(() => this.ask());
    return this.asking;
  }

  private async ask(): Promise<void> {
    const signal = AbortSignal.timeout(CATCH_UP_MS);
    const answer = this.told + 1;
    if (this.child.stdin.writable) this.child.stdin.write("\n");
    while (!signal.aborted && !this.isOver && (this.told < answer || this.taken < this.seen)) {
      await once(this.news, "news", { signal }).catch(() => {});
    }
  }

  private hear(text: string): void {
    const lines = (this.unfinished + text).split("\n");
    this.unfinished = lines.pop() ?? "";
    for (const [, received, dropped] of lines.map((line) => COUNTS.exec(line) ?? [])) {
      if (received === undefined) continue;
      // What is sent over lo is counted when it goes out and when it comes in, and shown once.
      const times = this.end.device === "lo" ? 2 : 1;
      this.seen = Math.floor((Number(received) - Number(dropped)) / times);
      this.told++;
    }
    this.said = (this.said + text).slice(-MOST_SAID);
    this.news.emit("news");
  }

  /** Waits until it has ended; somebody must have read its frames to the last, or it may be waiting for that. */
  async ended(): Promise<Ending> {
    this.stop();
    await this.over;
    const count = (what: string) => Number(new RegExp(`^(\\d+) packets? ${what}`, "m").exec(this.said)?.[1] ?? 0);
    return { received: count("received by filter"), dropped: count("dropped by kernel"), problem: this.problem() };
  }

  /** What it says besides what it always says. */
  private problem(): string | undefined {
    const lines = this.said
      .split("\n")
      .filter((line) => line.startsWith("tcpdump: ") && !line.includes(LISTENING) && !COUNTS.test(line));
    return lines.at(-1)?.replace(/^tcpdump: (pcap_loop: )?/, "");
  }

  private async failure(): Promise<NetnsError> {
    this.stop();
    const code = await this.over;
    const tried = `could not listen on ${this.end.label}`;
    if (code === NOT_FOUND) {
      return new NetnsError({
        kind: "unsupported",
        tried,
        said: "there is no tcpdump",
        todo: "Install it where the lab is, with `apt-get install tcpdump` or the like.",
      });
    }
    const said = this.problem() ?? this.said.trim();
    return this.end.way.failure(tried, said) ?? new NetnsError({ kind: "user", tried, said });
  }
}

export interface Ending extends Counts {
  /** Why it ended before it was asked to, in the words of tcpdump. */
  problem: string | undefined;
}
