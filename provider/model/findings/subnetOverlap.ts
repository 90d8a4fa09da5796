import { contains } from "../inet";
import { andMore, type Check, type Found } from "./finding";
import { mayReach, overlapsIn } from "./subnets";

export const subnetOverlap: Check = {
  code: "subnet-overlap",
  title: "Networks of different sizes overlap on one link",
  level: "warning",
  find(lab) {
    return overlapsIn(lab).flatMap(({ small, large }): Found[] => {
      const [one, other] = [small[0], large[0]];
      if (!one || !other) return [];
      // That is `prefix-mismatch`.
      const outside = large.find(({ address }) => !contains(one.network, address));
      if (outside && small.some((near) => near.device.host !== outside.device.host && !mayReach(lab, near, outside))) {
        return [];
      }
      return [
        {
          resources: [...new Set([...small, ...large].map(({ by }) => by))],
          what:
            `On one link there are addresses with /${one.prefixLength} ` +
            `(${andMore(small.map(({ address }) => address))}) and with ` +
            `/${other.prefixLength} (${andMore(large.map(({ address }) => address))}) of networks that overlap: ` +
            "they disagree on which hosts are on the link and on the broadcast address.",
          todo: "Give all addresses of the network the same prefix length.",
        },
      ];
    });
  },
};
