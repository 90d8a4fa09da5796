import type { Kernel } from "../kernel/kernel";
import { type Packet, wholeSize } from "../kernel/packet";
import type { Netlink } from "../netlink/netlink";
import { why } from "../why/why";

const TIMEOUT_MS = 500;

/** In one sentence what stops a packet on the host as it is now; nothing of the stack but this resource is known here. */
export async function explain(
  kernel: Kernel,
  netlink: Netlink,
  { namespace = "", ...packet }: Packet,
): Promise<string | undefined> {
  const { to, protocol, port } = packet;
  const size = wholeSize(packet);
  const question = {
    from: namespace,
    ...{ to, protocol },
    ...(port !== undefined && { port }),
    ...(size !== undefined && { size }),
  };
  const { reaches, sentence } = await why(question, { kernel, netlink, timeoutMs: TIMEOUT_MS });
  return reaches ? undefined : sentence;
}
