import { grouped } from "../../core/values";
import { vlansOf } from "../frames/linuxBridge";
import { type Device, deviceLabel } from "../graph";
import { andMore, type Check, type Found } from "./finding";

export const trunkVlans: Check = {
  code: "trunk-vlans",
  title: "The cable between two bridges does not carry a VLAN of both",
  level: "error",
  find({ devices, domains: { wiring } }) {
    const cables = devices.flatMap((near) => {
      const { peer: far } = near;
      return far && isPort(near) && isPort(far) && deviceLabel(near) < deviceLabel(far) ? [{ near, far }] : [];
    });
    const byPair = grouped(cables, ({ near, far }) =>
      [near, far].map(({ bridge }) => bridge && deviceLabel(bridge)).join(),
    );
    return [...byPair.values()].flatMap((trunks): Found[] => {
      const [{ near, far } = {}] = trunks;
      if (!near?.bridge || !far?.bridge || near.bridge === far.bridge) return [];
      const onTrunk = new Set(trunks.flatMap((trunk) => [trunk.near, trunk.far]));
      const [here, there] = [near.bridge, far.bridge].map((bridge) =>
        vidsOf(bridge, wiring.ports.get(bridge) ?? [], onTrunk),
      );
      if (!here || !there) return [];
      const lost = [...here].filter(
        (vid) => there.has(vid) && !trunks.some((trunk) => isCarried(trunk.near, trunk.far, vid)),
      );
      if (lost.length === 0) return [];
      return [
        {
          resources: [near, far].flatMap(({ port }) => port?.by ?? []),
          what:
            `${deviceLabel(near.bridge)} and ${deviceLabel(far.bridge)} both have ports in VLAN ` +
            `${andMore(lost.map(String))}, which the ` +
            `cable between them (${near.name}, ${far.name}) does not carry: the hosts of one side do not reach ` +
            "those of the other.",
          todo: "Add the VLAN to `vlans` of both ports of the cable, tagged on both or on neither.",
        },
      ];
    });
  },
};

function isPort({ port, bridge, up }: Device): boolean {
  return port?.says === "port" && up === true && bridge?.link?.type === "bridge" && bridge.link.vlanFiltering === true;
}

/** The VLANs of a bridge's ports that are not on the trunk; undefined while they are not known. */
function vidsOf(bridge: Device, ports: readonly Device[], onTrunk: ReadonlySet<Device>): Set<number> | undefined {
  const sets = ports.filter((port) => !onTrunk.has(port)).map((port) => vlansOf(bridge, port));
  if (sets.some((set) => !set) || bridge.host.by === undefined) return undefined;
  return new Set(sets.flatMap((set) => [...(set?.keys() ?? [])]));
}

/** Both ways, and in the same VLAN on both sides; of what is not known, it is taken for carried. */
function isCarried(near: Device, far: Device, vid: number): boolean {
  const [own, others] = [near, far].map((port) => port.bridge && vlansOf(port.bridge, port));
  if (!own || !others) return true;
  const [here, there] = [own.get(vid), others.get(vid)];
  if (!here || !there) return false;
  if (!here.untagged && !there.untagged) return true;
  const takesBare = here.untagged === true ? there.pvid === true : true;
  const givesBare = there.untagged === true ? here.pvid === true : true;
  return takesBare && givesBare;
}
