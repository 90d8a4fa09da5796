import { type Declared, outputOf } from "../../../support/engine/declared";
import { type Edit, ELSEWHERE, type Specimen } from "./specimen";

const pair = (at: unknown): Declared[] => [
  {
    type: "VethPair",
    name: "pair",
    props: { a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } },
  },
];
/** The kernel takes a gateway only on a network that the device has an address of. */
const addressedPair = (at: unknown, it: string): Declared[] => [
  ...pair(at),
  { type: "Address", name: "address", props: { namespace: at, device: veth0(it), address: "10.0.1.1/24" } },
];
const veth0 = (it: string) => outputOf(`${it}-pair`, "a.name");
const veth1 = (it: string) => outputOf(`${it}-pair`, "b.name");
const addressed = (it: string) => outputOf(`${it}-address`, "device");

const FOREIGN_PAIR =
  "sysctl -qw net.ipv6.conf.default.accept_dad=0 && ip link add veth0 up type veth peer name veth1 && ip link set veth1 up && ip addr add 10.0.1.1/24 dev veth0";

const V4 = "10.9.0.0/16";
const WAY = "via 10.0.1.2 dev veth0 onlink";
const V6 = "2001:db8:9::/48";
const waysBut = (first: string) => `nexthop via fe80::1 dev veth0 ${first} nexthop via fe80::2 dev veth1 weight 2`;

/** One that leads nowhere, for what all have. */
export const nowhere: Specimen = {
  ...specimenOf("nowhere", V4, `unreachable ${V4}`, (at) => ({ namespace: at, destination: V4, type: "unreachable" })),
  foreign: `ip route add unreachable ${V4}`,
  full: { metric: 50, table: 100 },
  needs: () => [],
  edits: { type: edit("prohibit", `ip route change blackhole ${V4} proto static`) },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    destination: { value: () => "10.8.0.0/16" },
    metric: { value: () => 50 },
    table: { value: () => 100 },
  },
  spellings: [
    [{ destination: "default" }, { destination: "0.0.0.0/0" }],
    [{ destination: "10.9.9.9/32" }, { destination: "10.9.9.9" }],
    [{}, { metric: 0, table: 254 }],
  ],
  badIds: ["net0/10.9.0.0", "net0/10.9.0.1/16", "net0/all", "net0/default,metric=", "net0/default,metric=1,table=1"],
};

export const byGateway: Specimen = {
  ...specimenOf("way", V4, `${V4} ${WAY}`, (at, it) => ({
    ...{ namespace: at, destination: V4, gateway: "10.0.1.2", device: addressed(it), onLink: true },
  })),
  needs: addressedPair,
  full: { type: "unicast", source: "10.0.1.1", scope: "site", mtu: 1400, metric: 50, table: 100 },
  edits: {
    gateway: edit("10.0.1.9", `ip route change ${V4} ${WAY.replace("1.2", "1.77")}`),
    source: edit("10.0.1.1", `ip route change ${V4} ${WAY}`),
    scope: edit("site", `ip route change ${V4} ${WAY}`),
    mtu: edit(1400, `ip route change ${V4} ${WAY} mtu 1300`),
    onLink: edit(false, `ip route change ${V4} ${WAY}`),
  },
  replacements: { device: { value: veth1, byHand: `ip route change ${V4} ${WAY}` } },
  spellings: [[{}, { type: "unicast", scope: "global" }]],
};

export const ways6: Specimen = {
  ...specimenOf("ways6", V6, `${V6} ${waysBut("")}`, (at, it) => ({
    namespace: at,
    destination: V6,
    nexthops: [
      { gateway: "fe80::1", device: veth0(it) },
      { gateway: "fe80::2", device: veth1(it), weight: 2 },
    ],
  })),
  full: { metric: 50, table: 100, mtu: 1300 },
  edits: {
    "nexthops[0].gateway": edit("fe80::7", `ip route change ${V6} ${waysBut("").replace("::1", "::77")}`),
    "nexthops[0].weight": edit(3, `ip route change ${V6} ${waysBut("weight 9")}`),
  },
  replacements: { "nexthops[0].device": { value: veth1 } },
  spellings: [
    [{ destination: "2001:db8::9" }, { destination: "2001:0DB8:0::9/128", metric: 1024 }],
    [
      {},
      {
        nexthops: [
          { device: "veth1", weight: 2, gateway: "fe80:0::2" },
          { device: "veth0", weight: 1, gateway: "fe80::1" },
        ],
      },
    ],
  ],
  badIds: ["net0/2001:db8::1", "net0/2001:db8::1/129"],
};

function specimenOf(variant: string, destination: string, words: string, props: Specimen["props"]): Specimen {
  return {
    ...{ type: "Route", variant, props, needs: pair, full: {}, edits: {}, replacements: {}, spellings: [], badIds: [] },
    id: (at) => `${at}/${destination}`,
    shown: new RegExp(`"dst":"${destination}"`),
    gone: `ip route del ${destination}`,
    foreign: `${FOREIGN_PAIR} && ip route add ${words}`,
    unmanaged: "ip route add unreachable 10.9.0.0/16 metric 7 && ip route add 10.77.0.0/16 dev lo",
  };
}

function edit(value: unknown, byHand: string): Edit {
  return { value, touches: /^route /, byHand };
}
