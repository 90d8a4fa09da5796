import { grouped } from "../../core/values";
import { type Device, deviceLabel, isKnown } from "../graph";
import { andMore, type Check, type Found } from "./finding";

export const duplicateMac: Check = {
  code: "duplicate-mac",
  title: "Two devices behind one bridge have the same MAC address",
  level: "error",
  find({ domains }) {
    const said = new Set<Device>();
    return domains.all().flatMap(({ devices }) => {
      const given = [...devices].filter((device) => isKnown(device.mac));
      return [...grouped(given, ({ mac }) => mac).values()].flatMap((same): Found[] => {
        const [first, second] = same;
        if (!first || !second || same.every((one) => said.has(one))) return [];
        // A vlan has that of its parent.
        if (new Set(same.map(({ host }) => host)).size < same.length) return [];
        for (const one of same) said.add(one);
        // Without a bridge in between nobody learns who is where.
        const isSwitched = (domains.way(first, second) ?? []).some(isSwitch);
        return isSwitched ? [found(same)] : [];
      });
    });
  },
};

function isSwitch({ link }: Device): boolean {
  return link?.type === "bridge" || link?.type === "ovs";
}

function found(same: Device[]): Found {
  return {
    resources: same.flatMap(({ by, settings }) => [...settings.map((one) => one.by), ...(by ? [by] : [])].slice(0, 1)),
    what:
      `${andMore(same.map(deviceLabel))} have the MAC address ${same[0]?.mac}: the bridge learns it sometimes ` +
      "behind one port and sometimes behind the other, so they never reach each other, and packets from others " +
      "to them get lost.",
    todo: "Leave `mac` out, so that each gets its own, or give different ones.",
  };
}
