import * as fields from "../../../provider/core/fields";
import { type FieldRules, fieldSuites } from "./fieldRules";

const long = (length: number) => "x".repeat(length);
const IFNAMSIZ = "is longer than 15 bytes, the kernel's limit (IFNAMSIZ)";
const FILE_NAME = "is longer than 255 bytes, the limit of a file name";
const DASH = "must not begin with `-`, which `ip` takes for an option";
const DOTS = "must not be `.` or `..`";
const EMPTY = "must not be empty";
const RESERVED = "must not be `all` or `default`, which sysctls use for every device";
const A0 = "must not contain a letter with the byte a0, a space to the kernel";
const REF = "must be a name under /run/netns or an absolute path such as /proc/4242/ns/net";
const PLAIN = "is not a plain absolute path: leave out `//`, `.` and `..`";
const REF_BLANK = "must not contain white space or control characters";

const rules: Record<string, FieldRules> = {
  ifName: {
    field: fields.ifName(),
    takes: ["lo", "eth0.100", long(15), "ééééééé", "a@b", "…", "all0"],
    faults: [
      [1, "must be a string"],
      ["", EMPTY],
      [long(16), IFNAMSIZ],
      ["éééééééé", IFNAMSIZ],
      [".", DOTS],
      ["..", DOTS],
      ["all", RESERVED],
      ["default", RESERVED],
      ["a/b", "must not contain `/`"],
      ["eth0:1", "must not contain `:`"],
      ["a b", "must not contain white space"],
      ["a\n", "must not contain white space"],
      ["a\u0001", "must not contain control characters"],
      ["à", A0],
      ["veth%d", "must not contain `%`, which the kernel takes for a pattern"],
      ["-a", DASH],
    ],
  },
  addressLabel: {
    field: fields.addressLabel(),
    takes: ["eth0", "eth0:1"],
    faults: [
      [1, "must be a string"],
      ["", EMPTY],
      [long(16), IFNAMSIZ],
      ["a b", "must not contain white space or control characters"],
      ["a\u007f", "must not contain white space or control characters"],
    ],
  },
  netnsName: {
    field: fields.netnsName(),
    takes: ["net0", "a:b", "all", "à", long(255)],
    faults: [
      [null, "must be a string"],
      ["", EMPTY],
      [long(256), FILE_NAME],
      [".", DOTS],
      ["..", DOTS],
      ["a/b", "must not contain `/`: it is the name of a file under /run/netns"],
      ["a\tb", "must not contain white space"],
      ["a\u0000", "must not contain control characters"],
      ["-a", DASH],
    ],
  },
  netnsRef: {
    field: fields.netnsRef(),
    takes: ["net0", "/proc/4242/ns/net", "/run/netns/a/b", "/a"],
    faults: [
      [{}, "must be a string"],
      ["", "must not be empty: leave it out for the provider's own namespace"],
      ["a b", REF_BLANK],
      ["/a\n", REF_BLANK],
      [`/${long(4095)}`, "is longer than a path can be (4095 bytes)"],
      ["/", PLAIN],
      ["/a/", PLAIN],
      ["/a//b", PLAIN],
      ["/a/../b", PLAIN],
      ["/./a", PLAIN],
      ["a/b", REF],
      ["./a", REF],
      [long(256), FILE_NAME],
      ["..", DOTS],
      ["-a", DASH],
    ],
  },
};

fieldSuites(rules);
