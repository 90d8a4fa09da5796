import { grouped } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { deviceAt, type Graph, graphOf, type LiveFacts } from "../model/graph";
import type { Resource } from "../model/resources";
import { IFA_F, listAddresses } from "../netlink/address";
import { AF } from "../netlink/ip";
import { listLinks } from "../netlink/link";
import { listNeighbors, type Neighbor, NUD } from "../netlink/neighbor";

/** The facts of all devices of a host, by their names. */
export type HostFacts = ReadonlyMap<string, LiveFacts>;

/** IFF_… of linux/if.h. */
const IFF = { noarp: 0x80, lowerUp: 0x10000 };
/** BR_STATE_… of linux/if_bridge.h, in the words of `bridge link`. */
const PORT_STATES = ["disabled", "listening", "learning", "forwarding", "blocking"];

/** What the kernel shows of the devices of a namespace beside what kinds tell; undefined where that is not there. */
export function readFacts(kernel: Kernel, namespace: string | undefined): Promise<HostFacts | undefined> {
  return kernel.look(namespace, ["ip", "-d", "-s", "addr", "show"], async (netlink, file) => {
    const links = await listLinks(netlink, file);
    const addresses = grouped(await listAddresses(netlink, file), ({ index }) => index);
    const neighbors = grouped(await listNeighbors(netlink, file, {}), ({ index }) => index);
    return new Map(
      links.map(({ index, ifname = "", flags, linkinfo }): [string, LiveFacts] => {
        const { slaveKind, slaveData } = linkinfo ?? {};
        const state = slaveKind === "bridge" && slaveData && "state" in slaveData ? slaveData.state : undefined;
        return [
          ifname,
          {
            ...{ index, hasCarrier: (flags & IFF.lowerUp) !== 0, isWithoutArp: (flags & IFF.noarp) !== 0 },
            ...(state !== undefined && { portState: PORT_STATES[state] ?? String(state) }),
            unusable: new Map((addresses.get(index) ?? []).flatMap(unusable)),
            neighbors: new Map((neighbors.get(index) ?? []).flatMap(learnt)),
          },
        ];
      }),
    );
  });
}

/** The graph of these resources, with what the kernel knows of their devices. */
export function graphWithFacts(resources: readonly Resource[], facts: ReadonlyMap<string, HostFacts>): Graph {
  const graph = graphOf(resources);
  for (const [namespace, devices] of facts)
    for (const [name, live] of devices) {
      const device = deviceAt(graph, { namespace, name });
      if (device) device.live = live;
    }
  return graph;
}

/** One that is about to be asked for anew, or that somebody has made, is none. */
function learnt({ family, dst, lladdr, state }: Neighbor): [string, string][] {
  const isOfIp = family === AF.inet || family === AF.inet6;
  return isOfIp && dst !== undefined && lladdr !== undefined && (state & NUD.reachable) !== 0 ? [[dst, lladdr]] : [];
}

function unusable({
  local,
  address,
  flags = 0,
}: Awaited<ReturnType<typeof listAddresses>>[number]): [string, string][] {
  const text = local ?? address ?? "";
  if ((flags & IFA_F.dadfailed) !== 0) return [[text, "dadfailed"]];
  return (flags & IFA_F.tentative) === 0 ? [] : [[text, "tentative"]];
}
