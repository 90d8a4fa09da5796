import { canonicalIp } from "../core/ip";
import type { Kernel } from "./kernel";

/** An entry as `ip -j neigh show dev DEVICE` prints it; flags are keys that have null. */
interface Row {
  dst: string;
  lladdr?: string;
  router?: null;
  proxy?: null;
  state?: string[];
}

export interface Neighbor {
  address: string;
  mac?: string;
  router: boolean;
  proxy: boolean;
}

/** The entries of a device that somebody has made, and not the kernel of what it heard; none where it is not there. */
export async function showNeighbors(kernel: Kernel, netns: string | undefined, device: string): Promise<Neighbor[]> {
  const show = async (...words: string[]) =>
    (await kernel.show<Row>(netns, ["neigh", "show", ...words, "dev", device])) ?? [];
  const [entries, proxies] = await Promise.all([show("nud", "permanent"), show("proxy")]);
  return [...entries, ...proxies].map((row) => ({
    address: canonicalIp(row.dst) ?? row.dst,
    ...(row.lladdr !== undefined && { mac: row.lladdr }),
    router: "router" in row,
    proxy: "proxy" in row,
  }));
}
