import { constants } from "node:os";
import { AF } from "../netlink/ip";
import { SystemError } from "../netlink/system";
import { icmpError, type Outcome, unsent } from "./outcome";
import { POLL, type Sender } from "./sender";
import { type Family, ProbeSocket, SOCK, SOL } from "./socket";

const SO_LINGER = 13;
/** struct linger of linux/socket.h: on, for no time. */
const RESET_AT_CLOSE = Buffer.from(Int32Array.of(1, 0).buffer);
/** struct tcp_info of linux/tcp.h: the round trip of the handshake in µs. */
/** `state` is its first byte: TCP_ESTABLISHED of linux/tcp_states.h. */
const ESTABLISHED = 1;
const TCP_INFO = { option: 11, length: 72, rtt: 68 };

/** A connection to one port; the kernel sends its SYN again by itself. */
export class Connection implements Sender {
  readonly events = POLL.out;
  readonly outcomes: [Outcome | undefined] = [undefined];
  private isBegun = false;

  private constructor(
    private readonly socket: ProbeSocket,
    private readonly address: string,
    private readonly to: Buffer,
  ) {}

  static open(address: string, to: Buffer, family: Family): Connection {
    const socket = ProbeSocket.open(family, SOCK.stream, 0);
    try {
      // What is closed leaves nothing behind: no connection that waits, on neither side.
      socket.set(SOL.socket, SO_LINGER, RESET_AT_CLOSE);
      return new Connection(socket, address, to);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get fd(): number {
    return this.socket.fd;
  }

  send(): void {
    if (this.isBegun) return;
    this.isBegun = true;
    const error = this.socket.connect(this.to);
    if (error) this.end(error);
  }

  hear(): void {
    if (this.outcomes[0]) return;
    const errno = this.socket.pendingError();
    if (errno !== 0) {
      this.end(new SystemError("connect", errno));
      return;
    }
    const info = this.socket.get(SOL.tcp, TCP_INFO.option, TCP_INFO.length);
    const rttMs = info.readUInt32LE(TCP_INFO.rtt) / 1000;
    if (info[0] === ESTABLISHED) this.outcomes[0] = { heard: "answer", from: this.address, rttMs };
  }

  close(): void {
    this.socket.close();
  }

  private end(error: SystemError): void {
    const told = this.socket.error();
    if (told?.isIcmp) this.outcomes[0] = icmpError(told, this.socket.family === AF.inet ? 4 : 6);
    else if (error.errno === constants.errno.ECONNREFUSED) this.outcomes[0] = { heard: "refused", from: this.address };
    else if (error.errno === constants.errno.ETIMEDOUT) this.outcomes[0] = { heard: "nothing" };
    else this.outcomes[0] = unsent(error, error.code === "EMSGSIZE" ? told?.info : undefined);
  }
}
