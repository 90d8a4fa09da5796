import { closeSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { OWN_NETNS, openNamespace, within } from "./inNamespace";
import { listLegacyTables } from "./legacyTables";
import type { NftCommand, NftRan } from "./libnftables";
import type { Message, NetlinkError, Request } from "./message";
import * as namespace from "./namespace";
import { Nftables } from "./nftables";
import type { NftPlace } from "./nftablesWire";
import * as offload from "./offload";
import { AT_ONCE, Socket } from "./socket";
import * as sysctl from "./sysctl";
import { makeTuntap, type Tuntap } from "./tuntap";
import { countXfrm } from "./xfrm";

/** No longer than so the event loop waits for us. */
const SLICE_MS = 20;
/** Each is an open file, of which the system may allow fewer, and keeps its namespace. */
const MOST_SOCKETS = 2000;
/** So many are read while nothing else of Node runs. */
const MOST_SYSCTLS = 500;
const MOST_TRIES = 20;
/** For so long nobody asks again whether the file still stands for the same namespace, but who looks what is there. */
const FRESH_MS = 100;

/** A change is made when the call returns; who stands in front of it may take longer. */
export type Done = void | Promise<void>;

interface Kept {
  socket: Socket;
  /** Which namespace the file stood for, and when that was seen last, in ms. */
  inode: number;
  seenAt: number;
}

interface Asked {
  keys: string[];
  found: Promise<(sysctl.Sysctl | Error)[]>;
}

/**
 * The kernel by netlink, and by files below /proc/sys where it has no netlink for a thing, in any namespace that a file
 * stands for; undefined is the provider's own.
 */
export class Netlink {
  /** By file, the one that was used last at the end. */
  private readonly sockets = new Map<string, Kept>();
  /** By namespace, the sysctls that are about to be read. */
  private readonly asked = new Map<string | undefined, Asked>();
  protected readonly nftables = new Nftables();

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

  /** Has the kernel do this now, all of it in one go, AT_ONCE at most; the error is that of the first that it refuses. */
  do(netns: string | undefined, requests: readonly Request[]): Done {
    const error = this.socket(netns)
      .execute(requests)
      .find((one) => one !== undefined);
    if (error) throw error;
  }

  /** What the kernel answers to one question. */
  ask<T>(netns: string | undefined, request: Request, read: (message: Message) => T): T[] {
    return this.socket(netns, 0).ask(request).map(read);
  }

  /** All objects of a sort. */
  async dump<T>(netns: string | undefined, request: Request, read: (message: Message) => T): Promise<T[]> {
    const slice = new Slice();
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      await slice.pause();
      const messages = this.socket(netns, 0).dump(request);
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
    return within(netns, () => Socket.open(groups));
  }

  /** Opens what belongs for good to the namespace that it is opened in. */
  enter<T extends object>(netns: string | undefined, open: () => T): T {
    return within<object>(netns, open) as T;
  }

  /** Lets go of a namespace, or of all: one with an open socket is not taken apart. */
  release(netns?: string): void {
    const files = netns === undefined ? [...this.sockets.keys()] : [netns];
    for (const file of files) {
      this.sockets.get(file)?.socket.close();
      this.sockets.delete(file);
    }
  }

  makeNamespace(file: string, alias: string): Done {
    namespace.makeNamespace(file, alias);
  }

  removeNamespace(file: string): Done {
    // A socket that is open in there would keep it.
    this.release(file);
    namespace.removeNamespace(file);
  }

  /** In the namespace that a file stands for. */
  makeTuntap(want: Tuntap, alias: string, file: string): Done {
    const fd = this.open(file);
    try {
      makeTuntap(want, alias, fd);
    } finally {
      closeSync(fd);
    }
  }

  listNamespaces(): Map<string, number> {
    return namespace.listNamespaces();
  }

  /** A namespace as messages want it (`netNsFd`); whoever opens it closes it. */
  open(file: string): number {
    return openNamespace(file);
  }

  /** All that are asked for at the same moment are read on one way into the namespace. */
  async readSysctl(netns: string | undefined, key: string): Promise<sysctl.Sysctl> {
    const asked = this.asked.get(netns) ?? this.beginAsking(netns);
    const index = asked.keys.push(key) - 1;
    if (asked.keys.length === MOST_SYSCTLS) this.asked.delete(netns);
    const found = (await asked.found)[index] as sysctl.Sysctl | Error;
    if (found instanceof Error) throw found;
    return found;
  }

  readSysctlOfEach(netns: string | undefined, places: Parameters<typeof sysctl.readSysctlOfEach>[1]) {
    return sysctl.readSysctlOfEach(netns, places);
  }

  listSysctls(netns: string | undefined): string[] {
    return sysctl.listSysctls(netns);
  }

  readSettings(netns: string | undefined): Map<string, string> {
    return sysctl.readSettings(netns);
  }

  readNewSettings(): Map<string, string> {
    return sysctl.readNewSettings();
  }

  readOffloads(...args: Parameters<typeof offload.readOffloads>): ReturnType<typeof offload.readOffloads> {
    return offload.readOffloads(...args);
  }

  readNewOffloads(...args: Parameters<typeof offload.readNewOffloads>): ReturnType<typeof offload.readNewOffloads> {
    return offload.readNewOffloads(...args);
  }

  countXfrm(netns: string | undefined): number {
    return countXfrm(netns);
  }

  listLegacyTables(netns: string | undefined): [program: string, table: string][] {
    return listLegacyTables(netns);
  }

  writeSysctl(netns: string | undefined, key: string, value: string, ifThere = false): Done {
    sysctl.writeSysctl(netns, key, value, ifThere);
  }

  /** What nftables does by its own library, all in one namespace, to the first that fails. */
  nft(place: NftPlace, commands: readonly NftCommand[], signal: AbortSignal): Promise<NftRan> {
    return this.nftables.run(place, commands, signal);
  }

  /**
   * What nft says of a text that it can parse but for its end, so that it does nothing. With root's rights it would look at
   * the tables that are there all the same, and so does that where there are none.
   */
  async parseNft(text: string, signal: AbortSignal): Promise<string> {
    const place = process.getuid?.() === 0 ? "new" : undefined;
    return (await this.nftables.run(place, [{ text, isFile: true }], signal)).stderr;
  }

  protected readSysctls(netns: string | undefined, keys: readonly string[]): ReturnType<typeof sysctl.readSysctls> {
    return sysctl.readSysctls(netns, keys);
  }

  private beginAsking(netns: string | undefined): Asked {
    const keys: string[] = [];
    const found = setImmediate().then(() => {
      if (this.asked.get(netns) === asked) this.asked.delete(netns);
      return this.readSysctls(netns, keys);
    });
    const asked = { keys, found };
    this.asked.set(netns, asked);
    return asked;
  }

  protected socket(netns: string | undefined, freshMs = FRESH_MS): Socket {
    const file = netns ?? OWN_NETNS;
    const now = performance.now();
    const before = this.sockets.get(file);
    if (before && now - before.seenAt < freshMs) return before.socket;
    const inode = statSync(file).ino;
    if (before?.inode !== inode) this.release(file);
    const kept = { socket: this.sockets.get(file)?.socket ?? this.openSocket(netns), inode, seenAt: now };
    this.sockets.delete(file);
    this.sockets.set(file, kept);
    const [oldest] = this.sockets.keys();
    if (this.sockets.size > MOST_SOCKETS && oldest !== undefined) this.release(oldest);
    return kept.socket;
  }

  private openSocket(netns: string | undefined): Socket {
    const open = () => within(netns, () => Socket.open());
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
export class Slice {
  private end = performance.now() + SLICE_MS;

  async pause(): Promise<void> {
    if (performance.now() < this.end) return;
    await setImmediate();
    this.end = performance.now() + SLICE_MS;
  }
}
