import { lane, pointsAfter } from "../frames/certain";
import type { Point } from "../frames/point";
import { type Device, deviceLabel } from "../graph";
import type { Check, Found, Lab } from "./finding";

export const vlanNotCarried: Check = {
  code: "vlan-not-carried",
  title: "A host and its bridge port disagree about VLAN tags",
  level: "error",
  find(lab) {
    return lab.devices.flatMap((device): Found[] => {
      if (lab.addressesOf(device).length === 0) return [];
      const at = refusedAt(lab, device);
      if (!at) return [];
      const { port, bridge } = at.point.device;
      const vid = Number.parseInt(at.point.tags, 10);
      const frames = at.point.tags === "" ? "frames without a tag" : `frames of VLAN ${vid}`;
      return [
        {
          resources: [port?.by, device.by].flatMap((one) => one ?? []),
          what:
            `${deviceLabel(device)} sends ${frames}, and the port ${at.point.device.name} of ` +
            `${bridge?.name ?? "the bridge"} ` +
            (at.isWayBack
              ? "sends answers in another form, which do not arrive."
              : "is in no VLAN for them: it drops them."),
          todo:
            at.point.tags === ""
              ? "Give the port a VLAN with both `pvid` and `untagged`."
              : `Add VLAN ${vid} to the port's \`vlans\`, without \`untagged\`.`,
        },
      ];
    });
  },
};

/** The port at which the frames of a device are dropped, or from which others go back. */
function refusedAt({ domains: { wiring } }: Lab, device: Device): { point: Point; isWayBack: boolean } | undefined {
  let port: Point | undefined;
  for (const { point, next } of lane(wiring, { at: "out", device, tags: "" })) {
    if (point.at === "bridge") {
      if (port?.device.port?.says !== "port") return undefined;
      const { from: _, ...all } = point;
      const back = pointsAfter(wiring, all).points.filter((one) => one.device === port?.device);
      const isSame = back.length === 0 || back.some(({ tags }) => tags === port?.tags);
      return isSame ? undefined : { point: port, isWayBack: true };
    }
    const { bridge } = point.device;
    const isAtBridge = point.at === "in" && point.device.port?.says === "port";
    if (isAtBridge && next.points.length === 0 && !next.isOpen && !next.isHeard && isFiltering(bridge)) {
      return { point, isWayBack: false };
    }
    if (isAtBridge) port = point;
  }
  return undefined;
}

function isFiltering(bridge: Device | undefined): boolean {
  return bridge?.link?.type === "bridge" && bridge.link.vlanFiltering === true && bridge.up === true;
}
