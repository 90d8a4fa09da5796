import { downAt, unclear } from "../frames/links";
import type { After, Next } from "../frames/point";
import { isSameNet, remotesOf, saidToBeAt, underlayOf } from "../frames/vxlan";
import { type Device, deviceLabel, devicesOf, isKnown } from "../graph";
import type { Drop, Packet } from "./types";
import { send } from "./walk";
import type { World } from "./world";

/** A tunnel in a tunnel in a tunnel. */
const DEEPEST = 4;

/** How the frames of a vxlan device get to the others of its network: each by a walk of its own. */
export function tunnelsIn(world: World): (device: Device) => After {
  let depth = 0;
  return (device) => {
    if (depth >= DEEPEST) return [{ end: unclear(device, "where it leads: it leads into itself") }];
    depth++;
    try {
      return endsOf(world, device);
    } finally {
      depth--;
    }
  };
}

function endsOf(world: World, device: Device): After {
  const remotes = remotesOf(device);
  if (!remotes) return [{ end: unclear(device, "where its other ends are") }];
  if (remotes.group !== undefined) return [{ end: unclear(device, "who is in its multicast group") }];
  const others = devicesOf(world.graph).filter((one) => one !== device && isSameNet(one, device));
  const direct = remotes.flooded.map((remote) => endOf(world, device, others, remote));
  const isLearning = device.link?.type === "vxlan" && device.link.learning === true;
  const learnt = others.filter((other) => isLearning && leadsTo(world, other, device));
  const nobody = noRemote(device, direct.flat());
  const toOne = remotes.single.map((remote) => onlyLearnt(endOf(world, device, others, remote), nobody));
  const all = [...direct, ...toOne].flat();
  const rest = others.filter((other) => !all.some((one) => !("end" in one) && one.device === other));
  return [
    ...all,
    ...rest.map(
      (other): Next => ({
        ...{ at: "in" as const, device: other, tags: "" },
        ...(learnt.includes(other) ? { onlyLearnt: nobody } : { drop: nobody }),
      }),
    ),
  ];
}

/** Why it sends nothing to one that it has not learnt of. */
function noRemote(device: Device, direct: After): Drop {
  const { host } = device;
  const [end] = direct.flatMap((one) => ("end" in one ? [one.end] : []));
  if (end) return end;
  const none = "has neither a remote nor a group nor an fdb: it sends to nobody first";
  const why = `${deviceLabel(device)} ${direct.length === 0 ? none : "sends to others only"}.`;
  return { code: "no-remote", host, device, why, by: [device.by] };
}

function endOf(world: World, device: Device, others: readonly Device[], remote: string): After {
  const link = device.link as { local?: string; port: number; device?: string };
  const into = (end: Device, drop: Drop | undefined): Next => ({
    ...{ at: "in", device: end, tags: "", drop: drop ?? downAt(end) },
    decided: () => ({ by: "tunnel", text: `in UDP to ${remote}`, resources: device.by ? [device.by] : [] }),
  });
  const said = saidToBeAt(device, others, remote);
  if (said.length > 0) return said.map((end) => into(end, undefined));
  const packet: Packet = {
    ...{
      family: remote.includes(":") ? "inet6" : "inet",
      protocol: "udp",
      source: link.local,
      destination: remote,
      port: link.port,
    },
    ...{ size: 0, df: false, mark: 0, ttl: 64, isReply: false, learnt: [], tracked: [] },
  };
  const outcomes = send(world, { hops: [], doubts: [] }, underlayOf(device), packet, link.device);
  return outcomes.flatMap((outcome): After => {
    const [host] = new Set(outcome.drop ? world.owners(remote).map((own) => own.device.host) : [outcome.at]);
    const ends = others.filter((one) => underlayOf(one) === host);
    const doubt = outcome.doubts[0];
    const drop = outcome.drop ? broken(device, outcome.drop) : doubt;
    if (ends.length === 0) {
      const why = `${deviceLabel(device)} sends to ${remote}, where no vxlan device of its vni and port is.`;
      return [{ end: { ...(drop ?? { code: "no-tunnel", host: device.host, device, why, by: [device.by] }) } }];
    }
    return ends.map((end) => into(end, drop));
  });
}

function leadsTo(world: World, other: Device, device: Device): boolean {
  if (other.link?.type !== "vxlan" || !isKnown(other.link.remote)) return false;
  return world.owners(other.link.remote).some((own) => own.device.host === underlayOf(device));
}

function onlyLearnt(after: After, drop: Drop): After {
  return after.map((one) => ("end" in one ? one : { ...one, onlyLearnt: drop }));
}

function broken(device: Device, drop: Drop): Drop {
  return {
    ...drop,
    code: drop.isOpen ? drop.code : "tunnel-broken",
    why: `The tunnel ${deviceLabel(device)} does not reach its other end: ${drop.why}`,
  };
}
