import type { Json } from "../../provider/core/values";
import { type Network, type Snapshot, withoutNumbers } from "../support/labHost/snapshot";
import type { Resource } from "../support/programs/program";

type Row = Record<string, unknown>;

/** What a second reader sees of one resource, given by the names in the kernel: another text once it was changed or made anew. */
export function viewOf({ type, name, inputs }: Resource, seen: Snapshot): string {
  const home = type === "Namespace" ? String(inputs.name ?? name) : String(inputs.namespace ?? "");
  const network = seen.networks[home];
  return JSON.stringify(network && (VIEWS[type]?.(inputs, network, seen) ?? "nothing"), withoutCables);
}

/** The metric of an IPv6 route that is given none: IP6_RT_PRIO_USER of linux/ipv6_route.h. */
const METRIC_V6 = 1024;

/** A route's flags tell whether the device has a cable just now, and that is no matter of the route. */
function withoutCables(key: string, value: unknown): unknown {
  return key === "flags" ? (value as string[]).filter((flag) => flag !== "linkdown") : value;
}

const VIEWS: Record<string, (inputs: Json, network: Network, seen: Snapshot) => unknown> = {
  Namespace: (_, network) => isUp(linkOf(network, "lo")),
  VethPair: ({ a, b }, _, seen) => [a, b].map((end) => endOf(end as Json, seen)),
  Bridge: deviceOf,
  Vxlan: deviceOf,
  Macvlan: deviceOf,
  Tap: deviceOf,
  BridgePort({ bridge, device }, network) {
    const port = linkOf(network, device);
    // What the device has of its own type is no matter of the port, nor whether it and the bridge can carry packets.
    const { info_slave_data } = withoutNumbers((port?.linkinfo ?? {}) as Row);
    const { state: _, ...told } = (info_slave_data ?? {}) as Row;
    return port && [port.ifindex, port.master, numberOf(network, bridge), told];
  },
  LinkSettings({ device }, network) {
    const link = linkOf(network, device);
    return link && [link.ifindex, link.mtu, link.txqlen];
  },
  Address: ({ device, address }, network) => [numberOf(network, device), addressOf(network, device, String(address))],
  Route({ destination, device, table = "main", metric }, { routes, links }) {
    const isIt = (row: Row) =>
      row.dst === destination &&
      String(row.table ?? "main") === String(table) &&
      row.metric === (metric ?? (String(destination).includes(":") ? METRIC_V6 : undefined));
    const rows = routes.filter(isIt);
    // Of one that waits there is nothing to see, whatever becomes of its device.
    return rows.length === 0 ? undefined : [links.find(({ ifname }) => ifname === device)?.ifindex, rows];
  },
  Rule: ({ family = "inet", priority, from, fwmark, table = "main" }, { rules }) =>
    rules.filter(
      (row) =>
        row.priority === priority &&
        (row.family ?? "inet") === family &&
        (row.src === "all" ? undefined : `${row.src}/${row.srclen}`) === from &&
        (row.fwmask ? `${row.fwmark}/${row.fwmask}` : row.fwmark) === fwmark &&
        String(row.table) === String(table),
    ),
  Neighbor: ({ device, address }, network) => [
    numberOf(network, device),
    network.neighbors.filter(({ dev, dst }) => dev === device && dst === address),
  ],
  Qdisc: ({ device }, network) => [numberOf(network, device), network.qdiscs.filter(({ dev }) => dev === device)],
  Firewall: ({ family = "inet", name }, { tables }) =>
    tables.filter((table) => table.startsWith(`table ${family} ${name} {`)),
  Sysctl({ key }, network) {
    const [, device] = /^net\.\w+\.(?:conf|neigh)\.([^.]+)\./.exec(String(key)) ?? [];
    const line = network.sysctls.find((one) => one.startsWith(`${key} =`));
    return [device && numberOf(network, device), line];
  },
};

function endOf({ namespace = "", name }: Json, { networks }: Snapshot): unknown {
  const link = networks[String(namespace)]?.links.find(({ ifname }) => ifname === name);
  return link && [link.ifindex, link.ifalias, link.mtu, link.address, isUp(link)];
}

/** A bridge takes its MAC address and mtu from its ports where the program gives none. */
function deviceOf({ name, mac, mtu }: Json, network: Network): unknown {
  const link = linkOf(network, name);
  const { info_data } = withoutNumbers((link?.linkinfo ?? {}) as Row);
  const fdb = network.fdb.filter(({ ifname }) => ifname === name);
  return link && [link.ifindex, link.ifalias, mac && link.address, mtu && link.mtu, isUp(link), info_data, fdb];
}

function addressOf(network: Network, device: unknown, address: string): unknown {
  const [local, length] = address.split("/");
  const infos = network.addresses.find(({ ifname }) => ifname === device)?.addr_info as Row[] | undefined;
  const info = infos?.find((one) => one.local === local && one.prefixlen === Number(length));
  return info && [info.address, info.broadcast, info.label, info.scope, info.nodad];
}

function linkOf({ links }: Network, name: unknown): Row | undefined {
  return links.find(({ ifname }) => ifname === name);
}

function numberOf(network: Network, name: unknown): unknown {
  return linkOf(network, name)?.ifindex;
}

function isUp(link: Row | undefined): boolean {
  return (link?.flags as string[] | undefined)?.includes("UP") ?? false;
}
