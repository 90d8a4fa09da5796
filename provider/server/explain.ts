import { familyOf } from "../core/ip";
import type { Kernel } from "../kernel/kernel";
import type { Packet } from "../kernel/packet";
import type { Netlink } from "../netlink/netlink";
import { why } from "../why/why";

/** The headers before the payload of an echo or a datagram. */
const HEADERS = { inet: 28, inet6: 48 };
const TIMEOUT_MS = 500;

/** In one sentence what stops a packet on the host as it is now; nothing of the stack but this resource is known here. */
export async function explain(
  kernel: Kernel,
  netlink: Netlink,
  { namespace = "", to, protocol, port, size, dontFragment }: Packet,
): Promise<string | undefined> {
  const whole = size !== undefined && dontFragment ? { size: size + HEADERS[familyOf(to)] } : {};
  const question = { from: namespace, to, protocol, ...(port !== undefined && { port }), ...whole };
  const { reaches, sentence } = await why(question, { kernel, netlink, timeoutMs: TIMEOUT_MS });
  return reaches ? undefined : sentence;
}
