import { outputOf } from "../../../support/engine/declared";
import { device, deviceEdits, deviceReplacements } from "./device";
import { type Edit, ELSEWHERE, type Replacement, type Specimen } from "./specimen";

const ENTRY = { mac: "02:00:00:00:00:0a", destination: "10.0.0.3" };

export const vxlan: Specimen = {
  ...device,
  type: "Vxlan",
  variant: "unicast",
  props: (at) => ({ namespace: at, name: "it0", vni: 100 }),
  full: {
    ...{ mac: "02:00:00:00:00:0a", mtu: 1400, up: false, local: "10.0.0.1", remote: "10.0.0.2", port: 4790, ttl: 9 },
    ...{ learning: false, fdb: [ENTRY] },
  },
  foreign: "ip link add name it0 type vxlan id 100 dstport 4789 && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    ...deviceEdits,
    mtu: { ...deviceEdits.mtu, unsetReplaces: true },
    ttl: option("ttl", 9, 9, "ttl 8"),
    learning: option("learning", false, false, "learning"),
    fdb: {
      value: [ENTRY],
      touches: /^fdb it0 /,
      shows: [`fdb it0 ${ENTRY.mac} ${ENTRY.destination}`, true],
      byHand: `bridge fdb del ${ENTRY.mac} dev it0 dst 10.0.0.3 && bridge fdb append ${ENTRY.mac} dev it0 dst 10.0.0.4`,
    },
  },
  replacements: {
    ...deviceReplacements,
    vni: { value: () => 101 },
    local: where("local", "10.0.0.1", "10.0.0.9"),
    remote: where("remote", "10.0.0.2", "10.0.0.9"),
    port: { value: () => 4790 },
    underlay: { value: () => outputOf(ELSEWHERE, "name") },
  },
  spellings: [
    [{}, { up: true, mtu: 1500, port: 4789, ttl: 0, learning: true }],
    [{ local: "2001:db8::a" }, { local: "2001:0DB8:0::000A" }],
    [{ fdb: [ENTRY] }, { fdb: [{ ...ENTRY, mac: "02:00:00:00:00:0A" }] }],
  ],
};

/** To a group, which needs a device. */
export const vxlanGroup: Specimen = {
  ...device,
  type: "Vxlan",
  variant: "group",
  props: (at, it) => ({
    ...{ namespace: at, name: "it0", vni: 100, port: 4791, group: "239.1.1.1" },
    device: outputOf(`${it}-pair`, "a.name"),
  }),
  full: { local: "10.0.0.1", ttl: 3 },
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name it0 type vxlan id 100 group 239.1.1.1 dev veth0 dstport 4791 && ip addr add 10.0.0.1/24 dev it0",
  edits: {},
  replacements: {
    group: { value: () => "239.1.1.2" },
    device: { value: (it) => outputOf(`${it}-pair`, "b.name") },
  },
  spellings: [],
};

function option(word: string, value: unknown, shown: unknown, byHand: string): Edit {
  const fact = `link it0 linkinfo info_data ${word}`;
  return {
    value,
    touches: new RegExp(`^${fact}$`),
    shows: [fact, shown],
    byHand: `ip link set it0 type vxlan id 100 ${byHand}`,
  };
}

function where(word: string, value: string, other: string): Replacement {
  return { value: () => value, byHand: `ip link set it0 type vxlan id 100 ${word} ${other}` };
}
