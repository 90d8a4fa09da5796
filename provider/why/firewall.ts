import { familyOf } from "../core/ip";
import { showRuleset } from "../kernel/nft";
import type { Blame, Evidence, Lost } from "./blame";
import { isOfOvs, portAt } from "./bridge";
import { makerOf } from "./culprit";
import { type Ending, endingsOf } from "./endings";
import { hostText } from "./words";

/** The hooks that a packet passes after it was seen last: see the wiki of nftables, "Netfilter hooks". */
const HOOKS = {
  begins: ["output", "postrouting", "egress"],
  passes: ["ingress", "prerouting", "forward", "postrouting", "egress"],
  ends: ["ingress", "prerouting", "input"],
  /** Open vSwitch takes frames from its ports before the host's network sees them. */
  switched: ["ingress"],
  bridged: ["prerouting", "input", "forward", "output", "postrouting"],
};

/** What of a host's firewall can have ended the packet where it was seen last. */
export async function blameFirewall(lost: Lost): Promise<Blame | undefined> {
  const { at, question, live } = lost;
  const host = hostAt(lost);
  if (host === undefined) return undefined;
  const { before, after } = await endingsAround(lost, host);
  const hooks = hooksAfter(lost, host);
  const fits = after.filter(({ family, hook }) =>
    (family === "bridge" ? HOOKS.bridged : family === "arp" ? ["input", "output"] : hooks).includes(hook),
  );
  const others = foreignProtocols(lost);
  if (at.what === "question" && !fits.some(({ family }) => ["arp", "bridge", "netdev"].includes(family)))
    return undefined;
  const grown = fits.filter((one) => hasGrown(one, before));
  const candidates = fits.filter(
    ({ packets, protocols }) => packets === undefined && !protocols.some((one) => others.includes(one)),
  );
  const [ending] = [...grown, ...candidates];
  if (!ending) return undefined;
  const { family, table, chain, hook, verdict, handle } = ending;
  const where = `table ${family} ${table}, chain ${chain} (hook ${hook})`;
  const what = handle === undefined ? `the policy of ${where}` : `a rule of ${where}`;
  const by = live.graph.hosts.get(host)?.firewalls.find((one) => one.family === family && one.name === table)?.by;
  const doubt = grown.includes(ending) || candidates.length === 1 ? "" : " seems to";
  return {
    ...{ direction: at.direction, host, code: verdict === "drop" ? "firewall-drop" : "firewall-reject" },
    why: `The firewall of ${hostText(host)}${doubt} ${doubt ? verdict : `${verdict}s`} the packet: ${what}.`,
    ...(by && { culprit: makerOf(live, by) }),
    proof: grown.includes(ending) ? [countText(ending)] : [],
    todo: "Let the packet through: add a rule that accepts it before that one.",
    line: `${host === "" ? "" : `ip netns exec ${host} `}nft -a list table ${family} ${table}`,
  };

  function hostAt({ at: { last } }: Lost): string | undefined {
    return last ? last.host : question.from;
  }
}

/** What a host's firewall has counted of the packet, of what ends packets. */
export async function countedByFirewall(evidence: Evidence, host: string): Promise<string[]> {
  const { before, after } = await endingsAround(evidence, host);
  return after.filter((one) => hasGrown(one, before)).map(countText);
}

/** What of a host's firewall can end packets, as it was before the packet was sent, and as it is now. */
async function endingsAround({ live: { graph }, kernel }: Evidence, host: string) {
  const before = graph.rulesets?.get(host);
  return { before: endingsOf(before), after: before ? endingsOf(await showRuleset(kernel, host || undefined)) : [] };
}

function countText({ family, table, chain, packets }: Ending): string {
  return `The counter of a rule of table ${family} ${table}, chain ${chain}, has grown by the packet: ${packets}.`;
}

/** What the packet is not, of what rules look into. */
function foreignProtocols({ question: { protocol }, to }: Lost): string[] {
  const [ip, icmp] = familyOf(to) === "inet" ? ["ip", "icmp"] : ["ip6", "icmpv6"];
  const own = [ip, protocol === "icmp" ? icmp : protocol];
  return ["ip", "ip6", "tcp", "udp", "icmp", "icmpv6", "ipv6-icmp", "sctp", "arp"].filter((one) => !own.includes(one));
}

function hooksAfter({ at: { last, direction }, target, live: { graph } }: Lost, host: string): string[] {
  if (!last) return HOOKS.begins;
  if (last.isOut) return [];
  const port = portAt(graph, host, last.device);
  if (port && isOfOvs(graph, port)) return HOOKS.switched;
  return direction === "there" && host === target ? [...HOOKS.ends, ...HOOKS.begins] : HOOKS.passes;
}

function hasGrown(ending: Ending, before: readonly Ending[]): boolean {
  const { packets, family, table, handle, hook } = ending;
  const was = before.find(
    (one) => one.family === family && one.table === table && one.handle === handle && one.hook === hook,
  );
  return packets !== undefined && packets > (was?.packets ?? 0);
}
