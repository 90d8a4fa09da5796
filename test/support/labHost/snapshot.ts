import type { LabHost } from "./labHost";

/** What the kernel shows of one network namespace, in the words of the tools that showed it. */
export interface Network {
  links: Row[];
  addresses: Row[];
  routes: Row[];
  rules: Row[];
  /** The names of the namespaces that this one has numbers for. */
  numbers: Row[];
  /** `sysctl -a`, the keys below `net.`. */
  sysctls: string[];
  /** The devices and the IPv6 addresses as /proc/net has them. */
  devices: string[];
  inet6: string[];
  /** The forwarding entries that lead to other hosts, and the VLANs of bridges and their ports. */
  fdb: Row[];
  vlans: Row[];
  /** The permanent ones, and the proxies'. */
  neighbors: Row[];
  /** The qdiscs that somebody has put there. */
  qdiscs: Row[];
  /** Each table of nftables, as nft lists it. */
  tables: string[];
}

export interface Snapshot {
  /** All that is under /run, namespaces' names too. */
  files: string[];
  /** By namespace; the host's own has the name "". */
  networks: Record<string, Network>;
}

type Row = Record<string, unknown>;

/** What `ip` and `bridge` are asked, each in one process: the start of one takes longer than its look. */
const IP = {
  addresses: "addr show",
  routes: "route show table all",
  rules4: "rule show",
  numbers: "netns list-id",
  permanent: "neigh show nud permanent",
  proxies: "neigh show proxy",
};
const BRIDGE = { allFdb: "fdb show", vlans: "vlan show" };

const SCRIPT = [
  "ip -j -d link",
  `echo '${Object.values(IP).join("\\n")}' | ip -j -batch -`,
  "ip -j -6 rule",
  `echo '${Object.values(BRIDGE).join("\\n")}' | bridge -j -batch -`,
  "tc -j -r qdisc show",
  "grep -rs ^ /proc/sys/net",
  "cat /proc/net/dev",
  "cat /proc/net/if_inet6",
  "nft -s list ruleset 2>/dev/null || true",
].join("; echo ---; ");

/** All that the host shows of itself to a second reader, to compare a before with an after. */
export async function snapshot(host: LabHost): Promise<Snapshot> {
  const files = (await host.run(["find", "/run", "-mindepth", "1"])).split("\n").sort();
  const names = ["", ...files.flatMap((file) => /^\/run\/netns\/(.+)$/.exec(file)?.[1] ?? [])];
  const networks = await Promise.all(names.map(async (name) => [name, await network(host, name)] as const));
  return { files, networks: Object.fromEntries(networks) };
}

/** One namespace as it is: for what must not change to the byte. */
async function network(host: LabHost, name: string): Promise<Network> {
  const door = name === "" ? [] : ["nsenter", `--net=/run/netns/${name}`, "--"];
  const parts = (await host.run([...door, "sh", "-c", SCRIPT])).split(/^---$/m);
  const [link, ip, rule6, bridge, tc, sysctls, devices, inet6, nft] = parts as Parts;
  const { addresses, routes, rules4, numbers, permanent, proxies } = answers(IP, ip);
  const { allFdb, vlans } = answers(BRIDGE, bridge);
  return {
    links: rowsIn(link),
    ...{ addresses, routes, numbers, vlans },
    rules: [...rules4, ...rowsIn(rule6).map((rule) => ({ family: "inet6", ...rule }))],
    fdb: allFdb.filter(({ dst }) => dst !== undefined),
    neighbors: [...permanent, ...proxies],
    qdiscs: rowsIn(tc).filter(({ handle }) => handle !== "0:"),
    sysctls: linesOf(sysctls).map(asSysctl).sort(),
    devices: linesOf(devices).map((line) => line.split(":")[0] ?? ""),
    inet6: linesOf(inet6),
    tables: [...nft.matchAll(/^table [\s\S]*?^}$/gm)].map(([table]) => table),
  };
}

type Parts = [string, string, string, string, string, string, string, string, string];

/** What was answered to each line of a batch, in a line of its own. */
function answers<K extends string>(asked: Record<K, string>, text: string): Record<K, Row[]> {
  const lines = linesOf(text);
  const keys = Object.keys(asked) as K[];
  if (lines.length !== keys.length) throw new Error(`${lines.length} answers to ${keys.join(", ")}:\n${text}`);
  return Object.fromEntries(keys.map((key, index) => [key, rowsIn(lines[index] ?? "")])) as Record<K, Row[]>;
}

/** What runs by itself, in bridges, and what qdiscs count, is no change. */
function rowsIn(text: string): Row[] {
  const runs = (key: string) => key.endsWith("_timer") || key === "direct_packets_stat";
  return JSON.parse(text.trim() || "[]", (key, value) => (runs(key) ? undefined : value));
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

/** As sysctl(8) shows it, which takes three times as long: the file and the value. */
function asSysctl(line: string): string {
  const at = line.indexOf(":");
  const parts = line.slice("/proc/sys/".length, at).split("/");
  return `${parts.map((part) => part.replaceAll(".", "/")).join(".")} = ${line.slice(at + 1)}`;
}

/**
 * The networks of a snapshot without what differs from one making of the same lab to the next: the kernel's numbers,
 * random MAC addresses and the link-local addresses that come of them, the random end of a mark. `given` are the MAC
 * addresses that the lab asks for.
 */
export function comparable({ networks }: Snapshot, given: readonly string[] = []): Record<string, unknown> {
  const all = Object.entries(networks).map(([name, seen]) => {
    const links = byName(seen.links).map((link) => clean({ ...link, peer: peerOf(link, seen, networks) }, given));
    const addresses = byName(seen.addresses).map((link) => {
      const infos = (link.addr_info as Row[]).filter(
        (info) => info.protocol !== "kernel_ll" && !EUI64.test(String(info.local)),
      );
      return clean({ ...link, addr_info: infos.map((info) => clean(info, given)) }, given);
    });
    const routes = seen.routes
      .filter(({ dst }) => !String(dst).startsWith("fe80:"))
      .map((route) => text(clean(route, given)));
    const inet6 = seen.inet6.filter((line) => !EUI64_PROC.test(line)).map((line) => line.replace(/^(\S+) \S+/, "$1"));
    const { rules, sysctls, devices, vlans } = seen;
    const fdb = seen.fdb.map(({ ifname, mac, dst }) => `${ifname} ${mac} ${dst}`).sort();
    return [
      name,
      {
        links,
        addresses,
        routes: routes.sort(),
        // Of one priority they may come in any order (docs/reference).
        rules: rules.map(text).sort(),
        sysctls: [...sysctls].sort(),
        devices: [...devices].sort(),
        inet6: inet6.sort(),
        fdb,
        vlans: byName(vlans),
        neighbors: seen.neighbors.map(text).sort(),
        qdiscs: sortedBy(["dev", "parent"], seen.qdiscs).map(({ refcnt: _, ...row }) => ({
          ...row,
          handle: givenHandle(String(row.handle)),
        })),
        tables: seen.tables.map((table) => table.replace(TOKEN, ":TOKEN")).sort(),
      },
    ];
  });
  return Object.fromEntries(all);
}

// Without the noughts that an address is written without.
const EUI64 = /^fe80::([0-9a-f]{1,4}:)?[0-9a-f]{0,2}ff:fe[0-9a-f]{2}:[0-9a-f]{1,4}$/;
const EUI64_PROC = /^fe80000000000000[0-9a-f]{6}fffe/;
/** The random end of a mark. */
const TOKEN = /:[0-9a-f]{18}(?=$|")/;
const NUMBERS = new Set(["ifindex", "link_index", "link_netnsid", "link", "tentative"]);
/** What a bridge takes from its ports, and keeps when they leave. */
const KEPT = /^[tg]so_max_/;

function clean(row: Row, given: readonly string[]): Row {
  const entries = Object.entries(row).filter(
    ([key, value]) => !NUMBERS.has(key) && !KEPT.test(key) && value !== undefined,
  );
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === "address" && /^([0-9a-f]{2}:){5}/.test(String(value)) && !given.includes(String(value)))
        return [key, "random"];
      // Which of the two it is hangs on what else has the other end's number here.
      if (key === "operstate" && value === "LOWERLAYERDOWN") return [key, "DOWN"];
      if (key === "linkinfo") return [key, withoutNumbers(value as Row)];
      if (key === "ifalias") return [key, String(value).replace(TOKEN, ":TOKEN")];
      return [key, value];
    }),
  );
}

/** What the kernel counts, and makes of MAC addresses, in a type's own data. */
const COUNTED = /^(bridge_id|root_id|root_port|id|no|designated_\w+|topology_change\w*|config_pending)$/;

export function withoutNumbers(info: Row): Row {
  const entries = Object.entries(info).map(([key, value]) => {
    if (key !== "info_data" && key !== "info_slave_data") return [key, value];
    // The number of a VXLAN is its own.
    const isOwn = (name: string) => !COUNTED.test(name) || (name === "id" && key === "info_data");
    return [key, Object.fromEntries(Object.entries(value as Row).filter(([name]) => isOwn(name)))];
  });
  return Object.fromEntries(entries);
}

/** The other end of a veth, by the names of its namespace and of itself. */
function peerOf(link: Row, seen: Network, networks: Snapshot["networks"]): string | undefined {
  if (typeof link.link === "string") return link.link;
  const number = seen.numbers.find(({ nsid }) => nsid === link.link_netnsid);
  const name = number?.name as string | undefined;
  const other =
    name === undefined ? undefined : networks[name]?.links.find(({ ifindex }) => ifindex === link.link_index);
  return other ? `${name}/${other.ifname}` : link.link_index === undefined ? undefined : "elsewhere";
}

/** The kernel's own begin at 8000 and do not come again. */
function givenHandle(handle: string): string {
  return handle.length > 4 && /^[89a-f]/.test(handle) ? "own" : handle;
}

function byName(rows: Row[]): Row[] {
  return sortedBy(["ifname"], rows);
}

function sortedBy(keys: readonly string[], rows: Row[]): Row[] {
  const nameOf = (row: Row) => keys.map((key) => String(row[key])).join(" ");
  return [...rows].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function text(row: Row): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
