import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../tools/places.mjs";

/** What a bench leaves behind. */
export interface Outcome {
  /** Names the block of docs/performance.md. */
  name: string;
  /** What a reader sees, as Markdown. */
  lines: string[];
  files: Record<string, string>;
}

/** Writes the files into a folder; for the repository itself, the lines into docs/performance.md as well. */
export async function publish({ name, lines, files }: Outcome, out?: string): Promise<void> {
  const folder = out ?? path.join(root, "bench");
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
  if (out !== undefined) return;
  const page = path.join(root, "docs/performance.md");
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const text = await readFile(page, "utf8");
  const [before = "", rest = ""] = text.split(begin);
  await writeFile(page, `${before}${begin}\n${lines.join("\n").trim()}\n\n${end}${rest.split(end)[1]}`);
}
