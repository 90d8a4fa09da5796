import type { Device } from "../graph";
import type { Frame } from "./flood";
import type { Decision, Drop, Hop, Trail } from "./types";

/** What a frame passes on its way between two hosts: bridges, each a hop of its own. */
export function hopsOf(last: Frame): Hop[] {
  const hops: Hop[] = [];
  for (let frame: Frame | undefined = last; frame; frame = frame.before) {
    const { decided, before, device } = frame;
    if (!decided || !before) continue;
    hops.unshift({ host: device.host.name, in: portBefore(before).name, out: device.name, decided: [decided(before)] });
  }
  return hops;
}

/** By which a frame has come in, maybe through several bridges of Open vSwitch. */
function portBefore({ at, before, device }: Frame): Device {
  return at === "bridge" && before ? portBefore(before) : device;
}

export function withHops(trail: Trail, ...hops: Hop[]): Trail {
  return { ...trail, hops: [...trail.hops, ...hops] };
}

export function withDoubt(trail: Trail, ...doubts: (Drop | undefined)[]): Trail {
  const more = doubts.filter((doubt) => doubt !== undefined);
  return more.length === 0 ? trail : { ...trail, doubts: [...trail.doubts, ...more] };
}

export function hopOf(device: Device | undefined, out: Device | undefined, host: string, decided: Decision[]): Hop {
  return { host, ...(device && { in: device.name }), ...(out && { out: out.name }), decided };
}
