import { createHash, randomBytes } from "node:crypto";
import { parseUrn } from "../core/urn";

const PREFIX = "pulumi:";
/** IFALIASZ of linux/if.h, with the byte that ends it. */
const ALIAS_BYTES = 255;

/**
 * A new mark of ownership, for a link's alias: `pulumi:PROJECT/STACK/NAME:TOKEN`. The first part is for people; the
 * token alone says whose it is.
 */
export function newMark(urn: string): string {
  const { stack, project, name } = parseUrn(urn);
  const token = randomBytes(9).toString("hex");
  const label = [project, stack, name].map((part) => part.replace(/[^\w.-]+/g, "_")).join("/");
  return `${PREFIX}${label.slice(0, ALIAS_BYTES - PREFIX.length - token.length - 1)}:${token}`;
}

export function isMark(alias: string | undefined): alias is string {
  return alias?.startsWith(PREFIX) ?? false;
}

/** The link group that stands for a mark until the alias is set, for `ip link add` can set no alias: 1 to 2^28. */
export function groupOf(mark: string): string {
  return String(Number.parseInt(createHash("sha256").update(mark).digest("hex").slice(0, 7), 16) + 1);
}

/** A random MAC address of the locally administered range, as the kernel gives one to a new device. */
export function randomMac(): string {
  const bytes = randomBytes(6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfe) | 0x02;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}
