import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const KEY = "must be a whole number from 0 to 4294967295, or the same as four bytes with dots";
const TOS = "must be an even number from 0 to 254, the whole byte of the header, or `inherit`";
const MODES = "gre, gretap, ip6gre, ip6gretap, ipip, sit, ip6tnl";
const ALONE = "is required, or `local`, `device` or a key: without any it is the kernel's own device of that mode";

export const wrongTunnels: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["mode: is required", `remote: ${ALONE}`] },
  {
    title: "a fault in every option [15]",
    props: { mode: "vti", local: "host", remote: "10.0.0.0/8", ttl: 0, tos: 1, key: -1, pmtudisc: 1, encapLimit: 256 },
    faults: [
      `mode: must be ${MODES}`,
      "local: must be an IPv4 or IPv6 address",
      "remote: must be an IPv4 or IPv6 address",
      "ttl: must be a whole number from 1 to 255, or `inherit`",
      `tos: ${TOS}`,
      `key: ${KEY}`,
      "pmtudisc: must be true or false",
      "encapLimit: must be a whole number from 0 to 255, or `none`",
    ],
  },
  {
    title: "options that IP in IP has not [15]",
    props: { mode: "sit", remote: "2001:db8::1", mac: "02:00:00:00:00:01", key: 5, encapLimit: 1, mtu: 1279 },
    faults: [
      "mac: is only for the modes `gretap` and `ip6gretap`: others have none",
      "key: is only for the modes of GRE",
      "encapLimit: is only for the modes over IPv6",
      "remote: must be an IPv4 address in this mode",
      "mtu: is below 1280, the minimum of IPv6 (RFC 8200)",
    ],
  },
  {
    title: "options that a tunnel over IPv6 has not [15]",
    props: { mode: "ip6gre", local: "10.0.0.1", remote: "ff02::1", pmtudisc: true, key: 1, ikey: 2 },
    faults: [
      "remote: is a multicast address: a tunnel leads to one host",
      "ikey: is set together with `key`, which is that of both directions",
      "pmtudisc: is only for the modes over IPv4",
      "local: must be an IPv6 address in this mode",
    ],
  },
  {
    title: "more than an IPv4 packet has room for, and itself below",
    props: { name: "t0", mode: "gre", key: 1, mtu: 65_508, device: "t0" },
    faults: [
      "device: is the device itself",
      "mtu: is above 65507, what an IPv4 packet has room for beside the headers of the tunnel",
    ],
  },
  {
    title: "a wrong key that is a secret",
    props: { mode: "gre", key: secret("hidden") },
    faults: [`key: ${KEY}`],
    hidden: "hidden",
  },
];

export const wrongGeneves: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["vni: is required", "remote: is required"] },
  {
    title: "numbers beyond their field, and a group",
    props: { vni: 2 ** 24, remote: "239.1.1.1", port: 0, ttl: 256, tos: "all", df: true },
    faults: [
      "vni: must be a whole number from 0 to 16777215, a virtual network identifier (RFC 8926)",
      "port: must be a whole number from 1 to 65535, a UDP port",
      "ttl: must be a whole number from 0 to 255, or `inherit`",
      `tos: ${TOS}`,
      "df: must be unset, set, inherit",
      "remote: is a multicast address: GENEVE leads to one host",
    ],
  },
  {
    title: "fragments of IPv6",
    props: { vni: 1, remote: "2001:db8::1", df: "set" },
    faults: ["df: is only for IPv4: packets of IPv6 are never fragmented on the way"],
  },
];
