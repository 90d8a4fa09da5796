import type { Device } from "../graph";
import { filterAll, opaque } from "./firewall";
import type { Frame } from "./flood";
import type { Drop, Packet } from "./types";
import type { World } from "./world";

/**
 * What a firewall may do with packets that a bridge of its host passes on: where the kernel has br_netfilter they go through
 * the hooks of IP, and whether it has that nobody says.
 */
export function bridgedDoubt(world: World, last: Frame, packet: Packet): Drop | undefined {
  let next: Frame | undefined;
  for (let frame: Frame | undefined = last; frame; frame = frame.before) {
    const isPassedOn = frame.at === "bridge" && frame.device.link?.type === "bridge" && frame.from !== frame.device;
    const doubt = isPassedOn && next?.at === "out" ? doubtAt(world, frame.device, packet) : undefined;
    if (doubt) return doubt;
    next = frame;
  }
  return undefined;
}

function doubtAt(world: World, bridge: Device, packet: Packet): Drop | undefined {
  const { host } = bridge;
  const key = `net.bridge.bridge-nf-call-ip${packet.family === "inet" ? "" : "6"}tables`;
  const view = world.view(host);
  if ((!view.ruleset && host.firewalls.length === 0) || Number(host.sysctls.get(key)?.value ?? 1) === 0)
    return undefined;
  const [iif, oif] = [bridge, bridge];
  const passed = filterAll(
    view,
    packet,
    { hook: "prerouting", iif },
    { hook: "forward", iif, oif },
    { hook: "postrouting", oif },
  );
  const { source, destination } = passed.packet;
  const isSame = source === packet.source && destination === packet.destination;
  const drop = passed.drop ?? opaque(view);
  if (!drop && isSame) return undefined;
  const by = drop?.by ?? host.firewalls.map((one) => one.by);
  const what = drop?.why ?? `The firewall of ${host.name} changes addresses.`;
  const why = `${what} That counts for what ${bridge.name} passes on as well, if the kernel has br_netfilter and ${key} is 1.`;
  return { code: "not-modelled", host, device: bridge, why, by, isOpen: true };
}
