import { Cursor } from "./bytes";
import {
  isInterrupted,
  type Message,
  type NetlinkError,
  NLM_F,
  NLMSG_DONE,
  NLMSG_ERROR,
  packed,
  type Received,
  type Request,
  refusal,
  unpacked,
} from "./message";
import { checked, failure, system } from "./system";

const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const MSG = { peek: 2, trunc: 0x20, dontwait: 0x40 };
const SOL_SOCKET = 1;
const SO = { rcvbuf: 8, rcvtimeo: 20, rcvbufforce: 33 };
const SOL_NETLINK = 270;
const NETLINK = { addMembership: 1, capAck: 10, extAck: 11, getStrictChk: 12 };
const POLLIN = 1;

/** Answers are there when send returns; so long is waited for one where that is not so. */
const PATIENCE_S = 5;
/** What the kernel keeps for us until it is read. */
const ROOM = 4 * 1024 * 1024;
/** So many answers fit even into the room that one without rights has. */
export const AT_ONCE = 128;

/** So many messages are passed over at once. */
const MOST_HEARD = 50_000;

/** What has been received last; one for all, since it is read at once. */
let received = Buffer.alloc(64 * 1024);

/** A socket of rtnetlink, or of another protocol of netlink. It belongs for good to the namespace that the thread is in when it is opened. */
export class Socket {
  private sequence = 0;

  private constructor(private readonly fd: number) {}

  static open(groups: readonly number[] = [], protocol = NETLINK_ROUTE): Socket {
    const { bind, socket } = system();
    const opened = new Socket(checked(socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol), "socket"));
    try {
      opened.set(SOL_SOCKET, SO.rcvtimeo, PATIENCE_S, 0, 0, 0);
      // What goes beyond the host's limit needs rights over the whole host.
      if (!opened.trySet(SOL_SOCKET, SO.rcvbufforce, ROOM)) opened.set(SOL_SOCKET, SO.rcvbuf, ROOM);
      for (const option of [NETLINK.capAck, NETLINK.extAck, NETLINK.getStrictChk]) opened.set(SOL_NETLINK, option, 1);
      const address = Buffer.alloc(12);
      address.writeUInt16LE(AF_NETLINK);
      checked(bind(opened.fd, address, address.length), "bind");
      for (const group of groups) opened.set(SOL_NETLINK, NETLINK.addMembership, group);
      return opened;
    } catch (error) {
      opened.close();
      throw error;
    }
  }

  /** Has the kernel do these, AT_ONCE at most, each whatever became of those before; for each, why it was not done. */
  execute(requests: readonly Request[]): (NetlinkError | undefined)[] {
    return this.exchange(requests, () => {});
  }

  /** What the kernel answers to one question, but for a dump. */
  ask(request: Request): Message[] {
    const answers: Message[] = [];
    const [error] = this.exchange([request], (message) => void answers.push(kept(message)));
    if (error) throw error;
    return answers;
  }

  /** All objects of a sort; undefined where they changed meanwhile, so that some may be missing or be there twice. */
  dump(request: Request): Message[] | undefined {
    const rows: Message[] = [];
    let isWhole = true;
    const [error] = this.exchange([{ ...request, flags: request.flags | NLM_F.dump }], (message) => {
      isWhole &&= !isInterrupted(message);
      if (message.type !== NLMSG_DONE) rows.push(kept(message));
    });
    if (error) throw error;
    return isWhole ? rows : undefined;
  }

  /** Whether something has come within the time; what was lost because nobody read has come, too: look again. */
  async hears(timeoutMs: number): Promise<boolean> {
    const fds = Buffer.alloc(8);
    fds.writeInt32LE(this.fd);
    fds.writeInt16LE(POLLIN, 4);
    if ((await system().pollAsync(fds, 1, timeoutMs)) <= 0) return false;
    // Where there is no end of it, the rest is heard of next time.
    for (let times = 0; times < MOST_HEARD && this.receive(MSG.dontwait); times += 1) {}
    return true;
  }

  close(): void {
    system().close(this.fd);
  }

  private exchange(requests: readonly Request[], take: (message: Received) => void): (NetlinkError | undefined)[] {
    const first = this.sequence + 1;
    this.sequence += requests.length;
    const bytes = packed(requests, first);
    checked(system().send(this.fd, bytes, bytes.length, 0), "send");
    const outcomes: (NetlinkError | undefined)[] = [];
    let answered = 0;
    while (answered < requests.length) {
      for (const message of unpacked(this.receive() ?? Buffer.alloc(0))) {
        const index = message.sequence - first;
        const request = requests[index];
        // Of an exchange before this one, which has failed.
        if (!request) continue;
        const isEnd = message.type === NLMSG_ERROR || message.type === NLMSG_DONE;
        if (message.type !== NLMSG_ERROR) take(message);
        if (!isEnd) continue;
        outcomes[index] = refusal(message, request);
        answered += 1;
      }
    }
    return outcomes;
  }

  /** What has come next, good until the next one is read; undefined where nothing has and nobody waits. */
  private receive(flags = 0): Buffer | undefined {
    const { recv } = system();
    const size = recv(this.fd, received, 0, MSG.peek | MSG.trunc | flags);
    if (size > received.length) received = Buffer.alloc(2 * size);
    const length = size < 0 ? size : recv(this.fd, received, received.length, flags);
    if (length >= 0) return received.subarray(0, length);
    const error = failure("recv");
    if (flags !== MSG.dontwait) throw error;
    return error.code === "ENOBUFS" ? Buffer.alloc(0) : undefined;
  }

  private set(level: number, name: number, ...values: number[]): void {
    if (!this.trySet(level, name, ...values)) throw failure(`setsockopt ${level} ${name}`);
  }

  private trySet(level: number, name: number, ...values: number[]): boolean {
    const bytes = Buffer.from(Int32Array.from(values).buffer);
    return system().setsockopt(this.fd, level, name, bytes, bytes.length) === 0;
  }
}

/** A message that outlives the next recv. */
function kept({ type, body }: Message): Message {
  return { type, body: new Cursor(Buffer.from(body.bytes())) };
}
