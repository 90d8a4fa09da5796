import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../tools/places.mjs";

/** What a bench leaves behind. */
export interface Outcome {
  /** What a reader sees, as Markdown: the blocks of docs/performance.md by their names. */
  blocks: Record<string, string[]>;
  files: Record<string, string>;
}

/** Writes the files into a folder; for the repository itself, the blocks into docs/performance.md as well. */
export async function publish({ blocks, files }: Outcome, out?: string): Promise<void> {
  const folder = out ?? path.join(root, "bench");
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  if (out !== undefined) return;
  const page = path.join(root, "docs/performance.md");
  const text = await readFile(page, "utf8");
  await writeFile(page, Object.entries(blocks).reduce(withBlock, text));
}

function withBlock(page: string, [name, lines]: [string, string[]]): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const [before, rest] = page.split(begin);
  if (rest === undefined) throw new Error(`docs/performance.md has no ${begin}`);
  return `${before}${begin}\n${lines.join("\n").trim()}\n\n${end}${rest.split(end)[1]}`;
}
