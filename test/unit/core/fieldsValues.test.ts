import * as fields from "../../../provider/core/fields";
import { type FieldRules, fieldSuites } from "./fieldRules";

const MTU = "must be a whole number of bytes";
const MAC = "must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01";
const CIDR = "must be an IPv4 or IPv6 address with prefix length, such as 10.0.1.1/24 or 2001:db8::1/64";
const PREFIX = "must be `default` or an IPv4 or IPv6 prefix, such as 10.0.0.0/8, 2001:db8::/32 or ::/0";
const HOST_BITS = "has bits set beyond its prefix length: write the first address of the network";
const NO_LENGTH = "has no prefix length: write it as ADDRESS/LENGTH, such as 10.0.1.1/24 or 2001:db8::1/64";

const rules: Record<string, FieldRules> = {
  mac: {
    field: fields.mac(),
    takes: ["02:00:00:00:00:01", "fe:ff:ff:ff:ff:ff"],
    faults: [
      [2, "must be a string"],
      ["", MAC],
      ["02-00-00-00-00-01", MAC],
      ["02:00:00:00:00", MAC],
      ["02:00:00:00:00:01\n", MAC],
      ["2:0:0:0:0:1", MAC],
      ["01:00:5e:00:00:01", "is a multicast address (its first byte is odd)"],
      ["ff:ff:ff:ff:ff:ff", "is a multicast address (its first byte is odd)"],
      ["00:00:00:00:00:00", "must not be all zeros"],
    ],
  },
  mtu: {
    field: fields.mtu(),
    takes: [68, 1500, 65535],
    faults: [
      ["1500", MTU],
      [1500.5, MTU],
      [Number.NaN, MTU],
      [67, "is below 68, the minimum of IPv4 (RFC 791)"],
      [65536, "is above 65535, the most that the device takes"],
    ],
  },
  flag: {
    field: fields.flag(),
    takes: [true, false],
    faults: [
      ["true", "must be true or false"],
      [1, "must be true or false"],
    ],
  },
  cidr: {
    field: fields.cidr(),
    takes: ["10.0.1.1/24", "2001:db8::1/64", "0.0.0.1/0"],
    faults: [
      [10, "must be a string"],
      ["10.0.1.1", NO_LENGTH],
      ["::1", NO_LENGTH],
      ["fe80::1%eth0/64", "must not have a zone (`%`): the device says it"],
      ["10.0.01.1/24", CIDR],
      ["10.0.1.1/33", CIDR],
      ["", CIDR],
      ["0.0.0.0/8", "is the unspecified address"],
      ["224.0.0.1/32", "is a multicast address, which is joined and not assigned"],
      ["FF02::1/64", "is a multicast address, which is joined and not assigned"],
    ],
  },
  ipPrefix: {
    field: fields.ipPrefix(),
    takes: ["default", "10.0.0.0/8", "10.9.9.9/32", "::/0", "2001:db8::/32", "::ffff:10.0.0.0/120", "::1/128"],
    faults: [
      [10, "must be a string"],
      ["", PREFIX],
      ["all", PREFIX],
      ["10/8", PREFIX],
      ["10.0.0.0/33", PREFIX],
      ["fe80::%eth0/64", PREFIX],
      ["10.0.0.1/8", HOST_BITS],
      ["2001:db8::1/64", HOST_BITS],
      ["::ffff:10.0.0.1/120", HOST_BITS],
    ],
  },
  count: {
    field: fields.count(1),
    takes: [1, 4294967295],
    faults: [
      ["1", "must be a whole number"],
      [1.5, "must be a whole number"],
      [0, "is below 1, the kernel's minimum"],
      [4294967296, "is above 4294967295, the kernel's maximum"],
    ],
  },
  fwmark: {
    field: fields.fwmark(),
    takes: ["0x1", "0xffffffff", "0x10/0xff"],
    faults: [
      [true, "must be a number, or a string such as 0x10/0xff"],
      ...["", "x", 0, -1, 1.5, 4294967296, "0x100000000", "1/0", "1/", "1/2/3", " 1"].map(
        (value): [unknown, string] => [value, "must be a 32-bit mark above 0, or MARK/MASK, such as 0x10/0xff"],
      ),
    ],
  },
  ipAddress: {
    field: fields.ipAddress(),
    takes: ["10.0.1.1", "2001:db8::1"],
    faults: [
      [10, "must be a string"],
      ["10.0.1.1/24", "must be an IPv4 or IPv6 address"],
      ["fe80::1%eth0", "must be an IPv4 or IPv6 address"],
      ["0.0.0.0", "is the unspecified address, which to the kernel means none"],
      ["0:0::0", "is the unspecified address, which to the kernel means none"],
    ],
  },
};

fieldSuites(rules);
