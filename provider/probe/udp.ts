import { AF } from "../netlink/ip";
import { answer, icmpError, isPortUnreachable, isTooBig, type Outcome, unsent } from "./outcome";
import { POLL, type Sender } from "./sender";
import { type Family, now, ProbeSocket, SOCK } from "./socket";

export interface UdpOptions {
  family: Family;
  /** Payload bytes. */
  size: number;
  dontFragment: boolean;
}

/** A UDP packet to one port. */
export class Datagram implements Sender {
  readonly events = POLL.in;
  readonly outcomes: [Outcome | undefined] = [undefined];
  private sentAtMs = 0;

  private constructor(
    private readonly socket: ProbeSocket,
    private readonly to: Buffer,
    private readonly payload: Buffer,
    private readonly dontFragment: boolean,
  ) {}

  static open(to: Buffer, { family, size, dontFragment }: UdpOptions): Datagram {
    const socket = ProbeSocket.open(family, SOCK.dgram, 0);
    try {
      socket.setDontFragment(dontFragment);
      socket.makeRoom();
      return new Datagram(socket, to, Buffer.alloc(size), dontFragment);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get fd(): number {
    return this.socket.fd;
  }

  send(): void {
    this.outcomes[0] = undefined;
    this.sentAtMs = now();
    // Only a socket that is connected hears of errors, and a route may have come since.
    const error = this.socket.connect(this.to) ?? this.socket.send(this.payload);
    if (!error) return;
    const mtu = this.hearError();
    this.outcomes[0] ??= unsent(error, error.code === "EMSGSIZE" ? mtu : undefined);
  }

  hear(): void {
    this.hearError();
    const received = this.socket.receive();
    if (!received) return;
    const { from, atMs = now() } = received;
    this.outcomes[0] ??= answer(from, this.sentAtMs, atMs);
  }

  close(): void {
    this.socket.close();
  }

  /** Of a packet that this namespace's own kernel finds too big: what would fit. */
  private hearError(): number | undefined {
    const told = this.socket.error();
    if (!told?.isIcmp) return told?.info;
    const version = this.socket.family === AF.inet ? 4 : 6;
    // IPv6 tells the sender to cut it up from now on: what is sent next.
    if (isTooBig(told, version) && !this.dontFragment) return undefined;
    const { from } = told;
    this.outcomes[0] ??= isPortUnreachable(told, version) ? { heard: "refused", from } : icmpError(told, version);
    return undefined;
  }
}
