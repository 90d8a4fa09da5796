import { parseSubnet, sizeOf } from "../../../provider/core/subnet";
import type { Json } from "../../../provider/core/values";
import { NUMBERS } from "../../../provider/lab/addresses";
import { places } from "../../../provider/lab/hash";
import type { Lab } from "../../../provider/lab/lab";
import type { Said } from "./labDescriptions";

/** What can be done to one host of a random lab, so that nothing else may change. */
export interface LabChange {
  what: "add" | "remove" | "rename";
  after: Said;
  /** The hosts that it is about. */
  hosts: string[];
}

type Expand = (said: object) => Lab;

/** Changes of hosts on the first switch; none where two names have one address, or the host is on several networks. */
export function changesIn(said: Said, expand: Expand, at: number): LabChange[] {
  const [name = "", one] = Object.entries(said.switches)[0] ?? [];
  const own = one?.hosts ?? [];
  if (hasJoinedSwitches(said) || !isWithoutClash(said, expand)) return [];
  const having = (hosts: string[]): Said => ({
    ...said,
    switches: { ...said.switches, [name]: { ...one, hosts } as Json & { hosts: string[] } },
  });
  const { hosts } = expand(said);
  const place = at % (own.length + 1);
  const leaves = own.filter((host) => host.startsWith("h") && hosts[host]?.devices.length === 1);
  const gone = leaves[at % leaves.length];
  const all: LabChange[] = [
    { what: "add", after: having([...own.slice(0, place), "new", ...own.slice(place)]), hosts: ["new"] },
  ];
  if (gone !== undefined) {
    all.push({ what: "remove", after: having(own.filter((host) => host !== gone)), hosts: [gone] });
    const renamed = own.map((host) => (host === gone ? "other" : host));
    all.push({ what: "rename", after: having(renamed), hosts: [gone, "other"] });
  }
  return all.filter(({ after }) => isWithoutClash(after, expand));
}

/** Whether an element, as JSON, is about one of some hosts. */
export function isOf(text: string, hosts: readonly string[]): boolean {
  return hosts.some((host) => new RegExp(`["-]${host}"`).test(text));
}

/** Their lists are one after the other, so that the end of the first is none of the network. */
export function hasJoinedSwitches({ links, switches }: Said): boolean {
  return links.some(({ between }) => between.every((end) => end in switches));
}

/** Whether each host on the first switch has the address that it would have alone. */
function isWithoutClash(said: Said, expand: Expand): boolean {
  const [name = "", { hosts = [] } = {}] = Object.entries(said.switches)[0] ?? [];
  const subnet = parseSubnet(expand(said).networks[name]?.subnet ?? "");
  const room = subnet ? Number(sizeOf(subnet)) - 2 : NUMBERS;
  const firsts = hosts.map((host) => places(host, Math.min(room, NUMBERS)).next().value);
  return new Set(firsts).size === hosts.length;
}
