import { type Codec, headed, string, Table, u32, type Values } from "./attributes";
import { Cursor, Writer } from "./bytes";
import { SystemError } from "./system";

/** struct nlmsghdr of linux/netlink.h, and what it says. */
const HEADER = 16;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
/** Of requests: how what is there already counts. NLM_F_ROOT and NLM_F_MATCH make a dump. */
export const NLM_F = { replace: 0x100, excl: 0x200, create: 0x400, append: 0x800, dump: 0x300 } as const;

/** What the kernel is asked: a message without what the socket gives it, and how its bytes are to be read. */
export interface Request {
  type: number;
  flags: number;
  body: Buffer;
  inside: ReturnType<NonNullable<Codec<unknown>["inside"]>>;
}

/** What the kernel says. */
export interface Message {
  type: number;
  body: Cursor;
}

/** An object of the kernel: a header of fixed length, and attributes. */
export class Format<H extends object, T extends Table> {
  private readonly codec: Codec<H & Values<T>>;

  constructor(
    private readonly header: Codec<H>,
    table: T,
  ) {
    this.codec = headed(header, table);
  }

  request(type: number, flags: number, values: H & Values<T>): Request {
    const to = new Writer();
    this.codec.write(to, values, {});
    return { type, flags, body: Buffer.from(to.written), inside: this.codec.inside?.({}) };
  }

  /** What has a fixed length, without the attributes behind it. */
  readonly readHeader = ({ body }: Message): Required<H> => {
    const values = this.header.read(body, {});
    body.check();
    return values as Required<H>;
  };

  readonly read = ({ body }: Message): Required<H> & Values<T> => {
    const values = this.codec.read(body, {});
    body.check();
    return values as Required<H> & Values<T>;
  };
}

/** Requests as bytes for one send, numbered from `first` on, each to be answered. */
export function packed(requests: readonly Request[], first: number): Buffer {
  const to = new Writer();
  requests.forEach(({ type, flags, body }, index) => {
    to.u32(HEADER + body.length);
    to.u16(type);
    to.u16(NLM_F_REQUEST | NLM_F_ACK | flags);
    to.u32(first + index);
    to.u32(0);
    to.bytes(body);
    to.align();
  });
  return to.written;
}

export interface Received extends Message {
  flags: number;
  sequence: number;
}

/** The messages in what one recv has given. */
export function* unpacked(datagram: Buffer): Generator<Received> {
  const from = new Cursor(datagram);
  while (from.left > 0) {
    const length = from.u32();
    const type = from.u16();
    const flags = from.u16();
    const sequence = from.u32();
    from.u32();
    const body = from.part(length - HEADER);
    from.align();
    from.check();
    yield { type, flags, sequence, body };
  }
}

export function isInterrupted({ flags }: Received): boolean {
  return (flags & NLM_F_DUMP_INTR) !== 0;
}

const ACK = new Table("NLMSGERR_ATTR_", {
  msg: [1, string],
  offs: [2, u32],
  missType: [5, u32],
  missNest: [6, u32],
});

/** A refusal of the kernel, in its own words where it has some, and with the attribute that it points at. */
export class NetlinkError extends SystemError {
  constructor(
    errno: number,
    readonly said?: string,
    readonly attribute?: string,
  ) {
    const words = [said, attribute === undefined ? undefined : `at ${attribute}`].filter((one) => one !== undefined);
    super("the kernel refuses", errno, words.length > 0 ? words.join(", ") : undefined);
  }
}

/** What an answer, or the end of a dump, says of its request: undefined where that was done. */
export function refusal({ type, flags, body }: Received, request: Request): NetlinkError | undefined {
  const errno = -body.s32();
  if (type === NLMSG_ERROR) {
    // The request comes back, all of it unless its header is enough.
    const length = body.u32();
    body.bytes((flags & NLM_F_CAPPED ? HEADER : Math.max(length, HEADER)) - 4);
    body.align();
  }
  const ack = flags & NLM_F_ACK_TLVS ? ACK.read(body) : {};
  body.check();
  if (errno <= 0) return undefined;
  return new NetlinkError(errno, ack.msg, pointedAt(request, ack));
}

/** The attribute that is wrong, or the one that is missing. Places count from the start of the message. */
function pointedAt(
  { body, inside }: Request,
  { offs, missType, missNest = 0 }: Values<typeof ACK>,
): string | undefined {
  const find = (place: number) => inside?.table.find(new Cursor(body, inside.behind), place - HEADER);
  if (missType !== undefined) return (missNest === 0 ? inside?.table : find(missNest)?.inside)?.nameOf(missType);
  return offs === undefined ? undefined : find(offs)?.name;
}
