import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const VID = "must be a whole number from 1 to 4094, a VLAN ID of IEEE 802.1Q";
const FAMILY = "has a destination that is not of the family of its other addresses (IPv4 if there are none)";

export const wrongDummies: WrongProgram[] = [
  {
    title: "a fault in every property [15]",
    props: { name: "a b", namespace: "a/b", mac: "01:00:5e:00:00:01", mtu: 67, up: "yes", upp: true },
    faults: [
      "name: must not contain white space",
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "mac: is a multicast address (its first byte is odd)",
      "mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "up: must be true or false",
      "upp: is not a property of this; did you mean `up`?",
    ],
  },
  {
    title: "a logical name that is no name for a device [16]",
    name: "lab/dummy",
    props: {},
    faults: ["name: must not contain `/` (it comes from the resource's logical name: set `name`)"],
  },
];

export const wrongMacvlans: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["parent: is required"] },
  {
    title: "a mode that there is not [15]",
    props: { parent: "eth0", mode: "router" },
    faults: ["mode: must be private, vepa, bridge, passthru, source"],
  },
  { title: "itself for a parent", props: { name: "mv0", parent: "mv0" }, faults: ["parent: is the device itself"] },
  {
    title: "a wrong parent that is a secret",
    props: { parent: secret("hidden:1") },
    faults: ["parent: must not contain `:`"],
    hidden: "hidden",
  },
];

export const wrongIpvlans: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["parent: is required"] },
  {
    title: "a MAC address, a mode and a flag that there are not, and itself for a parent [15]",
    props: { name: "v0", parent: "v0", mac: "02:00:00:00:00:01", mode: "L2", flag: "source" },
    faults: [
      "mode: must be l2, l3, l3s",
      "flag: must be bridge, private, vepa",
      "mac: is not for an ipvlan: it has the MAC address of its parent",
      "parent: is the device itself",
    ],
  },
];

export const wrongVlans: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["parent: is required", "vid: is required"] },
  { title: "the VLAN ID 0", props: { parent: "eth0", vid: 0 }, faults: [`vid: ${VID}`] },
  { title: "the VLAN ID 4095", props: { parent: "eth0", vid: 4095 }, faults: [`vid: ${VID}`] },
  { title: "a text for a VLAN ID [15]", props: { parent: "eth0", vid: "10" }, faults: [`vid: ${VID}`] },
  {
    title: "a protocol that there is not, and itself for a parent [15]",
    props: { name: "v0", parent: "v0", vid: 1, protocol: "802.1q" },
    faults: ["protocol: must be 802.1Q or 802.1ad", "parent: is the device itself"],
  },
  {
    title: "a wrong VLAN ID that is a secret",
    props: { parent: "eth0", vid: secret("hidden") },
    faults: [`vid: ${VID}`],
    hidden: "hidden",
  },
];

export const wrongBonds: WrongProgram[] = [
  {
    title: "options of other modes [15]",
    props: {
      mode: "balance-rr",
      lacpRate: "fast",
      adSelect: "count",
      minLinks: 1,
      primary: "eth0",
      xmitHashPolicy: "layer2",
    },
    faults: [
      "lacpRate: is only for the mode 802.3ad",
      "adSelect: is only for the mode 802.3ad",
      "minLinks: is only for the mode 802.3ad",
      "primary: is only for the mode active-backup, balance-tlb, balance-alb",
      "xmitHashPolicy: is only for the mode balance-xor, 802.3ad, balance-tlb",
    ],
  },
  {
    title: "delays that nobody looks at, or not then",
    props: { mode: "802.3ad", updelay: 150, downdelay: 30 },
    faults: ["updelay: must be a multiple of `miimon`, 100", "downdelay: must be a multiple of `miimon`, 100"],
  },
  { title: "a delay without monitoring", props: { updelay: 100 }, faults: ["updelay: needs a `miimon` above 0"] },
  {
    title: "words that there are not",
    props: { mode: "lacp", lacpRate: 1 },
    faults: [
      "mode: must be balance-rr, active-backup, balance-xor, broadcast, 802.3ad, balance-tlb or balance-alb",
      "lacpRate: must be slow or fast",
    ],
  },
];

export const wrongBondPorts: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["bond: is required", "device: is required"] },
  {
    title: "the bond for a port of itself",
    props: { bond: "bond0", device: "bond0" },
    faults: ["device: is the bond itself, which is no port of its own"],
  },
];

export const wrongVrfs: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["table: is required"] },
  {
    title: "numbers beyond their field [15]",
    props: { table: 0, mtu: 1279 },
    faults: ["table: is below 1, the kernel's minimum", "mtu: is below 1280, the least that a VRF takes"],
  },
  { title: "a name for a table", props: { table: "main" }, faults: ["table: must be a whole number"] },
];

export const wrongVrfPorts: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["vrf: is required", "device: is required"] },
  {
    title: "the VRF for a port of itself",
    props: { vrf: "red", device: "red" },
    faults: ["device: is the VRF itself, which is no port of its own"],
  },
];

export const wrongVxlans: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["vni: is required"] },
  {
    title: "numbers beyond their field",
    props: { vni: 2 ** 24, port: 0, ttl: 256 },
    faults: [
      "vni: must be a whole number from 0 to 16777215, a VXLAN network identifier (RFC 7348)",
      "port: must be a whole number from 1 to 65535, a UDP port",
      "ttl: must be a whole number from 0 to 255",
    ],
  },
  {
    title: "unicast and multicast mixed up",
    props: { vni: 1, local: "239.1.1.1", remote: "224.0.0.5", device: "eth0" },
    faults: [
      "local: is a multicast address, which cannot be a host's",
      "remote: is a multicast address: that is a `group`",
    ],
  },
  {
    title: "one host for a group",
    props: { vni: 1, group: "10.0.0.1", device: "eth0" },
    faults: ["group: must be a multicast address"],
  },
  {
    title: "a group without a device",
    props: { vni: 1, group: "239.1.1.1" },
    faults: ["group: needs a `device`"],
  },
  {
    title: "a group beside a remote",
    props: { vni: 1, group: "239.1.1.1", remote: "10.0.0.1", device: "eth0" },
    faults: ["group: is set together with `remote`: only one can be"],
  },
  {
    title: "addresses of two families",
    props: { vni: 1, local: "2001:db8::1", remote: "10.0.0.1" },
    faults: ["local: is not of the family of `remote`"],
  },
  {
    title: "entries that are none",
    props: { vni: 1, fdb: [{ mac: "02-00-00-00-00-01", destination: "10.0.0.0/24" }, {}] },
    faults: [
      "fdb[0].mac: must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01",
      "fdb[0].destination: must be an IPv4 or IPv6 address",
      "fdb[1].mac: is required",
      "fdb[1].destination: is required",
    ],
  },
  {
    title: "no entry in the list",
    props: { vni: 1, fdb: [] },
    faults: ["fdb: must have an entry: leave it out for none"],
  },
  {
    title: "an entry of the other family",
    props: { vni: 1, fdb: [{ mac: "00:00:00:00:00:00", destination: "2001:db8::1" }] },
    faults: [`fdb: ${FAMILY}`],
  },
  {
    title: "a MAC address behind two hosts",
    props: {
      vni: 1,
      fdb: [
        { mac: "02:00:00:00:00:0a", destination: "10.0.0.1" },
        { mac: "02:00:00:00:00:0A", destination: "10.0.0.2" },
      ],
    },
    faults: ["fdb: has an address twice: only `00:00:00:00:00:00` can have several destinations"],
  },
  {
    title: "an entry that is there by itself",
    props: { vni: 1, remote: "10.0.0.1", fdb: [{ mac: "00:00:00:00:00:00", destination: "10.0.0.1" }] },
    faults: ["fdb: has an entry of `00:00:00:00:00:00`, which `remote` already makes"],
  },
];
