import type { Json } from "../../../provider/core/values";
import type { Builder, Dice } from "./connectedLabs";

/** The namespace that ovs-vswitchd is in, which is there before a lab is, and its folder. */
export const OVS = "ovs";
export const OVS_FOLDER = "/run/lab-ovs";
const PLACE = { namespace: OVS, database: `unix:${OVS_FOLDER}/db.sock` };

/** Hosts on one bridge of Open vSwitch in userspace, or on two with a patch between them; now and then who has the switch as well. */
export function ovsNetwork(dice: Dice, lab: Builder, net: number, members: readonly string[]): void {
  const bridges = [`ob${net}`, `oc${net}`].slice(0, dice.chance(30) ? 2 : 1);
  for (const name of bridges) lab.add("ovsBridges", { ...PLACE, name, datapathType: "netdev", mac: lab.mac() });
  const hasVlans = dice.chance(30);
  const port = (name: string, more: Json = {}) => {
    const bridge = more.bridge ?? dice.one(...bridges);
    lab.add("ovsPorts", { ...PLACE, bridge, name, ...(hasVlans && ovsVlan(dice)), ...more });
  };
  for (const host of members) {
    const [own, end] = [lab.device(), lab.device()];
    lab.add("vethPairs", { a: lab.end(host, own), b: lab.end(OVS, end) });
    port(end);
    // In userspace it passes on checksums of TCP as they are, which are not made yet where the device would.
    lab.add("linkSettings", { namespace: host, device: own, offloads: { tx: false } });
    lab.seat(net, host, lab.over(host, own));
  }
  const [one, other] = bridges;
  if (other) {
    const patch = (bridge: string | undefined, name: string, peer: string) =>
      port(name, { bridge, type: "patch", options: { peer } });
    patch(one, `pa${net}`, `pb${net}`);
    patch(other, `pb${net}`, `pa${net}`);
  }
  if (!dice.chance(30)) return;
  const isInternal = dice.chance(50);
  const name = isInternal ? `oi${net}` : (one ?? "");
  if (isInternal) port(name, { type: "internal", mac: lab.mac() });
  lab.seat(net, OVS, name);
  if (!lab.hosts.includes(OVS)) lab.hosts.push(OVS);
}

export function ovsVlan(dice: Dice): Json {
  const tag = dice.one(10, 10, 20);
  return dice.one<Json>(
    ...[{}, { tag }, { tag }, { trunks: [10, 20] }],
    ...[
      { tag, vlanMode: "native-untagged" },
      { tag, vlanMode: "native-tagged", trunks: [10] },
    ],
  );
}
