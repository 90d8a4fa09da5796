import type { Check, Found } from "./finding";
import { onceAHost, waysOf } from "./ways";

/** Other things that end an answer have findings of their own. */
const NO_ROUTE = ["no-route", "gateway-off-link", "empty-table"];

export const noWayBack: Check = {
  code: "no-way-back",
  title: "A host gets packets from a network to which it has no route",
  level: "error",
  find(lab) {
    const lost = waysOf(lab).filter(({ went: { reaches, there, stop } }) => {
      // A firewall on the way may translate the sender's address.
      const isSame = there.every(({ host }) => lab.graph.hosts.get(host)?.firewalls.length === 0);
      return reaches === false && isSame && stop?.direction === "back" && NO_ROUTE.includes(stop.code);
    });
    return onceAHost(lost, ({ went }) => went.stop?.host).map(({ leg, to, went: { stop, source = "" } }): Found => {
      const host = stop?.host ?? "";
      const by = lab.graph.hosts.get(host)?.by;
      return {
        resources: [...(by ? [by] : []), leg.route.by],
        what:
          `${leg.host.name} sends to ${to.address} through ${leg.gateway}, and that arrives; but ${host} has no ` +
          `route to ${source}: no answer comes back.`,
        todo:
          `Give ${host} a route to the network of ${source}, or \`default\`; or let a router on the way ` +
          "translate the address (masquerade).",
      };
    });
  },
};
