import { outputOf } from "../../../support/engine/declared";
import { hasGeneve, hasGre } from "../../../support/suites/kernelOptions";
import { device, deviceEdits, deviceReplacements } from "./device";
import type { Edit, Specimen } from "./specimen";

const { mac, mtu, up } = deviceEdits;
const edits = { mac, up, mtu: { ...mtu, unsetReplaces: true } };
const common = { ...device, built: hasGre, type: "Tunnel" };
const FOREIGN = "local 10.0.0.1 remote 10.0.0.2 && ip addr add 10.0.0.1/24 dev it0";

/** Frames in GRE, which has a key. */
export const gretap: Specimen = {
  ...common,
  variant: "gretap",
  props: (at) => ({ namespace: at, name: "it0", mode: "gretap", local: "10.0.0.1" }),
  full: {
    ...{ mac: "02:00:00:00:00:0a", mtu: 1400, up: false, remote: "10.0.0.2", ttl: 9, tos: 4, key: 7 },
    pmtudisc: false,
  },
  foreign: `ip link add name it0 type gretap ${FOREIGN}`,
  edits: {
    ...edits,
    local: option("gretap", "local", "10.0.0.3", "10.0.0.3", "local 10.0.0.4"),
    ttl: option("gretap", "ttl", 9, 9, "ttl 8"),
    tos: option("gretap", "tos", 4, "0x4", "tos 8"),
    key: option("gretap", "ikey", 7, "0.0.0.7", "key 8", /^link it0 (mtu|linkinfo info_data [io]key)$/),
    pmtudisc: option("gretap", "pmtudisc", false, false, "pmtudisc"),
  },
  replacements: {
    ...deviceReplacements,
    mode: { value: () => "gre" },
    device: { value: (it) => outputOf(`${it}-pair`, "a.name") },
  },
  spellings: [
    [{}, { up: true, mtu: 1462, ttl: "inherit", tos: 0, pmtudisc: true }],
    [{ key: "0.0.1.0" }, { key: 256 }],
  ],
};

/** Packets in IPv6, with a key of each direction. */
export const ip6gre: Specimen = {
  ...common,
  variant: "ip6gre",
  props: (at) => ({ namespace: at, name: "it0", mode: "ip6gre", local: "2001:db8::1", remote: "2001:db8::2" }),
  full: { mtu: 1400, ttl: "inherit", tos: "inherit", ikey: 7, okey: 8, encapLimit: "none" },
  foreign: "ip link add name it0 type ip6gre local 2001:db8::1 remote 2001:db8::2 && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    remote: option("ip6gre", "remote", "2001:db8::3", "2001:db8::3", "remote 2001:db8::4"),
    ikey: option("ip6gre", "ikey", 7, "0.0.0.7", "ikey 8"),
    okey: option("ip6gre", "okey", 7, "0.0.0.7", "okey 8", /^link it0 (mtu|linkinfo info_data okey)$/),
    encapLimit: option("ip6gre", "encap_limit", 2, 2, "encaplimit 3"),
  },
  replacements: {},
  spellings: [[{ local: "2001:db8::a" }, { local: "2001:0DB8:0::000A" }]],
};

export const geneve: Specimen = {
  ...device,
  built: hasGeneve,
  type: "Geneve",
  props: (at) => ({ namespace: at, name: "it0", vni: 100, remote: "10.0.0.2" }),
  full: { mac: "02:00:00:00:00:0a", mtu: 1400, up: false, port: 6082, ttl: 9, tos: 4, df: "set" },
  foreign: "ip link add name it0 type geneve id 100 remote 10.0.0.2 && ip addr add 10.0.0.1/24 dev it0",
  edits: {
    ...edits,
    remote: option("geneve id 100", "remote", "10.0.0.3", "10.0.0.3", "remote 10.0.0.4"),
    ttl: option("geneve id 100 remote 10.0.0.2", "ttl", 9, 9, "ttl 8"),
    tos: option("geneve id 100 remote 10.0.0.2", "tos", 4, "0x4", "tos 8"),
    df: option("geneve id 100 remote 10.0.0.2", "df", "set", "set", "df inherit"),
  },
  replacements: { ...deviceReplacements, vni: { value: () => 101 }, port: { value: () => 6082 } },
  spellings: [[{}, { up: true, mtu: 1500, port: 6081, ttl: 0, tos: 0, df: "unset" }]],
};

function option(type: string, word: string, value: unknown, shown: unknown, byHand: string, touches?: RegExp): Edit {
  const fact = `link it0 linkinfo info_data ${word}`;
  return {
    value,
    touches: touches ?? new RegExp(`^(${fact}|link it0 (address|broadcast))$`),
    shows: [fact, shown],
    byHand: `ip link set it0 type ${type} ${byHand}`,
  };
}
