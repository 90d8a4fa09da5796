import { outputOf } from "../../../support/engine/declared";
import { hasBond } from "../../../support/suites/kernelOptions";
import { apart, device, deviceEdits, deviceReplacements, moves } from "./device";
import type { Edit, Specimen } from "./specimen";

export const bond: Specimen = {
  ...device,
  type: "Bond",
  built: hasBond,
  props: (at) => ({ namespace: at, name: "it0", mode: "802.3ad" }),
  full: {
    ...{ mac: "02:00:00:00:00:0a", mtu: 1400, up: false, miimon: 50, updelay: 100, downdelay: 100 },
    ...{ xmitHashPolicy: "layer3+4", lacpRate: "fast", adSelect: "count", minLinks: 1 },
  },
  foreign: "ip link add name it0 type bond mode 802.3ad && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    ...deviceEdits,
    miimon: option("miimon", 200, "50"),
    updelay: option("updelay", 200, "300"),
    downdelay: option("downdelay", 200, "300"),
    xmitHashPolicy: option("xmit_hash_policy", "layer2+3", "encap2+3"),
    minLinks: option("min_links", 2, "3"),
    lacpRate: option("ad_lacp_rate", "fast"),
    adSelect: option("ad_select", "count"),
  },
  replacements: { ...deviceReplacements, mode: { value: () => "balance-xor" } },
  spellings: [[{}, { up: true, mtu: 1500, miimon: 100, updelay: 0, lacpRate: "slow", minLinks: 0 }]],
  // Those that a bond of this mode has not.
  onlyInKernelTest: ["primary"],
};

function option(word: string, value: unknown, other?: string): Edit {
  const fact = `link it0 linkinfo info_data ${word}`;
  return {
    value,
    touches: /^((link|address) it0 |address|route|inet6)/,
    shows: [fact, value],
    ...(other !== undefined && { byHand: `ip link set it0 type bond ${word} ${other}` }),
  };
}

const bondNamed = (name: string, resource: string, namespace: unknown, last: number) => ({
  type: "Bond",
  name: resource,
  props: { name, namespace, mode: "active-backup", mac: `02:00:00:00:04:0${last}`, up: false },
});

export const bondPort: Specimen = {
  type: "BondPort",
  built: hasBond,
  props: (at, it) => ({
    namespace: at,
    bond: outputOf(`${it}-bond`, "name"),
    device: outputOf(`${it}-pair`, "a.name"),
  }),
  full: {},
  id: (at) => `${at}/bond0/veth0`,
  shown: /"ifname":"veth0"[^{}]*"master":"bond0"/,
  gone: "ip link set veth0 nomaster && ip link set veth0 up",
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name bond0 type bond mode active-backup && ip link set veth0 master bond0",
  unmanaged: "ip link set veth0 type bond_slave queue_id 1",
  edits: {},
  replacements: {
    namespace: { value: (it) => outputOf(`${it}-other`, "name") },
    bond: { value: (it) => outputOf(`${it}-second`, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "b.name") },
  },
  spellings: [],
  needs: (at, it) => [
    ...apart(at, it),
    bondNamed("bond0", "bond", at, 1),
    bondNamed("bond1", "second", at, 2),
    ...(moves(it) ? [bondNamed("bond0", "otherBond", outputOf(`${it}-other`, "name"), 3)] : []),
  ],
  badIds: ["net0/bond0/", "bond0", "net0/bond0/bond0", "net0/bond0/a-name-of-16-byte"],
};
