import type { Check, Found } from "./finding";
import { onceAHost, waysOf } from "./ways";

export const rpFilterAsymmetric: Check = {
  code: "rp-filter-asymmetric",
  title: "A strict rp_filter drops packets that come in on a different device than the answer uses",
  level: "error",
  find(lab) {
    const dropped = waysOf(lab).filter(
      ({ went: { reaches, stop } }) => reaches === false && stop?.code === "rp-filter",
    );
    return onceAHost(dropped, ({ went }) => went.stop?.host).map(({ leg, to, went: { stop, source = "" } }): Found => {
      const host = lab.graph.hosts.get(stop?.host ?? "");
      const set = [...(host?.sysctls.values() ?? [])].filter(({ key }) => /\.rp_filter$/.test(String(key)));
      return {
        resources: [...set.map(({ by }) => by), leg.route.by],
        what:
          `What ${leg.host.name} (${source}) sends to ${to.address} comes to ${stop?.host} on ${stop?.device}, ` +
          "but the route back uses another device: rp_filter 1 drops it silently.",
        todo: `Set rp_filter of ${stop?.device} and of \`all\` to 2 (loose) or 0, or route the answer back the same way.`,
      };
    });
  },
};
