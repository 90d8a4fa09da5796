import { within } from "./inNamespace";
import { Socket } from "./socket";
import { SystemError } from "./system";

const NETLINK_XFRM = 6;
/** XFRM_MSG_GETSA and XFRM_MSG_GETPOLICY of linux/xfrm.h. */
const GET = { states: 0x12, policies: 0x15 };

/** How many states and policies of IPsec a namespace has; none where the kernel has no IPsec. */
export function countXfrm(netns: string | undefined): number {
  return within(netns, () => {
    const socket = openIfThere();
    try {
      const counts = Object.values(GET).map((type) => {
        const request = { type, flags: 0, body: Buffer.alloc(0), inside: undefined };
        return socket?.dump(request)?.length ?? 0;
      });
      return counts.reduce((sum, count) => sum + count, 0);
    } finally {
      socket?.close();
    }
  });
}

function openIfThere(): Socket | undefined {
  try {
    return Socket.open([], NETLINK_XFRM);
  } catch (error) {
    if (error instanceof SystemError && error.code === "EPROTONOSUPPORT") return undefined;
    throw error;
  }
}
