import { hasUnknown } from "../../core/values";
import type { Link } from "../../resources/facts";
import { type Device, devicesOf } from "../graph";
import { isDown, type Next, OPEN, type Point, type Wiring } from "./point";

type Vxlan = Extract<Link, { type: "vxlan" }>;
const ALL = "00:00:00:00:00:00";

/** A frame comes out of the vxlan devices of the hosts that it is sent to; whether a packet gets there is not asked here. */
export function overVxlan(wiring: Wiring, device: Device, link: Vxlan, tags: string): Next {
  if (hasUnknown([link.vni, link.port, link.remote, link.group, link.fdb])) return OPEN;
  const { graph, owners } = wiring;
  if (link.group !== undefined) {
    const others = devicesOf(graph).filter(
      (one) => one !== device && isSameNet(one, link) && groupOf(one) === link.group,
    );
    return { points: others.map(arriving), isOpen: graph.unplaced.length > 0 };
  }
  const fdb = link.fdb as { mac?: string; destination?: string }[];
  const flooded = fdb.flatMap(({ mac, destination }) => (mac === ALL && destination ? [destination] : []));
  const remotes = [...(link.remote === undefined ? [] : [link.remote as string]), ...flooded];
  let isOpen = remotes.length < fdb.length;
  const points = remotes.flatMap((remote): Point[] => {
    const hosts = new Set((owners.get(remote) ?? []).map(({ host }) => host));
    hosts.delete(device.host);
    const [host] = hosts;
    // Where several have the address, which of them gets it is for the ways there to say.
    if (host === undefined || hosts.size > 1) {
      isOpen = true;
      return [];
    }
    return [...host.devices.values()].filter((one) => isSameNet(one, link)).map(arriving);
  });
  return { points, isOpen };

  function arriving(other: Device): Point {
    return { at: "in", device: other, tags };
  }
}

function isSameNet(other: Device, { vni, port }: Vxlan): boolean {
  return other.link?.type === "vxlan" && other.link.vni === vni && other.link.port === port && !isDown(other);
}

function groupOf({ link }: Device): unknown {
  return link?.type === "vxlan" ? link.group : undefined;
}
