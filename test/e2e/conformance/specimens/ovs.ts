import { outputOf } from "../../../support/engine/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

/**
 * These need an ovs-vswitchd in each namespace that a copy is put into, so that they are in no case here: what the cases
 * say of other kinds, test/kernel/ovsBridge.test.ts, ovsPort.test.ts and test/e2e/ovs.test.ts say of them.
 */
export const ovsBridge: Specimen = {
  type: "OvsBridge",
  built: false,
  props: (at) => ({ namespace: at, name: "br0", datapathType: "netdev" }),
  full: {
    failMode: "secure",
    stp: true,
    "otherConfig.stp-priority": "1",
    mac: "02:00:00:00:00:0a",
    mtu: 1400,
    up: false,
  },
  id: (at) => `${at}/br0`,
  shown: /"ifname":"br0"/,
  gone: "ovs-vsctl del-br br0",
  foreign: "ovs-vsctl add-br br0 -- set Bridge br0 datapath_type=netdev",
  unmanaged: "ovs-vsctl set Bridge br0 other_config:forward-bpdu=true",
  edits: {
    failMode: { value: "secure", byHand: "ovs-vsctl clear Bridge br0 fail_mode" },
    stp: { value: true, byHand: "ovs-vsctl set Bridge br0 stp_enable=false" },
    "otherConfig.stp-priority": { value: "1", byHand: "ovs-vsctl set Bridge br0 other_config:stp-priority=2" },
    mac: { value: "02:00:00:00:01:0a" },
    mtu: { value: 1400 },
    up: { value: false, byHand: "ip link set br0 up" },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    name: { value: () => "br0-new" },
    database: { value: () => "unix:/run/other/db.sock" },
    datapathType: { value: () => "system" },
  },
  spellings: [[{}, { up: true, mtu: 1500, stp: false, failMode: "standalone" }]],
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b", "net0/br0?database=nowhere"],
};

export const ovsPort: Specimen = {
  type: "OvsPort",
  built: false,
  props: (at) => ({ namespace: at, bridge: "br0", name: "it0", type: "internal" }),
  full: {
    ...{ tag: 5, trunks: [6], vlanMode: "native-untagged" },
    ...{ "options.a": "1", mac: "02:00:00:00:00:0a", mtu: 1400, up: false },
  },
  id: (at) => `${at}/br0/it0`,
  shown: /"ifname":"it0"/,
  gone: "ovs-vsctl del-port it0",
  foreign: "ovs-vsctl add-port br0 it0 -- set Interface it0 type=internal",
  unmanaged: "ovs-vsctl set Interface it0 options:b=2",
  edits: {
    tag: { value: 5, byHand: "ovs-vsctl set Port it0 tag=6" },
    trunks: { value: [6], byHand: "ovs-vsctl set Port it0 trunks=7" },
    vlanMode: { value: "access", byHand: "ovs-vsctl clear Port it0 vlan_mode" },
    "options.a": { value: "1", byHand: "ovs-vsctl set Interface it0 options:a=2" },
    mac: { value: "02:00:00:00:01:0a" },
    mtu: { value: 1400 },
    up: { value: false, byHand: "ip link set it0 up" },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    name: { value: () => "it0-new" },
    bridge: { value: () => "br1" },
    database: { value: () => "unix:/run/other/db.sock" },
    type: { value: () => "system" },
  },
  spellings: [[{}, { up: true, mtu: 1500, tag: 0, trunks: [], vlanMode: "trunk" }]],
  badIds: ["net0/br0/", "br0", "net0/br0/br0"],
};
