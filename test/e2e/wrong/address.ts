import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const CIDR = "must be an IPv4 or IPv6 address with prefix length, such as 10.0.1.1/24 or 2001:db8::1/64";
const LENGTH = "has no prefix length: write it as ADDRESS/LENGTH, such as 10.0.1.1/24 or 2001:db8::1/64";
const v4 = { device: "lo", address: "10.0.0.1/24" };
const v6 = { device: "lo", address: "2001:db8::1/64" };
const at = (address: unknown) => ({ ...v4, address });

export const wrongAddresses: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["device: is required", "address: is required"] },
  { title: "null for an address", props: at(null), faults: ["address: is required"] },
  { title: "no prefix length", props: at("10.0.0.1"), faults: [`address: ${LENGTH}`] },
  { title: "no prefix length, IPv6", props: at("2001:db8::1"), faults: [`address: ${LENGTH}`] },
  { title: "a leading zero", props: at("010.0.0.1/24"), faults: [`address: ${CIDR}`] },
  { title: "three numbers", props: at("10.0.1/24"), faults: [`address: ${CIDR}`] },
  { title: "a number above 255", props: at("10.0.0.256/24"), faults: [`address: ${CIDR}`] },
  { title: "a prefix of 33 bits, IPv4", props: at("10.0.0.1/33"), faults: [`address: ${CIDR}`] },
  { title: "a prefix of 129 bits, IPv6", props: at("2001:db8::1/129"), faults: [`address: ${CIDR}`] },
  { title: "a netmask for a length", props: at("10.0.0.1/255.255.255.0"), faults: [`address: ${CIDR}`] },
  { title: "a prefix length with a leading zero", props: at("10.0.0.1/024"), faults: [`address: ${CIDR}`] },
  { title: "a number for an address [15]", props: at(10), faults: ["address: must be a string"] },
  { title: "an option for `ip` after the address", props: at("10.0.0.1/24 dev lo"), faults: [`address: ${CIDR}`] },
  {
    title: "an address with a zone",
    props: at("fe80::1%veth0/64"),
    faults: ["address: must not have a zone (`%`): the device says it"],
  },
  {
    title: "a multicast address",
    props: at("224.0.0.1/24"),
    faults: ["address: is a multicast address, which is joined and not assigned"],
  },
  { title: "the unspecified address", props: at("::/0"), faults: ["address: is the unspecified address"] },
  {
    title: "a peer of the other family",
    props: { ...v4, peer: "2001:db8::2" },
    faults: ["peer: is not of the family of `address`"],
  },
  {
    title: "a peer with a prefix length",
    props: { ...v4, peer: "10.0.0.2/32" },
    faults: ["peer: must be an IPv4 or IPv6 address"],
  },
  {
    title: "a peer and a broadcast of zeros",
    props: { ...v4, peer: "0.0.0.0", broadcast: "::" },
    faults: [
      "peer: is the unspecified address, which to the kernel means none",
      "broadcast: is the unspecified address, which to the kernel means none",
    ],
  },
  {
    title: "what only IPv4 has, on IPv6",
    props: { ...v6, broadcast: "10.0.0.255", label: "lo:1", scope: "host" },
    faults: [
      "broadcast: is only for IPv4: IPv6 has no broadcast",
      "label: is only for IPv4",
      "scope: is only for IPv4: an IPv6 address determines its scope",
    ],
  },
  { title: "what only IPv6 has, on IPv4", props: { ...v4, noDad: true }, faults: ["noDad: is only for IPv6"] },
  {
    title: "a label that does not begin with the device",
    props: { ...v4, label: "veth0:1" },
    faults: ["label: must begin with the name of the device"],
  },
  {
    title: "a label of 16 bytes",
    props: { ...v4, label: "lo:0123456789012" },
    faults: ["label: is longer than 15 bytes, the kernel's limit (IFNAMSIZ)"],
  },
  {
    title: "a scope that there is not",
    props: { ...v4, scope: "world" },
    faults: ["scope: must be global, site, link or host"],
  },
  {
    title: "faults of single properties and between them [15]",
    props: { ...v4, noDad: false, label: "x", peer: "::1", devise: "lo" },
    faults: [
      "devise: is not a property of this; did you mean `device`?",
      "noDad: is only for IPv6",
      "label: must begin with the name of the device",
      "peer: is not of the family of `address`",
    ],
  },
  {
    title: "a wrong address that is a secret",
    props: at(secret("10.99.hidden/24")),
    faults: [`address: ${CIDR}`],
    hidden: "hidden",
  },
];
