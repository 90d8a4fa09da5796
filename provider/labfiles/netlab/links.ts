import type { Link } from "./linkForms";
import type { Context, End } from "./linkParts";
import { isLinux } from "./nodes";
import { addPlain } from "./plainLinks";
import { addVlanLink } from "./vlanLinks";
import { isSwitched, vlanLink } from "./vlanPorts";

/** What this reader makes something of; all else is listed. */
const KNOWN = new Set([
  ...[
    "prefix",
    "pool",
    "mtu",
    "type",
    "tc",
    "name",
    "bridge",
    "role",
    "gateway",
    "ipv4",
    "ipv6",
    "ifindex",
    "ifname",
    "disable",
  ],
  ...["linkindex", "_linkname"],
]);
const WHY: Record<string, string> = {
  bandwidth: "it is a figure for routing protocols: `tc.rate` is a rate that packets see",
  unnumbered: "no device has the address of another one",
  ra: "nothing sends router advertisements: hosts have their default route of IPv6",
  group: "groups of links have no names",
};

/** A link as a cable or a switch, with the addresses that netlab gives; the counters tell how devices are called. */
export function addLink(link: Link, number: number, context: Context, counters: Map<string, number>): void {
  const { file, nodes, switches } = context;
  const { said, path } = link;
  if (said.disable === true) return void file.leave(path, "it is disabled");
  const vlan = vlanLink(link, switches.vlans, nodes, (at, why) => file.leave(at, why));
  const isKnown = (key: string) => KNOWN.has(key) || (key === "vlan" && vlan !== undefined) || key === "lag";
  for (const key of Object.keys(said))
    if (!isKnown(key)) file.leave([...path, key], WHY[key] ?? `nothing in the program stands for \`${key}\` of a link`);
  for (const end of link.ends)
    for (const key of Object.keys(end.said))
      if (!isKnown(key))
        file.leave([...end.path, key], WHY[key] ?? `nothing in the program stands for \`${key}\` of an interface`);
  if (link.bonded)
    file.leave([...path, "lag"], `one cable stands for the ${link.bonded} of it: \`lab\` bonds no devices`);
  else if (said.lag !== undefined) file.leave([...path, "lag"], "it has no list of `members` with cables");
  if (said.type === "tunnel" || (said.type === "lag" && !link.bonded))
    return void file.leave(path, `no kind makes a link of type ${said.type}`);
  const count = (kind: string, node: string, said?: unknown): number => {
    const own = counters.get(`${kind} ${node}`) ?? 0;
    const next = typeof said === "number" ? said : own + 1;
    counters.set(`${kind} ${node}`, Math.max(own, next));
    return next;
  };
  const kind = link.bonded ? "bond" : said.type === "loopback" ? "lo" : "eth";
  const ends = link.ends.map((end, index) => {
    // The devices of a bond have names of their own.
    for (let member = 0; member < (link.bonded ?? 0); member += 1) count("eth", end.node);
    const next = count(kind, end.node, end.said.ifindex);
    const device = typeof end.said.ifname === "string" ? end.said.ifname : `${kind}${next}`;
    return { ...end, device, index, of: nodes.get(end.node) };
  });
  refuseTwice(link, ends, context);
  const there = ends.filter((end): end is typeof end & End => {
    const { of, node } = end;
    if (!of) file.refuse(path, `the file has no node ${node}`, context.moreNodes);
    else if (!isLinux(of.device)) file.leave(path, `its end ${node} is ${of.device}, which is not Linux`);
    return of !== undefined && isLinux(of.device);
  });
  if (vlan && isSwitched(vlan)) addVlanLink(link, number, there, vlan, context);
  else addPlain(link, number, there, { ...context, pool: vlan?.untagged?.said.pool });
}

/** A device is the end of one link alone, and no link is from a node to itself. */
function refuseTwice({ path }: Link, all: readonly Omit<End, "of">[], { file, ends }: Context): void {
  const [first, second] = all;
  if (all.length === 2 && first?.node === second?.node)
    file.refuse(path, `both of its ends are ${first?.node}: a link joins two nodes`);
  for (const { node, device } of all) {
    const before = ends.get(`${node} ${device}`);
    if (before)
      file.refuse(path, `${device} of ${node} is the end of another link already, in line ${file.line(before)}`);
    ends.set(`${node} ${device}`, path);
  }
}
