import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { key: "net.ipv4.ip_forward", value: 1 };
const key = (name: unknown) => ({ ...ok, key: name });
const value = (what: unknown) => ({ ...ok, value: what });

const NET = "must be a key below `net.`: other keys are not of a network namespace";
const PATTERN = "must not contain white space, `:`, `=` or the patterns `*`, `?`, `[`, `{` of sysctl(8)";

export const wrongSysctls: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["key: is required", "value: is required"] },
  { title: "a key outside net.", props: key("kernel.hostname"), faults: [`key: ${NET}`] },
  { title: "the key `net`", props: key("net"), faults: [`key: ${NET}`] },
  { title: "a key that climbs out", props: key("net.../../kernel/hostname"), faults: ["key: has an empty part"] },
  {
    title: "a key in the notation of a path",
    props: key("net/ipv4/ip_forward"),
    faults: ["key: must be in dotted notation, `net.…` (sysctl(8)): write `/` only for dots in names of devices"],
  },
  { title: "a key with a value in it", props: key("net.ipv4.ip_forward=1"), faults: [`key: ${PATTERN}`] },
  { title: "a pattern for a key", props: key("net.ipv4.*.rp_filter"), faults: [`key: ${PATTERN}`] },
  {
    title: "a key of any device",
    props: key("net.ipv4.conf.*.rp_filter"),
    faults: ["device: is required: it is what `*` in `key` stands for"],
  },
  {
    title: "a device for a key of none",
    props: { ...ok, device: "eth0" },
    faults: ["key: must have `*` in the device's place, as in `net.ipv4.conf.*.rp_filter`"],
  },
  {
    title: "all devices for a device",
    props: { ...key("net.ipv4.conf.*.rp_filter"), device: "all" },
    faults: ["device: must not be `all` or `default`, which sysctls use for every device"],
  },
  { title: "an empty value", props: value(""), faults: ["value: must not be empty"] },
  { title: "a value of blanks", props: value("  "), faults: ["value: must not be empty"] },
  { title: "null for a value", props: value(null), faults: ["value: is required"] },
  { title: "a flag for a value [15]", props: value(true), faults: ["value: must be a string or a number"] },
  { title: "a list for a value [15]", props: value([4096, 87380]), faults: ["value: must be a string or a number"] },
  { title: "two lines for a value", props: value("1\n2"), faults: ["value: must be one line"] },
  {
    title: "a fault in every property [15]",
    props: { key: "vm.swappiness", value: "", namespace: "a/b", restoreOnDelete: "no", valeu: 1 },
    faults: [
      `key: ${NET}`,
      "value: must not be empty",
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "restoreOnDelete: must be true or false",
      "valeu: is not a property of this; did you mean `value`?",
    ],
  },
  {
    title: "a wrong value and a wrong key that are secrets",
    props: { key: secret("net.hidden=1"), value: secret("hidden\nhidden") },
    faults: [`key: ${PATTERN}`, "value: must be one line"],
    hidden: "hidden",
  },
];
