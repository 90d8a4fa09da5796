import { canonicalIp, notAssignable } from "../core/ip";
import { NetnsError } from "../errors";
import type { Live } from "../live/live";
import { deviceAt, devicesOf, type Graph } from "../model/graph";
import { ownedBy, rangeOf } from "../model/inet";
import type { Question } from "./question";

/** From this length on a network of IPv4 has no address for all. */
const WITHOUT_BROADCAST = 31;

/** Refuses an address that is not that of one host: what many get cannot be followed. */
export function refuseMany(to: string, graph: Graph): void {
  const address = canonicalIp(to);
  if (address === undefined) return;
  const what = notAssignable(address)?.replace(/,.*/, "") ?? broadcastText(address, graph);
  if (what === undefined) return;
  const todo = "`netns why` follows a packet to one host: name one, or an address that a host has.";
  throw new NetnsError({ kind: "user", tried: `${address} ${what}`, todo });
}

function broadcastText(address: string, graph: Graph): string | undefined {
  const number = rangeOf(address)?.first;
  const device = devicesOf(graph).find((one) =>
    ownedBy(one).some(
      ({ family, prefixLength, network }) =>
        family === "inet" &&
        prefixLength < WITHOUT_BROADCAST &&
        number === network.last &&
        rangeOf(address)?.family === family,
    ),
  );
  return device && `is the broadcast address of a network of ${device.host.name || "the provider's own namespace"}`;
}

/** Refuses a device that neither the host nor the stack has there. */
export function refuseDevice({ from, device }: Question, plan: Graph, { facts }: Pick<Live, "facts">): void {
  const there = facts.get(from);
  if (
    device === undefined ||
    !there ||
    there.has(device) ||
    deviceAt(plan, { namespace: from || undefined, name: device })
  )
    return;
  const todo = `Its devices: ${[...there.keys()].join(", ")}.`;
  throw new NetnsError({ kind: "user", tried: `${from} has no device ${device}`, todo });
}
