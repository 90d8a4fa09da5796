import { createHash } from "node:crypto";

/** A file of the provider's programs as it is to be on a lab host. */
export interface CopiedFile {
  /** Below the copy's folder. */
  path: string;
  isExecutable: boolean;
  content: Buffer;
}

/** How the folder of a copy is named, behind the hash of all that is in it. */
export const COPY = "plugin-";

/** The same for the same files, wherever they are: both ends of the line reckon it. */
export function hashOf(files: readonly CopiedFile[]): string {
  const rows = files.map(({ path, isExecutable, content }) => [path, isExecutable, sha256(content)].join(" ")).sort();
  return sha256(Buffer.from(rows.join("\n")));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** How files travel: a length, so many bytes of JSON about them, and their contents one behind the other. */
export function packFiles(files: readonly CopiedFile[]): Buffer {
  const rows = files.map(({ path, isExecutable, content }) => ({ path, isExecutable, length: content.length }));
  const head = Buffer.from(JSON.stringify(rows));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...files.map(({ content }) => content)]);
}

export function unpackFiles(bytes: Buffer): CopiedFile[] {
  let at = 4 + bytes.readUInt32LE(0);
  const rows = JSON.parse(bytes.toString("utf8", 4, at)) as { path: string; isExecutable: boolean; length: number }[];
  return rows.map(({ path, isExecutable, length }) => {
    const content = bytes.subarray(at, at + length);
    at += length;
    return { path, isExecutable, content };
  });
}
