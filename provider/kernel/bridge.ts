import { isDeepStrictEqual } from "node:util";
import { asList, byId, LAST_VLAN, type Vlan } from "../core/vlans";
import { delVlan, listVlans, setVlan, VLAN_INFO } from "../netlink/bridgeVlan";
import type { Request } from "../netlink/message";
import { namesOf } from "./link";
import type { Looking } from "./looking";
import type { Step } from "./step";
import type { Place, Words } from "./words";

/** The VLANs of a port, or of a bridge itself. */
export async function showVlans(kernel: Looking, netns: string | undefined, device: string): Promise<Vlan[]> {
  const all = await kernel.look(netns, ["bridge", "vlan", "show"], async (netlink, file) => {
    const [vlans, nameOf] = await Promise.all([listVlans(netlink, file), namesOf(kernel, netns)]);
    return vlans.map(({ index, vid, range = vid, flags = 0 }) => ({
      device: nameOf(index),
      vlan: {
        ...{ vid, vidEnd: range },
        ...{ pvid: (flags & VLAN_INFO.pvid) !== 0, untagged: (flags & VLAN_INFO.untagged) !== 0 },
      },
    }));
  });
  return asList(byId((all ?? []).flatMap((one) => (one.device === device ? [one.vlan] : []))));
}

/** The steps to these VLANs and no others; where it is not known what is there, everything is taken away first. */
export function setVlans(
  { netns, device, isBridge = false }: { netns: string | undefined; device: string; isBridge?: boolean },
  want: readonly Vlan[],
  have?: readonly Vlan[],
): Step[] {
  const [wanted, there] = [byId(want), byId(have ?? [])];
  const step = (verb: string, { vid, vidEnd, pvid, untagged }: Vlan): Step => {
    const range = vidEnd === undefined ? String(vid) : `${vid}-${vidEnd}`;
    const flags = [...(pvid ? ["pvid"] : []), ...(untagged ? ["untagged"] : []), ...(isBridge ? ["self"] : [])];
    const argv = ["bridge", "vlan", verb, "vid", range, "dev", device, ...flags];
    return { netns, argv, what: `${verb === "add" ? "add" : "take away"} VLAN ${range}`, property: ["vlans"] };
  };
  const stray = have
    ? asList(new Map([...there.keys()].filter((vid) => !wanted.has(vid)).map((vid) => [vid, {}])))
    : [{ vid: 1, vidEnd: LAST_VLAN }];
  const lacking = asList(new Map([...wanted].filter(([vid, flags]) => !isDeepStrictEqual(there.get(vid), flags))));
  return [...stray.map((vlan) => step("del", vlan)), ...lacking.map((vlan) => step("add", vlan))];
}

/** `bridge vlan` as a request to the kernel. */
export function vlanRequest(words: Words, place: Place): Request {
  const verb = words.next();
  if (verb !== "add" && verb !== "del") throw new Error(`there is no \`bridge vlan ${verb}\` here`);
  const vlan = { index: 0, vid: 0, flags: 0 };
  const flag = (bit: number) => () => {
    vlan.flags |= bit;
  };
  words.each({
    vid: () => {
      const [vid, range] = words.next().split("-").map(Number);
      Object.assign(vlan, { vid, range });
    },
    dev: words.into(vlan)("index", place.index),
    pvid: flag(VLAN_INFO.pvid),
    untagged: flag(VLAN_INFO.untagged),
    // Of a bridge itself: the kernel knows by the device.
    self: () => {},
  });
  return verb === "add" ? setVlan(vlan) : delVlan(vlan);
}
