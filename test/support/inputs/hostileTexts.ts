import fc from "fast-check";
import type { Json } from "../../../provider/core/values";
import { kindNamed } from "./states";
import { texts } from "./valueArbitraries";

/** Input as an attacker writes it, for fast-check. */

/** Words that mean something to `ip`, to `ip -batch`, to sysctl(8), to a shell, or to JavaScript. */
export const HOSTILE_WORDS = [
  ...["-all", "-n", "--", "-batch", "help", "all", "any", "default", "dev", "name", "type", "netns", "up", "none"],
  ...["lo", "1", "0", "-1", "self", "peer", "alias", "group", "nodad", "link", "@", "a@if2", "eth0:1", "%d", "veth%d"],
  ...[
    "a;b",
    "a b",
    " a",
    "a ",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "a\0b",
    "a\u00a0b",
    "a\u2028b",
    "a#b",
    "#",
    "a\\",
    "\\\n",
    "a\\n",
  ],
  ...[
    "'",
    '"',
    "a'b'c",
    'a"b"c',
    '"a',
    "$(id)",
    "`id`",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
    "${IFS}",
    "&",
    "|",
    ">x",
    "<x",
    "*",
    "?",
    "~",
    "!",
    "[a]",
    "{a}",
    "(a)",
  ],
  ...[
    "..",
    ".",
    "../x",
    "a/../b",
    "/",
    "//",
    "/etc/passwd",
    "/run/netns/../x",
    "/run/netns/a",
    "/var/run/netns/a",
    "/proc/1/ns/net",
  ],
  ...[
    "net.ipv4.ip_forward",
    "net/ipv4/ip_forward",
    "net./../kernel.hostname",
    "net.//.kernel.hostname",
    "net/../kernel",
  ],
  ...[
    "kernel.hostname",
    "net.ipv4.conf.*.forwarding",
    "net.ipv4.ip_forward=1",
    "-net.ipv4.ip_forward",
    "net.",
    "net..x",
  ],
  ...["010.0.0.1/24", "10.1/24", "0x0a000001/8", "10.0.0.1/024", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/24 dev lo"],
  ...[
    "::ffff:10.0.0.1/120",
    "::ffff:a00:1/120",
    "fe80::1%lo/64",
    "::1%1/128",
    "1::2::3/64",
    "::/0",
    "0.0.0.0/0",
    "::1.2.3.4/64",
  ],
  ...["02:00:00:00:00:01\n", "02-00-00-00-00-01", "ff:ff:ff:ff:ff:ff", "1e3", "0x10", "NaN", "true", "null"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "é", "🚀", "\u202ea"],
];
const PIECES = [..."abz019.,:;#'\"\\$`&|<>*?~!()[]{}^@=+%/- \t\n\r\0é🚀"];

const pieces = fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 17 });
export const hostileTexts = fc.oneof(fc.constantFrom(...HOSTILE_WORDS), pieces, texts);

const HUGE = ["x", "1", ":", "../", "net.", "::ffff:", "\n"].map((part) => part.repeat(2 ** 20 / part.length));
const numbers = fc.oneof(fc.constantFrom(Number.NaN, Infinity, -Infinity, 1e308, -0, 2 ** 53, 0.5), fc.double());

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const signed = (signature: unknown, rest: Json = {}) => ({ [SIGNATURE]: signature, ...rest });
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** `value` in each form that the engine has for values on the wire, and in some that it has not. */
function wrapped(value: unknown): unknown[] {
  return [
    value,
    signed("1b47061264138c4ac30d75fd1eb44270", { value }),
    signed(OUTPUT, { value, secret: true, dependencies: ["urn:pulumi:a::b::c:d:e::f"] }),
    signed(OUTPUT, { secret: true }),
    signed(RESOURCE, { urn: "urn:pulumi:a::b::c:d:e::f", id: value }),
    signed(RESOURCE, { urn: value }),
    signed("c44067f5952c0a294b673a41bacd8c17", { text: value, hash: "" }),
    signed("0def7320c3a5731c473e5ecbe6d01bc7", { assets: { a: value } }),
    signed(value, { value }),
    [value],
    { value },
    UNKNOWN,
  ];
}

/** Any value at all, as plain JavaScript of a message. */
const nastyValues: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: hostileTexts },
    { weight: 2, arbitrary: numbers },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, false, UNKNOWN, {}, [], ...HUGE) },
    { weight: 2, arbitrary: tie("value").chain((value) => fc.constantFrom(...wrapped(value))) },
    { weight: 1, arbitrary: fc.dictionary(hostileTexts, tie("value"), { maxKeys: 3 }) },
  ),
})).value;

/** Objects in which some of a kind's own properties, at any depth, hold anything. */
export function hostileProperties(type: string): fc.Arbitrary<Json> {
  const keys = Object.keys(kindNamed(type).outputs.shape);
  const inner = type === "VethPair" || type === "Netkit" ? ["name", "namespace", "mac", "mtu", "up", "ifindex"] : keys;
  const end = fc.dictionary(fc.constantFrom(...inner), nastyValues, { maxKeys: 6 });
  const own = fc.dictionary(fc.constantFrom(...keys, "__mark", "__place"), fc.oneof(nastyValues, end), { maxKeys: 8 });
  return fc.oneof(
    { weight: 5, arbitrary: own },
    { weight: 1, arbitrary: fc.dictionary(hostileTexts, nastyValues, { maxKeys: 4 }) },
  );
}
