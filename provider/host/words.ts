import { createHash } from "node:crypto";

/** A word as a shell of POSIX reads it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A name for a file, of a text that cannot be one; all are of one length, so that none begins with another. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}
