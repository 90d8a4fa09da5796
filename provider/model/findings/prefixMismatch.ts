import { deviceLabel } from "../graph";
import { contains } from "../inet";
import { andMore, type Check, type Found } from "./finding";
import { mayReach, overlapsIn } from "./subnets";

export const prefixMismatch: Check = {
  code: "prefix-mismatch",
  title: "Two hosts in one network have prefixes of different lengths, and one cannot answer the other",
  level: "error",
  find(lab) {
    return overlapsIn(lab).flatMap(({ small, large }): Found[] => {
      const range = small[0]?.network;
      const outside = large.find(({ address }) => range && !contains(range, address));
      if (!outside) return [];
      const lost = small.filter((one) => one.device.host !== outside.device.host && !mayReach(lab, one, outside));
      const [first] = lost;
      if (!first) return [];
      return [
        {
          resources: [...lost, outside].map(({ by }) => by),
          what:
            `For ${deviceLabel(outside.device)} (${outside.address}/${outside.prefixLength}) everybody is on ` +
            "its own network; for " +
            `${andMore(lost.map(({ device }) => deviceLabel(device)))} (${first.address}/${first.prefixLength}) ` +
            `${outside.address} is not, ` +
            "and there is no route to it: packets arrive, but no answer goes back.",
          todo: "Give all addresses of the network the same prefix length.",
        },
      ];
    });
  },
};
