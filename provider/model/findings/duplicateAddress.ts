import { grouped } from "../../core/values";
import { deviceLabel } from "../graph";
import type { Owned } from "../inet";
import { andMore, type Check, type Found } from "./finding";

export const duplicateAddress: Check = {
  code: "duplicate-address",
  title: "Two hosts in one network have the same address",
  level: "error",
  find(lab) {
    const said = new Set<Owned>();
    return lab.domains.all().flatMap(({ devices }) => {
      const owned = [...devices].flatMap((device) => lab.addressesOf(device));
      return [...grouped(owned, ({ address }) => address).values()].flatMap((same): Found[] => {
        const hosts = new Set(same.map(({ device }) => device.host));
        if (hosts.size < 2 || same.every((one) => said.has(one))) return [];
        for (const one of same) said.add(one);
        return [found(same)];
      });
    });
  },
};

function found(same: Owned[]): Found {
  const [{ address = "", family = "inet" } = {}] = same;
  const where = andMore(same.map(({ device }) => deviceLabel(device)));
  return {
    resources: same.map(({ by }) => by),
    what:
      family === "inet"
        ? `${address} is on ${where}, which are in one network: what is sent to it reaches only one of them, ` +
          "sometimes the one and sometimes the other."
        : `${address} is on ${where}, which are in one network: the second one finds it taken (duplicate ` +
          "address detection) and cannot use it.",
    todo: "Give each host an address of its own.",
  };
}
