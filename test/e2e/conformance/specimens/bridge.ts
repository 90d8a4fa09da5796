import { outputOf, textOf } from "../../../support/engine/declared";
import { hasVlanFiltering } from "../../../support/suites/kernelOptions";
import { type Edit, ELSEWHERE, type Specimen } from "./specimen";

export const bridge: Specimen = {
  type: "Bridge",
  props: (at) => ({ namespace: at, name: "br0" }),
  full: {
    mac: "02:00:00:00:00:0a",
    mtu: 1400,
    up: false,
    stp: true,
    forwardDelay: 400,
    helloTime: 100,
    maxAge: 700,
    priority: 4096,
    ageingTime: 6000,
    mcastSnooping: false,
    ...(hasVlanFiltering ? { vlanFiltering: true, defaultPvid: 7, vlans: [{ vid: 8 }] } : {}),
  },
  id: (at) => `${at}/br0`,
  shown: /"ifname":"br0"/,
  gone: "ip link del br0",
  foreign: "ip link add name br0 type bridge && ip addr add 10.0.0.1/24 dev br0",
  unmanaged:
    "ip link set br0 txqueuelen 500 && ip addr add 10.1.0.1/24 dev br0 && ip link set br0 type bridge mcast_querier 1",
  edits: {
    mac: {
      value: "02:00:00:00:01:0a",
      touches: /^((link|address) br0 address|link br0 linkinfo info_data \w+_id)$/,
      shows: ["link br0 address", "02:00:00:00:01:0a"],
      byHand: "ip link set br0 address 02:00:00:00:02:00",
    },
    mtu: {
      value: 1400,
      touches: /^((link|address) br0 mtu|sysctl net.ipv6.conf.br0.mtu)$/,
      shows: ["link br0 mtu", 1400],
      byHand: "ip link set br0 mtu 1300",
    },
    up: {
      value: false,
      touches: /^((link|address) br0 (flags|operstate|qdisc)|address|route|inet6)/,
      shows: ["link br0 flags", ["BROADCAST", "MULTICAST"]],
      byHand: "ip link set br0 up",
    },
    stp: option("stp_state", true, 1, 0),
    forwardDelay: option("forward_delay", 400, 400, 500),
    helloTime: option("hello_time", 100, 100, 300),
    maxAge: option("max_age", 700, 700, 800),
    priority: option("priority", 4096, 4096, 1),
    ageingTime: option("ageing_time", 6000, 6000, 1),
    mcastSnooping: option("mcast_snooping", false, 0, 1),
    vlanFiltering: { ...option("vlan_filtering", true, 1, 0), built: hasVlanFiltering },
    defaultPvid: { ...option("vlan_default_pvid", 7, 7, 8), built: hasVlanFiltering },
    vlans: {
      value: [{ vid: 7 }],
      touches: /^vlan br0 /,
      byHand: "bridge vlan add vid 8 dev br0 self",
      built: hasVlanFiltering,
    },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    name: { value: () => "br0-new", byHand: "ip link set br0-new down name br0-odd && ip link set br0-odd up" },
  },
  spellings: [
    [{ mac: "02:00:00:00:00:fa" }, { mac: "02:00:00:00:00:FA" }],
    [{}, { up: true, mtu: 1500, stp: false, forwardDelay: 1500, helloTime: 200, maxAge: 2000 }],
    [{}, { priority: 32768, ageingTime: 30000, vlanFiltering: false, mcastSnooping: true }],
  ],
  leaners: (_at, it) => {
    const [namespace, device] = [outputOf(it, "namespace"), outputOf(it, "name")];
    const key = textOf("net.ipv4.conf.", device, ".rp_filter");
    return [
      { type: "Address", name: "address", props: { namespace, device, address: "10.0.0.1/24" } },
      { type: "Sysctl", name: "sysctl", props: { namespace, key, value: 2 } },
    ];
  },
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b"],
};

function option(word: string, value: unknown, shown: number, other: number): Edit {
  const fact = `link br0 linkinfo info_data ${word}`;
  return {
    value,
    // The spanning tree names a bridge by its priority, too.
    touches: new RegExp(`^(${fact}|link br0 linkinfo info_data (bridge|root)_id|vlan br0 \\d+)$`),
    shows: [fact, shown],
    byHand: `ip link set br0 type bridge ${word} ${other}`,
  };
}
