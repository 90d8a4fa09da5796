import { isObject } from "../../../provider/core/values";
import type { Finding } from "../../../provider/model/findings";
import { deviceLabel, type Graph } from "../../../provider/model/graph";
import type { Hop, Reach } from "../../../provider/model/reach/types";

/** Who was answered, and the way that the packets took. */
export interface Answered {
  from: string;
  to: string;
  went: Reach;
}

type Claim = (finding: Finding, pair: Answered, graph: Graph) => boolean;

/** What nothing comes by, if it is true: an answered pair whose packets did refutes it. */
export const refutes: Record<string, Claim> = {
  "vlan-not-carried": ({ what }, { went }) =>
    wayOf(went).some((hop) => what.startsWith(`${hop.host}/${hop.out} sends`)),
  "host-prefix": ({ what }, { went }) => wayOf(went).some((hop) => what.includes(` on ${hop.host}/${hop.out} makes`)),
  "address-on-port": ({ what }, { went }) => wayOf(went).some((hop) => what.includes(` is on ${hop.host}/${hop.in}, `)),
  "arp-trap": ({ what }, { from, went }) =>
    went.there[0]?.out !== "lo" && wayOf(went).every(({ host }) => host === from) && what.startsWith(`${from}/`),
  "gateway-missing": byItsRoute,
  "gateway-off-link": byItsRoute,
  "no-way-back": (finding, { from, to, went: { source = "", there } }) =>
    finding.what.startsWith(`${from} sends to ${to} by `) &&
    finding.what.includes(` to ${source}:`) &&
    usesRoute(finding, there),
  "rp-filter-asymmetric": ({ what }, { from, to, went: { source } }) =>
    what.startsWith(`What ${from} (${source}) sends to ${to} `),
  "firewall-drops": ({ what }, { from, to }) => what.endsWith(` from ${from} to ${to}.`),
  "router-without-forwarding": ({ what }, { to, went }) =>
    [went.there, went.back].some((hops) =>
      hops.some(
        (hop) =>
          hop.in !== undefined &&
          hop.out !== undefined &&
          hop.decided.some(({ by }) => by === "route") &&
          what.includes(`but ${hop.host} does not forward: net.${to.includes(":") ? "ipv6" : "ipv4"}.`),
      ),
    ),
  "prefix-mismatch": ({ what }, { to, went: { source = "", there } }) =>
    !there.some(
      (hop) => hop.in !== undefined && hop.out !== undefined && hop.decided.some(({ by }) => by === "route"),
    ) &&
    what.includes(`(${source}/`) &&
    what.includes(` is not, `) &&
    what.includes(`(${to}/`),
  "duplicate-mac": ({ what }, { went }) => {
    const ends = [went.there[0], went.there.at(-1)];
    const [near, far] = [`${ends[0]?.host}/${ends[0]?.out}`, `${ends[1]?.host}/${ends[1]?.in}`];
    return near !== far && what.startsWith(`${near} and ${far} have`);
  },
  "bridge-loop": ({ what }, { went }, graph) =>
    wayOf(went).some(({ host, out = "" }) => {
      const bridge = graph.hosts.get(host)?.devices.get(out)?.bridge;
      return bridge !== undefined && what.includes(`${deviceLabel(bridge)},`);
    }),
};

/** Of these no one pair is sure to fail: large packets, some of the time, who is elsewhere; or the kernel refuses the lab. */
export const OF_NO_PAIR = [
  ...["duplicate-address", "cable-mtu", "bridge-mtu", "subnet-on-two-devices", "trunk-vlans", "ipv6-disabled"],
];

/** What says of an answered pair that it would not be. */
export function refuted(findings: readonly Finding[], pairs: readonly Answered[], graph: Graph): string[] {
  const errors = findings.filter(({ level }) => level === "error");
  return errors.flatMap((finding) => {
    const pair = pairs.find((one) => refutes[finding.code]?.(finding, one, graph));
    return pair ? [`${finding.code}: ${finding.what} But ${pair.from} reaches ${pair.to}.`] : [];
  });
}

function wayOf({ there, back }: Reach): Hop[] {
  return [...there, ...back];
}

function byItsRoute(finding: Finding, { went }: Answered): boolean {
  return usesRoute(finding, wayOf(went));
}

function usesRoute({ resources }: Finding, hops: readonly Hop[]): boolean {
  const used = new Set(
    hops.flatMap(({ decided }) => decided.flatMap((one) => (one.by === "route" ? one.resources : []))),
  );
  return resources.some((one) => used.has(one) && isObject(one.values) && "destination" in one.values);
}
