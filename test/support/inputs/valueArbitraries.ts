import fc from "fast-check";
import { ifName, netnsName } from "../../../provider/core/fields";

/** Values as programs write them, for fast-check. */

/** Any text that UTF-8 can hold: every sort of letter, blank and control character. */
const letter = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 0xd7ff }) },
);
export const texts = fc.string({ unit: letter.map((code) => String.fromCharCode(code)), maxLength: 20 });

const WORD = fc.stringMatching(/^[A-Za-z0-9_@=+,][A-Za-z0-9_.@=+,-]{0,13}$/);
/** Letters of two and four bytes as well: what counts is bytes. */
const WIDE = fc.string({ unit: fc.constantFrom("a", "0", ".", "é", "ß", "日", "🚀"), minLength: 1, maxLength: 6 });

const deviceName = ifName();
const netns = netnsName();
export const ifNames = fc.oneof(WORD, WIDE).filter((name) => deviceName.safeParse(name).success);
export const netnsNames = fc.oneof(WORD, WIDE).filter((name) => netns.safeParse(name).success);
export const netnsRefs = fc.oneof(
  netnsNames,
  netnsNames.map((name) => `/run/netns/${name}`),
  fc.nat().map((pid) => `/proc/${pid}/ns/net`),
);
export const macs = fc
  .tuple(fc.nat(63), fc.uint8Array({ minLength: 5, maxLength: 5 }))
  .map(([first, rest]) => [first * 4 + 2, ...rest].map((byte) => byte.toString(16).padStart(2, "0")).join(":"));
export const mtus = fc.integer({ min: 68, max: 65535 });

/** Every way to write an address that fast-check knows, also those that no device can have. */
export const ips = fc.oneof(fc.ipV4(), fc.ipV6());
const withLength = (ip: fc.Arbitrary<string>, bits: number) =>
  fc.tuple(ip, fc.nat(bits)).map(([address, length]) => `${address}/${length}`);
export const cidrs4 = withLength(fc.ipV4(), 32);
export const cidrs6 = withLength(fc.ipV6(), 128);
export const cidrs = fc.oneof(cidrs4, cidrs6);

export const flags = (...names: string[]) => Object.fromEntries(names.map((name) => [name, fc.boolean()]));
export const upTo = (most: number, least = 0) => fc.integer({ min: least, max: most });
/** Any VLANs, in any order: those that overlap are no valid inputs. */
export const vlans = fc.array(
  fc.record(
    { vid: upTo(4094, 1), vidEnd: upTo(4094, 1), pvid: fc.boolean(), untagged: fc.boolean() },
    { requiredKeys: ["vid"] },
  ),
  { minLength: 1, maxLength: 3 },
);
export const numbers = fc.oneof(fc.constantFrom(0, 1, 254, 1024), fc.nat(2 ** 32 - 1));

export const onDevice = { namespace: netnsRefs, device: ifNames };
