import { outputOf, textOf } from "../../../support/engine/declared";
import { hasNetkit } from "../../../support/suites/kernelOptions";
import { type Edit, ELSEWHERE, type Replacement, type Specimen } from "./specimen";

export const vethPair: Specimen = {
  type: "VethPair",
  props: (at) => ({ a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } }),
  full: {
    "a.mac": "02:00:00:00:00:0a",
    "a.mtu": 1400,
    "a.up": true,
    "b.mac": "02:00:00:00:00:0b",
    "b.mtu": 9000,
    "b.up": false,
  },
  id: (at) => `${at}/veth0`,
  shown: /"ifname":"veth0".*"ifname":"veth1"|"ifname":"veth1".*"ifname":"veth0"/,
  gone: "ip link del veth0",
  foreign: "ip link add veth0 type veth peer name veth1 && ip addr add 10.0.0.1/24 dev veth0",
  unmanaged:
    "ip addr add 10.1.0.1/24 dev veth0 && ip link set veth1 txqueuelen 500 && sysctl -qw net.ipv4.conf.veth0.rp_filter=2",
  edits: { ...editsOf("a", "veth0", "veth1"), ...editsOf("b", "veth1", "veth0") },
  replacements: { ...replacementsOf("a", "veth0"), ...replacementsOf("b", "veth1") },
  spellings: [
    [{ "a.mac": "02:00:00:00:00:fa" }, { "a.mac": "02:00:00:00:00:FA" }],
    [{}, { "a.up": true, "b.up": true, "a.mtu": 1500, "b.mtu": 1500 }],
  ],
  leaners: (_at, it) => {
    const [namespace, device] = [outputOf(it, "a.namespace"), outputOf(it, "a.name")];
    const key = textOf("net.ipv4.conf.", device, ".rp_filter");
    return [
      { type: "Address", name: "address", props: { namespace, device, address: "10.0.0.1/24" } },
      { type: "Sysctl", name: "sysctl", props: { namespace, key, value: 2 } },
    ];
  },
  badIds: ["net0/", "net0/a-name-of-16-byte", "net0/a b"],
};

/** Where there is a kernel for it. */
export const netkit: Specimen = {
  ...vethPair,
  type: "Netkit",
  built: hasNetkit,
  full: { ...vethPair.full, mode: "l2", "a.policy": "blackhole", "b.policy": "forward" },
  foreign: "ip link add veth0 type netkit && ip addr add 10.0.0.1/24 dev veth0",
  spellings: [[{}, { "a.up": true, "b.up": true, "a.mtu": 1500, "b.mtu": 1500, mode: "l3", "a.policy": "forward" }]],
  onlyInKernelTest: ["a.mac", "b.mac"],
  edits: {
    ...withoutMacs(vethPair.edits),
    "a.policy": { value: "blackhole", touches: /^link veth[01] / },
    "b.policy": { value: "blackhole", touches: /^link veth[01] / },
  },
  replacements: { ...vethPair.replacements, mode: { value: () => "l2" } },
};

/** Those are for the mode `l2` alone. */
function withoutMacs(edits: Record<string, Edit> = {}): Record<string, Edit> {
  return Object.fromEntries(Object.entries(edits).filter(([name]) => !name.endsWith(".mac")));
}

function editsOf(end: string, device: string, other: string): Record<string, Edit> {
  return {
    [`${end}.mac`]: {
      value: `02:00:00:00:01:0${end}`,
      // The link-local address, which the kernel made of the old one when the device came up, stays.
      touches: new RegExp(`^(link|address) ${device} address$`),
      shows: [`link ${device} address`, `02:00:00:00:01:0${end}`],
      byHand: `ip link set ${device} address 02:00:00:00:02:00`,
    },
    [`${end}.mtu`]: {
      value: 1400,
      touches: new RegExp(`^((link|address) ${device} mtu|sysctl net.ipv6.conf.${device}.mtu)$`),
      shows: [`link ${device} mtu`, 1400],
      byHand: `ip link set ${device} mtu 1300`,
    },
    [`${end}.up`]: {
      value: false,
      touches: new RegExp(`^((link|address) (${device}|${other}) (flags|operstate)|address|route|inet6)`),
      shows: [`link ${device} operstate`, "DOWN"],
      byHand: `ip link set ${device} up`,
    },
  };
}

function replacementsOf(end: string, device: string): Record<string, Replacement> {
  return {
    [`${end}.name`]: { value: () => `${device}-new`, byHand: `ip link set ${device}-new name ${device}-odd` },
    [`${end}.namespace`]: { value: () => outputOf(ELSEWHERE, "name") },
  };
}
