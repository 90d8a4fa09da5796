import { z } from "zod";
import { canonicalIp, canonicalPrefix, notAssignable, parseCidr } from "./ip";
import { bytes, CONTROL, IFNAMSIZ, LETTERS, NOT_EMPTY, OWN, type Rule, ruled, SHORT } from "./rules";

/** Field types that several kinds share, in canonical form after parsing. Reasons hold no value: it may be a secret. */

/** A network interface's name, by the rules of the kernel's dev_valid_name() (net/core/dev.c). */
export const ifName = () => ruled([NOT_EMPTY, SHORT, ...LETTERS]);

/** An IPv4 address's label, which may hold a colon: `eth0:1`. */
export const addressLabel = () =>
  ruled([
    [(label) => label === "", "must not be empty"],
    [(label) => bytes(label) >= IFNAMSIZ, `is longer than ${IFNAMSIZ - 1} bytes, the kernel's limit (IFNAMSIZ)`],
    [(label) => CONTROL.test(label) || /\s/.test(label), "must not contain white space or control characters"],
  ]);

/** A namespace's name under /run/netns, see ip-netns(8). */
export const netnsName = () =>
  ruled([
    [(name) => name === "", "must not be empty"],
    [(name) => bytes(name) > 255, "is longer than 255 bytes, the limit of a file name"],
    [(name) => name === "." || name === "..", "must not be `.` or `..`"],
    [(name) => name.includes("/"), "must not contain `/`: it is the name of a file under /run/netns"],
    [(name) => /\s/.test(name), "must not contain white space"],
    [(name) => CONTROL.test(name), "must not contain control characters"],
    [(name) => name.startsWith("-"), "must not begin with `-`, which `ip` takes for an option"],
  ]);

/** A path that is nothing but the long form of a name, as that name. */
function nameOf(path: string): string {
  const name = /^(?:\/var)?\/run\/netns\/([^/]+)$/.exec(path)?.[1];
  return name !== undefined && netnsName().safeParse(name).success ? name : path;
}

const NETNS_RULES: Rule[] = [
  [(name) => name === "", "must not be empty: leave it out for the provider's own namespace"],
  [(name) => CONTROL.test(name) || /\s/.test(name), "must not contain white space or control characters"],
  [(name) => bytes(name) > 4095, "is longer than a path can be (4095 bytes)"],
  [
    (name) =>
      name.startsWith("/") &&
      name
        .split("/")
        .slice(1)
        .some((part) => ["", ".", ".."].includes(part)),
    "is not a plain absolute path: leave out `//`, `.` and `..`",
  ],
  [
    (name) => !name.startsWith("/") && name.includes("/"),
    "must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
  ],
  [(name) => !name.startsWith("/") && bytes(name) > 255, "is longer than 255 bytes, the limit of a file name"],
  [(name) => name === "." || name === "..", "must not be `.` or `..`"],
  [(name) => name.startsWith("-"), "must not begin with `-`, which `ip` takes for an option"],
];

/** A namespace by name under /run/netns, or by absolute path; a path to one with a name becomes that name. */
export const netnsRef = () => ruled(NETNS_RULES).overwrite(nameOf);

/** The same, or the provider's own. */
export const netnsRefOrOwn = () =>
  ruled(NETNS_RULES.map(([isWrong, reason]) => [(name) => name !== OWN && isWrong(name), reason])).overwrite(nameOf);

/** An explicit provider of this package: to the engine a reference of its URN and id. */
export const providerRef = () =>
  ruled([[(ref) => !/^urn:pulumi:[^\s]+::pulumi:providers:netns::/.test(ref), "must be a provider of netns"]]).meta({
    isProvider: true,
  });

/** A container's name or id, by the rules of Docker and runc: it becomes a word of their commands. */
export const containerName = () =>
  ruled([
    [(name) => name === "", "must not be empty"],
    [(name) => bytes(name) > 1024, "is longer than 1024 bytes, the limit of a container's name"],
    [
      (name) => !/^[A-Za-z0-9_][A-Za-z0-9_.+-]*$/.test(name),
      "must consist of letters, digits, `_`, `.`, `+` and `-`, and begin with none of the last three",
    ],
  ]);

/** An absolute path of a folder. */
export const folder = () =>
  ruled([
    [(path) => !path.startsWith("/"), "must be an absolute path"],
    [(path) => bytes(path) > 4095, "is longer than a path can be (4095 bytes)"],
    [(path) => CONTROL.test(path), "must not contain control characters"],
  ]);

/** A MAC address of one station, in lower case with colons. */
export const mac = () =>
  ruled([
    [
      (value) => !/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(value),
      "must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01",
    ],
    [(value) => (Number.parseInt(value.slice(0, 2), 16) & 1) === 1, "is a multicast address (its first byte is odd)"],
    [(value) => /^[0:]+$/.test(value), "must not be all zeros"],
  ]).overwrite((value) => value.toLowerCase());

/** A maximum transmission unit in bytes, up to the most that a device, or what else has one, takes. */
export const mtu = (most = 65535, taker = "the device") =>
  z
    .int({ error: "must be a whole number of bytes" })
    .min(68, { error: "is below 68, the minimum of IPv4 (RFC 791)" })
    .max(most, { error: `is above ${most}, the most that ${taker} takes` });

/** A whole number that the kernel keeps in 32 bits. */
export const count = (least = 0, most = 2 ** 32 - 1) =>
  z
    .int({ error: "must be a whole number" })
    .min(least, { error: `is below ${least}, the kernel's minimum` })
    .max(most, { error: `is above ${most}, the kernel's maximum` });

export const flag = () => z.boolean({ error: "must be true or false" });

/** An address with prefix length, IPv4 or IPv6, host bits kept. */
export const cidr = () =>
  ruled([
    [
      (value) => canonicalIp(value) !== undefined,
      "has no prefix length: write it as ADDRESS/LENGTH, such as 10.0.1.1/24 or 2001:db8::1/64",
    ],
    [(value) => value.includes("%"), "must not have a zone (`%`): the device says it"],
    [
      (value) => parseCidr(value) === undefined,
      "must be an IPv4 or IPv6 address with prefix length, such as 10.0.1.1/24 or 2001:db8::1/64",
    ],
  ])
    .overwrite((value) => {
      const parsed = parseCidr(value);
      return parsed ? `${parsed.address}/${parsed.prefixLength}` : value;
    })
    .superRefine((value, context) => {
      const parsed = parseCidr(value);
      const reason = parsed && notAssignable(parsed.address);
      if (reason) context.addIssue({ code: "custom", message: reason });
    });

/** An IPv4 or IPv6 address without prefix length. */
export const ipAddress = () =>
  ruled([
    [(value) => canonicalIp(value) === undefined, "must be an IPv4 or IPv6 address"],
    [
      (value) => ["0.0.0.0", "::"].includes(canonicalIp(value) ?? ""),
      "is the unspecified address, which to the kernel means none",
    ],
  ]).overwrite((value) => canonicalIp(value) ?? value);

/** What a route leads to: `default` for all of IPv4, or an IPv4 or IPv6 prefix without host bits. */
export const ipPrefix = () =>
  ruled([
    [
      (value) => canonicalPrefix(value) === undefined && parseCidr(value) !== undefined,
      "has bits set beyond its prefix length: write the first address of the network",
    ],
    [
      (value) => canonicalPrefix(value) === undefined,
      "must be `default` or an IPv4 or IPv6 prefix, such as 10.0.0.0/8, 2001:db8::/32 or ::/0",
    ],
  ]).overwrite((value) => canonicalPrefix(value) ?? value);

const MARK = /^(0x[0-9a-f]{1,8}|\d{1,10})(?:\/(0x[0-9a-f]{1,8}|\d{1,10}))?$/i;

/** A packet's mark, or `MARK/MASK`, decimal or hexadecimal; in the form that the kernel's tools print. */
export const fwmark = () =>
  z
    .union([z.string(), z.number()], { error: "must be a number, or a string such as 0x10/0xff" })
    .superRefine((value, context) => {
      if (canonicalMark(value) === undefined)
        context.addIssue({
          code: "custom",
          message: "must be a 32-bit mark above 0, or MARK/MASK, such as 0x10/0xff",
        });
    })
    .overwrite((value) => canonicalMark(value) ?? value);

function canonicalMark(value: string | number): string | undefined {
  const [, mark, mask] = MARK.exec(String(value)) ?? [];
  const [number, bits] = [Number(mark), mask === undefined ? 2 ** 32 - 1 : Number(mask)];
  if (mark === undefined || number < 1 || number >= 2 ** 32 || bits < 1 || bits >= 2 ** 32) return undefined;
  return `0x${number.toString(16)}${bits === 2 ** 32 - 1 ? "" : `/0x${bits.toString(16)}`}`;
}
