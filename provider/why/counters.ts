import { readdirSync, readFileSync } from "node:fs";
import type { Netlink } from "../netlink/netlink";

/** What the kernel counts in a namespace, by the names that nstat(8) has, and of devices as `eth0 rx_dropped`. */
export type Counters = ReadonlyMap<string, bigint>;

/** Never /proc/net, which is the main thread's. */
const NET = "/proc/thread-self/net";
/** Of devices: struct rtnl_link_stats in the order of /proc/net/dev. */
const COLUMNS = [
  ...["rx_bytes", "rx_packets", "rx_errors", "rx_dropped", "rx_fifo", "rx_frame", "rx_compressed", "rx_multicast"],
  ...["tx_bytes", "tx_packets", "tx_errors", "tx_dropped", "tx_fifo", "tx_colls", "tx_carrier", "tx_compressed"],
];

export function readCounters(netlink: Netlink, file: string | undefined): Counters {
  return netlink.enter(file, () => {
    const found = new Map<string, bigint>();
    for (const name of ["snmp", "netstat"]) readPairs(text(name), found);
    for (const line of text("snmp6").split("\n")) {
      const [name, value] = line.split(/\s+/);
      if (name && value) found.set(name, BigInt(value));
    }
    for (const line of text("dev").split("\n").slice(2)) {
      const [device, rest = ""] = line.trim().split(/:\s*/);
      for (const [at, value] of rest.split(/\s+/).entries())
        if (device && value) found.set(`${device} ${COLUMNS[at]}`, BigInt(value));
    }
    readCaches(found);
    return found;
  });
}

/** What has grown between two readings. */
export function growth(before: Counters, after: Counters): [name: string, by: number][] {
  return [...after].flatMap(([name, value]): [string, number][] => {
    const by = Number(value - (before.get(name) ?? 0n));
    return by > 0 ? [[name, by]] : [];
  });
}

/** Two lines for each group: its names, then their values. */
function readPairs(lines: string, found: Map<string, bigint>): void {
  let names: string[] = [];
  for (const line of lines.split("\n")) {
    const [group = "", ...words] = line.split(" ");
    if (words.length === 0) continue;
    const isValues = words.every((word) => /^-?\d+$/.test(word));
    if (!isValues) names = words;
    else for (const [at, word] of words.entries()) found.set(`${group.slice(0, -1)}${names[at]}`, BigInt(word));
  }
}

/** What became of neighbours, and of the routes to them: one line a processor, in hexadecimal. */
function readCaches(found: Map<string, bigint>): void {
  const folder = `${NET}/stat`;
  for (const name of listed(folder).filter((one) => ["arp_cache", "ndisc_cache"].includes(one))) {
    const [head = "", ...lines] = readFileSync(`${folder}/${name}`, "utf8").trim().split("\n");
    const names = head.trim().split(/\s+/);
    for (const line of lines)
      for (const [at, word] of line.trim().split(/\s+/).entries()) {
        const key = `${name} ${names[at]}`;
        if (names[at] !== "entries") found.set(key, (found.get(key) ?? 0n) + BigInt(`0x${word}`));
      }
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty where the kernel has no such file, as one without IPv6 has none of snmp6. */
function text(name: string): string {
  try {
    return readFileSync(`${NET}/${name}`, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
