import type { Kernel } from "../../../provider/kernel/kernel";
import { namesOf } from "../../../provider/kernel/link";
import type { Device } from "../../../provider/kernel/linkRow";
import { MAIN_TABLE, type ShownRoute, showRoutes } from "../../../provider/kernel/route";
import { showRules, wordsOf } from "../../../provider/kernel/rule";
import { readSysctl } from "../../../provider/kernel/sysctl";
import { AF } from "../../../provider/netlink/ip";
import { listNeighbors } from "../../../provider/netlink/neighbor";
import type { Table } from "../protocol";
import { processesIn } from "./processes";

const FAMILIES = ["inet", "inet6"] as const;
/** NUD_… of linux/neighbour.h, from the lowest bit on. */
const NEIGHBOR_STATES = ["INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED", "NOARP", "PERMANENT"];
/** What decides in a lab whether packets go on and who answers ARP. */
const HOST_SYSCTLS = ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding", "net.ipv4.conf.all.rp_filter"];
const DEVICE_SYSCTLS = ["rp_filter", "accept_local", "arp_ignore", "arp_announce", "proxy_arp", "forwarding"];

/** All that is to be seen of a host. */
export async function hostTables(kernel: Kernel, host: string): Promise<Table[]> {
  const netns = host === "" ? undefined : host;
  const devices = (await kernel.devices(netns)) ?? [];
  const tables = await Promise.all([
    deviceTable(devices),
    routeTable(kernel, netns),
    ruleTable(kernel, netns),
    neighborTable(kernel, netns),
    sysctlTable(kernel, netns, devices),
    firewallTable(kernel, netns),
    processesIn(netns),
  ]);
  return tables.filter(({ rows }) => rows.length > 0);
}

function deviceTable(devices: readonly Device[]): Table {
  const rows = devices.map(({ ifname, linkinfo, operstate, address, mtu, addr_info, master }) => [
    ifname,
    linkinfo?.info_kind ?? "",
    operstate,
    address,
    String(mtu),
    addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`).join("\n"),
    master ?? "",
  ]);
  return { title: "Devices", head: ["device", "type", "state", "MAC", "MTU", "addresses", "port of"], rows };
}

async function routeTable(kernel: Kernel, netns: string | undefined): Promise<Table> {
  const routes = await Promise.all(FAMILIES.map((family) => showRoutes(kernel, netns, family)));
  const rows = routes.flat().filter(isOfInterest).map(routeRow);
  return { title: "Routes", head: ["destination", "by", "table", "metric", "made by"], rows };
}

/** The table `local` says what addresses say already. */
function isOfInterest({ table }: ShownRoute): boolean {
  return table !== 255;
}

function routeRow({ destination, table, metric, route, isByKernel }: ShownRoute): string[] {
  const hops = route?.nexthops ?? (route ? [route] : []);
  const ways = hops.map(({ gateway, device }) =>
    [...(gateway === undefined ? [] : ["via", gateway]), ...(device === undefined ? [] : ["dev", device])].join(" "),
  );
  const by = route && route.type !== "unicast" ? route.type : ways.join("\n");
  return [destination, by, table === MAIN_TABLE ? "main" : String(table), String(metric), isByKernel ? "kernel" : ""];
}

async function ruleTable(kernel: Kernel, netns: string | undefined): Promise<Table> {
  const rules = await Promise.all(FAMILIES.map((family) => showRules(kernel, netns, family)));
  const rows = rules.flatMap((shown, index) =>
    shown.map(({ rule }) => [index === 0 ? "IPv4" : "IPv6", String(rule.priority), wordsOf(rule).slice(2).join(" ")]),
  );
  return { title: "Rules", head: ["family", "priority", "rule"], rows };
}

async function neighborTable(kernel: Kernel, netns: string | undefined): Promise<Table> {
  const rows = await kernel.look(netns, ["ip", "neigh", "show"], async (netlink, file) => {
    const [entries, nameOf] = await Promise.all([listNeighbors(netlink, file, {}), namesOf(kernel, netns)]);
    return entries
      .filter(({ family, state }) => (family === AF.inet || family === AF.inet6) && (state & NOARP) === 0)
      .map(({ index, dst = "", lladdr = "", state }) => [nameOf(index), dst, lladdr, stateWord(state)]);
  });
  return { title: "Neighbours", head: ["device", "address", "MAC", "state"], rows: rows ?? [] };
}

const NOARP = 0x40;

function stateWord(state: number): string {
  return NEIGHBOR_STATES.filter((_, bit) => (state & (1 << bit)) !== 0).join(" ") || "NONE";
}

async function sysctlTable(kernel: Kernel, netns: string | undefined, devices: readonly Device[]): Promise<Table> {
  const ofDevice = (name: string) => DEVICE_SYSCTLS.map((key) => `net.ipv4.conf.${name.replaceAll(".", "/")}.${key}`);
  const keys = [...HOST_SYSCTLS, ...devices.flatMap(({ ifname }) => ofDevice(ifname))];
  const values = await Promise.all(keys.map((key) => readSysctl(kernel, netns, key)));
  const set = keys.flatMap((key, index) =>
    values[index] === undefined || values[index] === "0" ? [] : [[key, values[index]]],
  );
  return { title: "Sysctls (those that are not 0)", head: ["key", "value"], rows: set };
}

async function firewallTable(kernel: Kernel, netns: string | undefined): Promise<Table> {
  const text = await kernel.ask(netns, ["nft", "list", "ruleset"], "list the firewall").catch(() => undefined);
  return { title: "Firewall", head: [], rows: text?.trim() ? [[text.trim()]] : [] };
}
