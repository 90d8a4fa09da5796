import { isDeepStrictEqual } from "node:util";
import { asList, byId, LAST_VLAN, type Vlan } from "../core/vlans";
import type { Kernel } from "./kernel";
import type { Step } from "./step";

/** A row of `bridge -j vlan show`. */
interface VlanRow {
  ifname: string;
  vlans: { vlan: number; vlanEnd?: number; flags?: string[] }[];
}

/** The VLANs of a port, or of a bridge itself. */
export async function showVlans(kernel: Kernel, netns: string | undefined, device: string): Promise<Vlan[]> {
  const rows = (await kernel.show<VlanRow>(netns, ["vlan", "show", "dev", device], "bridge")) ?? [];
  const vlans = rows.filter(({ ifname }) => ifname === device).flatMap((row) => row.vlans);
  return asList(
    byId(
      vlans.map(({ vlan, vlanEnd = vlan, flags }) => ({
        ...{ vid: vlan, vidEnd: vlanEnd },
        ...{ pvid: flags?.includes("PVID"), untagged: flags?.includes("Egress Untagged") },
      })),
    ),
  );
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
