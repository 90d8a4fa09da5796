import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../../tools/places.mjs";
import type { Stack } from "../engine/pulumi";
import type { LabHost } from "../labHost/labHost";

const COMMAND = path.join(distDir, "cli", "netns");

/** `lab.svg` beside an example is what `netns graph` draws of it. */
export async function looksAsInPicture(host: LabHost, { folder, env }: Stack): Promise<void> {
  await isPictureOf(folder, await host.run([COMMAND, "graph"], { cwd: folder, env }));
}

/** With NETNS_PICTURES=renew it is written anew. */
export async function isPictureOf(folder: string, drawn: string): Promise<void> {
  const file = path.join(folder, "lab.svg");
  if (process.env.NETNS_PICTURES === "renew") await writeFile(file, `${drawn.trimEnd()}\n`);
  assert.equal(drawn.trimEnd(), (await readFile(file, "utf8")).trimEnd(), `${file} is stale: see AGENTS.md`);
}
