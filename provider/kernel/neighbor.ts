import { canonicalIp } from "../core/ip";
import type { Kernel } from "./kernel";

/** An entry as `ip -j neigh show` prints it; flags are keys that have null. */
interface Row {
  dst: string;
  /** Only where it is not asked for one device. */
  dev?: string;
  lladdr?: string;
  router?: null;
  proxy?: null;
  state?: string[];
}

export interface Neighbor {
  device: string;
  address: string;
  mac?: string;
  router: boolean;
  proxy: boolean;
}

/** The entries, of one device or of all, that somebody has made, and not the kernel of what it heard; none where it is not there. */
export async function showNeighbors(kernel: Kernel, netns: string | undefined, device?: string): Promise<Neighbor[]> {
  const only = device === undefined ? [] : ["dev", device];
  const show = async (...words: string[]) =>
    (await kernel.show<Row>(netns, ["neigh", "show", ...words, ...only])) ?? [];
  const [entries, proxies] = await Promise.all([show("nud", "permanent"), show("proxy")]);
  return [...entries, ...proxies].map((row) => ({
    device: row.dev ?? device ?? "",
    address: canonicalIp(row.dst) ?? row.dst,
    ...(row.lladdr !== undefined && { mac: row.lladdr }),
    router: "router" in row,
    proxy: "proxy" in row,
  }));
}
