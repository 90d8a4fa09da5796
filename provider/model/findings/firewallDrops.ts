import { canonicalIp, familyOf } from "../../core/ip";
import { hasUnknown } from "../../core/values";
import type { Host } from "../graph";
import { addressOf, reach } from "../reach/reach";
import { droppingChains, dropsAll } from "./chains";
import type { Check, Found, Lab } from "./finding";

export const firewallDrops: Check = {
  code: "firewall-drops",
  title: "A firewall's policy drops the packets of a Reachability",
  level: "error",
  find(lab) {
    return [...lab.graph.hosts.values()].flatMap((host) => host.asks.flatMap((ask) => dropped(lab, host, ask)));
  },
};

function dropped({ graph }: Lab, host: Host, ask: Host["asks"][number]): Found[] {
  if (hasUnknown([ask.to, ask.protocol, ask.port, ask.reachable]) || ask.reachable !== true) return [];
  const { to, protocol, port } = ask as { to: string; protocol: "icmp" | "tcp" | "udp"; port?: number };
  const address = canonicalIp(to) ?? addressOf(graph, host.name, to);
  if (address === undefined) return [];
  const { there } = reach(graph, host.name, address, { protocol, ...(port !== undefined && { port }) });
  return there.slice(0, there.length > 1 ? undefined : 0).flatMap((hop, index): Found[] => {
    const hook = index === 0 ? "output" : hop.out === undefined ? "input" : "forward";
    const at = graph.hosts.get(hop.host);
    const by = at?.firewalls.find(
      ({ family, rules }) =>
        (family === "inet" || family === (familyOf(address) === "inet" ? "ip" : "ip6")) &&
        typeof rules === "string" &&
        droppingChains(rules).some((chain) => chain.hook === hook && dropsAll(chain, protocol, port)),
    );
    if (!by) return [];
    const what = port === undefined ? protocol : `${protocol} to port ${port}`;
    return [
      {
        resources: [ask.by, by.by],
        what:
          `The firewall of ${hop.host} drops ${what} from ${host.name} to ${address}: no rule accepts it, ` +
          `and the policy (hook ${hook}) is drop.`,
        todo: "Add a rule that accepts it, or ask for `reachable: false`.",
      },
    ];
  });
}
