import { createHash, randomBytes } from "node:crypto";
import { joinId } from "../core/id";
import { parseUrn } from "../core/urn";

const PREFIX = "pulumi:";
/** What nft takes as a comment; an alias may be longer (IFALIASZ of linux/if.h). */
const MARK_BYTES = 128;
const TOKEN_BYTES = 9;

/**
 * A new mark of ownership, for a link's alias or a table's comment: `pulumi:PROJECT/STACK/NAME:TOKEN`. The first part is for people; the
 * token alone says whose it is.
 */
export function newMark(urn: string): string {
  return `${PREFIX}${labelOf(urn)}:${randomBytes(TOKEN_BYTES).toString("hex")}`;
}

/** The part of a mark that is for people: the project, the stack and the name of the resource that made it. */
export function labelOf(urn: string): string {
  const { stack, project, name } = parseUrn(urn);
  const label = [project, stack, name].map((part) => part.replace(/[^\w.-]+/g, "_")).join("/");
  return label.slice(0, MARK_BYTES - PREFIX.length - 2 * TOKEN_BYTES - 1);
}

/** Who made what bears this mark; undefined when it is none of ours. */
export function ownerOf(mark: string): { label: string; name: string } | undefined {
  const label = /^pulumi:(.*):[0-9a-f]+$/.exec(mark)?.[1];
  return label === undefined ? undefined : { label, name: label.split("/").slice(2).join("/") };
}

export function isMark(alias: string | undefined): alias is string {
  return alias?.startsWith(PREFIX) ?? false;
}

/** The link group that stands for a mark until the alias is set, for `ip link add` can set no alias: 1 to 2^28. */
export function groupOf(mark: string): string {
  return String(Number.parseInt(createHash("sha256").update(mark).digest("hex").slice(0, 7), 16) + 1);
}

/** A MAC address that goes with a mark and a device, so that no other one has it: all of a topology have one mark. */
export function macOf(mark: string, { namespace, name }: { namespace?: string | undefined; name: string }): string {
  const bytes = createHash("sha256")
    .update(`${mark} ${joinId(namespace, name)}`)
    .digest()
    .subarray(0, 5);
  return ["02", ...[...bytes].map(hex)].join(":");
}

/** A random MAC address of the locally administered range, as the kernel gives one to a new device. */
export function randomMac(): string {
  const bytes = randomBytes(6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfe) | 0x02;
  return [...bytes].map(hex).join(":");
}

/**
 * Whether a MAC address looks like one that nobody has chosen: of the locally administered range, as the kernel and this
 * provider give them, and without what people write, such as two bytes of zero. Of a thousand random ones two look chosen.
 */
export function looksRandom(mac: string): boolean {
  const [first = 0, ...bytes] = mac.split(":").map((byte) => Number.parseInt(byte, 16));
  const repeats = bytes.length - new Set(bytes).size;
  return (first & 0x02) !== 0 && bytes.filter((byte) => byte === 0).length < 2 && repeats < 2;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
