import { closeSync, openSync, readSync } from "node:fs";
import type { Socket } from "node:net";
import { isLinux } from "./linux";
import { type Owners, readOwners, rowsOf } from "./socketTable";

const TABLES = { tcp: "/proc/self/net/tcp", tcp6: "/proc/self/net/tcp6" };
/** The kernel gives the table out in pieces, and may leave a row out when others go away meanwhile. */
const LOOKS = 3;
const FEW = 4;
/** More than the kernel gives at once, which is whole rows. */
const PIECE_BYTES = 65_536;
/** Each uid that there is: user_namespaces(7). */
const WHOLE_MAP = /^\s*0\s+0\s+4294967295\s*$/;

type ReadFile = (path: string, isEnough: (text: string) => boolean) => string;

export interface PeerFilterOptions {
  /** Who listens, as the first words of a sentence. */
  who: string;
  /** Whose connections are served besides root's. */
  uid: number;
  serve: (socket: Socket) => void;
  /** Says why somebody is not served: once for each user and each reason. */
  warn: (message: string) => void;
  readFile?: ReadFile;
}

/**
 * Lets in only connections whose other end belongs to the process's own user or to root: the port is on loopback, where
 * every user of the machine can reach it. Sockets come paused, so that nothing of theirs is read before. Where the system is
 * not Linux, nothing tells whose a connection is, and all are let in: SECURITY.md says so.
 */
export class PeerFilter {
  private waiting: Socket[] = [];
  private readonly warned = new Set<string>();

  constructor(private readonly options: PeerFilterOptions) {}

  admit(socket: Socket): void {
    // A reset is no error of ours, and what becomes of the connection is seen below.
    socket.on("error", () => {});
    if (!isLinux) {
      this.options.serve(socket);
      return;
    }
    // All that came in one turn of the loop are looked up at once: a table of thousands of rows takes milliseconds.
    if (this.waiting.push(socket) === 1) setImmediate(() => this.look());
  }

  private look(): void {
    const sockets = this.waiting;
    this.waiting = [];
    let unknown = sockets;
    let why = "";
    try {
      this.requireTellableUser();
      for (let left = LOOKS; left > 0 && unknown.length > 0; left--) unknown = this.decide(unknown);
      why = "it is not among the established ones in /proc/self/net/tcp (closed at once?)";
    } catch (error) {
      why = (error as Error).message;
    }
    for (const socket of unknown) {
      const from = socket.remotePort === undefined ? "" : ` from port ${socket.remotePort}`;
      this.refuse(socket, why, `a connection${from}, because its user cannot be told: ${why}`);
    }
  }

  /** Serves or refuses each whose owner the tables show; returns the others. */
  private decide(sockets: Socket[]): Socket[] {
    const read = this.options.readFile ?? readUntil;
    // Many are found by one look through all of it.
    const few = sockets.length > FEW ? [] : sockets.map(rowsFor);
    const isEnough = (text: string) => few.length > 0 && few.every((rows) => rows && text.includes(`${rows.tcp} 01 `));
    const tcp = readOwners(read(TABLES.tcp, isEnough));
    let tcp6: Owners | undefined;
    return sockets.filter((socket) => {
      const rows = rowsFor(socket);
      if (!rows) return true;
      tcp6 ??= tcp.has(rows.tcp) ? undefined : readIfThere(read, TABLES.tcp6);
      const uids = [...(tcp.get(rows.tcp) ?? []), ...(tcp6?.get(rows.tcp6) ?? [])];
      // Only now: while our end stands, no other connection can have its two ports, so the row was that of this one.
      if (uids.length === 0 || !isConnected(socket)) return true;
      const otherUser = uids.find((uid) => uid !== 0 && uid !== this.options.uid);
      if (otherUser === undefined) this.options.serve(socket);
      else this.refuse(socket, `uid ${otherUser}`, `a process of uid ${otherUser}, from port ${socket.remotePort}`);
      return false;
    });
  }

  /**
   * In a user namespace, users that it has no number for are all shown as one. Who runs as that one could
   * not tell its own user from them.
   */
  private requireTellableUser(): void {
    const read = (path: string) => (this.options.readFile ?? readUntil)(path, () => false);
    const overflow = Number(read("/proc/sys/kernel/overflowuid"));
    if (overflow !== 0 && overflow !== this.options.uid) return;
    if (WHOLE_MAP.test(read("/proc/self/uid_map"))) return;
    throw new Error(`uid ${overflow} stands for every user that this user namespace does not know`);
  }

  private refuse(socket: Socket, reason: string, peer: string): void {
    socket.destroy();
    if (this.warned.has(reason)) return;
    this.warned.add(reason);
    this.options.warn(
      `${this.options.who} has turned away ${peer}. Only the user that runs it (uid ${this.options.uid}) and root may use it.`,
    );
  }
}

function rowsFor({ remoteAddress, remotePort, localAddress, localPort }: Socket) {
  return rowsOf({ address: remoteAddress, port: remotePort }, { address: localAddress, port: localPort });
}

/**
 * Reads until it is enough. To say that a table is at its end, the kernel walks through all of it once more, and that
 * takes as long as all the rest.
 */
function readUntil(path: string, isEnough: (text: string) => boolean): string {
  const fd = openSync(path, "r");
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    let text = "";
    for (let length = -1; length !== 0 && !isEnough(text); text += piece.toString("latin1", 0, length)) {
      length = readSync(fd, piece);
    }
    return text;
  } finally {
    closeSync(fd);
  }
}

/** Asked of the kernel, and not of what Node remembers: a connection that was reset has no other end any more. */
function isConnected(socket: Socket): boolean {
  const handle = (socket as Socket & { _handle?: { getpeername?: (to: object) => number } | null })._handle;
  return !socket.destroyed && handle?.getpeername?.({}) === 0;
}

/** A kernel without IPv6 has no such table. */
function readIfThere(read: ReadFile, path: string): Owners {
  try {
    return readOwners(read(path, () => false));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw error;
  }
}
