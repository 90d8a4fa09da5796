import { canonicalIp, familyOf } from "../core/ip";
import { AF } from "../netlink/ip";
import type { Request } from "../netlink/message";
import { delNeighbor, listNeighbors, type NeighborValues, NTF, NUD, setNeighbor } from "../netlink/neighbor";
import { namesOf } from "./link";
import type { Looking } from "./looking";
import type { Place, Words } from "./words";

export interface Neighbor {
  device: string;
  address: string;
  mac?: string;
  router: boolean;
  proxy: boolean;
}

/** The entries, of one device or of all, that somebody has made, and not the kernel of what it heard; none where it is not there. */
export async function showNeighbors(kernel: Looking, netns: string | undefined, device?: string): Promise<Neighbor[]> {
  const all = await kernel.look(netns, ["ip", "neigh", "show", "nud", "permanent"], async (netlink, file) => {
    const [entries, proxies, nameOf] = await Promise.all([
      listNeighbors(netlink, file, {}),
      listNeighbors(netlink, file, { flags: NTF.proxy }),
      namesOf(kernel, netns),
    ]);
    const made = entries.filter(({ family, state }) => isIp(family) && (state & NUD.permanent) !== 0);
    return [...made, ...proxies.filter(({ family }) => isIp(family))].map(
      ({ index, dst = "", lladdr, flags }): Neighbor => ({
        device: nameOf(index),
        address: canonicalIp(dst) ?? dst,
        ...(lladdr !== undefined && { mac: lladdr }),
        router: (flags & NTF.router) !== 0,
        proxy: (flags & NTF.proxy) !== 0,
      }),
    );
  });
  return (all ?? []).filter((one) => device === undefined || one.device === device);
}

function isIp(family: number): boolean {
  return family === AF.inet || family === AF.inet6;
}

/** `ip neigh` as a request to the kernel. */
export function neighborRequest(words: Words, place: Place): Request {
  const verb = words.next();
  const flags = words.take("proxy") ? NTF.proxy : 0;
  const dst = words.next();
  const values: NeighborValues = { family: AF[familyOf(dst)], dst, flags };
  const to = words.into(values);
  words.each({
    lladdr: to("lladdr"),
    dev: to("index", place.index),
    nud: to("state", (word) => (word === "permanent" ? NUD.permanent : 0)),
    router: () => {
      values.flags = flags | NTF.router;
    },
  });
  if (verb === "add" || verb === "replace") return setNeighbor(values);
  if (verb === "del") return delNeighbor(values);
  throw new Error(`there is no \`ip neigh ${verb}\` here`);
}
