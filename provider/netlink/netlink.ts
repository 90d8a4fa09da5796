import { statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { inNamespace, OWN_NETNS } from "./inNamespace";
import type { Message, NetlinkError, Request } from "./message";
import { AT_ONCE, Socket } from "./socket";

/** No longer than so the event loop waits for us. */
const SLICE_MS = 20;
/** Each is an open file, of which the system may allow fewer, and keeps its namespace. */
const MOST_SOCKETS = 2000;
const MOST_TRIES = 20;

interface Kept {
  socket: Socket;
  /** Which namespace the file stood for. */
  inode: number;
}

/** The kernel by netlink, in any namespace that a file stands for; undefined is the provider's own. */
export class Netlink {
  /** By file, the one that was used last at the end. */
  private readonly sockets = new Map<string, Kept>();

  /** Has the kernel do all of this in its order, each whatever became of those before; for each, why it was not done. */
  async execute(netns: string | undefined, requests: readonly Request[]): Promise<(NetlinkError | undefined)[]> {
    const outcomes: (NetlinkError | undefined)[] = [];
    const slice = new Slice();
    for (let start = 0; start < requests.length; start += AT_ONCE) {
      await slice.pause();
      outcomes.push(...this.socket(netns).execute(requests.slice(start, start + AT_ONCE)));
    }
    return outcomes;
  }

  /** What the kernel answers to one question. */
  ask<T>(netns: string | undefined, request: Request, read: (message: Message) => T): T[] {
    return this.socket(netns).ask(request).map(read);
  }

  /** All objects of a sort. */
  async dump<T>(netns: string | undefined, request: Request, read: (message: Message) => T): Promise<T[]> {
    const slice = new Slice();
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      await slice.pause();
      const messages = this.socket(netns).dump(request);
      if (!messages) continue;
      const rows: T[] = [];
      for (const message of messages) {
        await slice.pause();
        rows.push(read(message));
      }
      return rows;
    }
    throw new Error(`what the kernel shows has changed ${MOST_TRIES} times while it was read`);
  }

  /** A socket that hears of changes of these groups; whoever opens it closes it. */
  listen(netns: string | undefined, groups: readonly number[]): Socket {
    return inNamespace(netns ?? OWN_NETNS, () => Socket.open(groups));
  }

  /** Lets go of a namespace, or of all: one with an open socket is not taken apart. */
  release(netns?: string): void {
    const files = netns === undefined ? [...this.sockets.keys()] : [netns];
    for (const file of files) {
      this.sockets.get(file)?.socket.close();
      this.sockets.delete(file);
    }
  }

  private socket(netns = OWN_NETNS): Socket {
    const inode = statSync(netns).ino;
    if (this.sockets.get(netns)?.inode !== inode) this.release(netns);
    const kept = this.sockets.get(netns) ?? { socket: this.open(netns), inode };
    this.sockets.delete(netns);
    this.sockets.set(netns, kept);
    const [oldest] = this.sockets.keys();
    if (this.sockets.size > MOST_SOCKETS && oldest !== undefined) this.release(oldest);
    return kept.socket;
  }

  private open(netns: string): Socket {
    const open = () => inNamespace(netns, () => Socket.open());
    try {
      return open();
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EMFILE" && this.sockets.size > 0;
      if (!isFull) throw error;
      this.release();
      return open();
    }
  }
}

/** Lets Node hear of signals and RPCs when work has taken a while. */
class Slice {
  private end = performance.now() + SLICE_MS;

  async pause(): Promise<void> {
    if (performance.now() < this.end) return;
    await setImmediate();
    this.end = performance.now() + SLICE_MS;
  }
}
