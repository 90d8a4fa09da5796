import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { a: { name: "veth0" }, b: { name: "veth1" } };
const withA = (a: object) => ({ ...ok, a: { ...ok.a, ...a } });

const LONG = "is longer than 15 bytes, the kernel's limit (IFNAMSIZ)";
const MAC = "must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01";

export const wrongVethPairs: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["a: is required", "b: is required"] },
  { title: "ends without names", props: { a: {}, b: {} }, faults: ["a.name: is required", "b.name: is required"] },
  { title: "null for a name", props: withA({ name: null }), faults: ["a.name: is required"] },
  { title: "a text for an end [15]", props: { ...ok, b: "veth1" }, faults: ["b: must be an object"] },
  { title: "a name of 16 bytes [16]", props: withA({ name: "veth0-to-router1" }), faults: [`a.name: ${LONG}`] },
  { title: "a name of 9 letters and 16 bytes", props: withA({ name: "vethööööööö" }), faults: [`a.name: ${LONG}`] },
  { title: "a name with `/` [16]", props: withA({ name: "eth0/1" }), faults: ["a.name: must not contain `/`"] },
  { title: "a name with `:`", props: withA({ name: "eth0:1" }), faults: ["a.name: must not contain `:`"] },
  {
    title: "a name with a blank [16]",
    props: withA({ name: "eth 0" }),
    faults: ["a.name: must not contain white space"],
  },
  { title: "the name `.` [16]", props: withA({ name: "." }), faults: ["a.name: must not be `.` or `..`"] },
  { title: "the name `..`", props: withA({ name: ".." }), faults: ["a.name: must not be `.` or `..`"] },
  {
    title: "a name that the kernel would number",
    props: withA({ name: "veth%d" }),
    faults: ["a.name: must not contain `%`, which the kernel takes for a pattern"],
  },
  {
    title: "one name for both ends",
    props: { a: { name: "veth0", namespace: "net0" }, b: { name: "veth0", namespace: "net0" } },
    faults: ["b.name: is the name of end `a` in the same namespace: the two ends must differ"],
  },
  {
    title: "a multicast MAC address",
    props: withA({ mac: "01:00:5e:00:00:01" }),
    faults: ["a.mac: is a multicast address (its first byte is odd)"],
  },
  {
    title: "a MAC address of zeros",
    props: withA({ mac: "00:00:00:00:00:00" }),
    faults: ["a.mac: must not be all zeros"],
  },
  { title: "a MAC address of five bytes", props: withA({ mac: "02:00:00:00:01" }), faults: [`a.mac: ${MAC}`] },
  { title: "a MAC address with hyphens", props: withA({ mac: "02-00-00-00-00-01" }), faults: [`a.mac: ${MAC}`] },
  {
    title: "an mtu of 67",
    props: withA({ mtu: 67 }),
    faults: ["a.mtu: is below 68, the minimum of IPv4 (RFC 791)"],
  },
  {
    title: "an mtu of 65536",
    props: withA({ mtu: 65536 }),
    faults: ["a.mtu: is above 65535, the most that the device takes"],
  },
  { title: "half a byte of mtu", props: withA({ mtu: 1500.5 }), faults: ["a.mtu: must be a whole number of bytes"] },
  {
    title: "a text for an mtu [15]",
    props: withA({ mtu: "1500" }),
    faults: ["a.mtu: must be a whole number of bytes"],
  },
  { title: "a number for a flag", props: withA({ up: 1 }), faults: ["a.up: must be true or false"] },
  {
    title: "a namespace by a relative path",
    props: withA({ namespace: "../net0" }),
    faults: ["a.namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net"],
  },
  {
    title: "a namespace by a path with `..`",
    props: withA({ namespace: "/run/netns/../../etc" }),
    faults: ["a.namespace: is not a plain absolute path: leave out `//`, `.` and `..`"],
  },
  {
    title: "the namespace ``",
    props: withA({ namespace: "" }),
    faults: ["a.namespace: must not be empty: leave it out for the provider's own namespace"],
  },
  {
    title: "a namespace that is an object",
    props: withA({ namespace: { name: "x" } }),
    faults: ["a.namespace: must be a string"],
  },
  {
    title: "a fault in every property [15]",
    props: {
      a: { name: "a/b", mac: "03:00:00:00:00:00", mtu: 9, up: "up", namespaec: "net0" },
      b: { name: "", mac: "x", mtu: null, names: "net1" },
      peer: {},
    },
    faults: [
      "a.name: must not contain `/`",
      "a.mac: is a multicast address (its first byte is odd)",
      "a.mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "a.up: must be true or false",
      "a.namespaec: is not a property of this; did you mean `namespace`?",
      "b.name: must not be empty",
      `b.mac: ${MAC}`,
      "b.names: is not a property of this; did you mean `name`?",
      "peer: is not a property of this; there are `a`, `b`",
    ],
  },
  {
    title: "a wrong MAC address that is a secret",
    props: withA({ mac: secret("0a:hidden:value") }),
    faults: [`a.mac: ${MAC}`],
    hidden: "hidden",
  },
];

export const wrongNetkits: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["a: is required", "b: is required"] },
  {
    title: "a mode and a policy that there are not, and one name for both ends [15]",
    props: { a: { name: "nk0", policy: "drop" }, b: { name: "nk0" }, mode: "l3s" },
    faults: [
      "a.policy: must be forward or blackhole",
      "mode: must be l3 or l2",
      "b.name: is the name of end `a` in the same namespace: the two ends must differ",
    ],
  },
  {
    title: "a MAC address for a pair of mode l3",
    props: { a: { name: "nk0", mac: "02:00:00:00:00:01" }, b: { name: "nk1" } },
    faults: ["a.mac: is for the mode `l2` alone: a pair of mode `l3` takes no MAC address"],
  },
];
