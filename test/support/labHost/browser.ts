import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findOnPath } from "../../../tools/shell.mjs";
import type { LabHost } from "./labHost";

export const CHROMIUM = "chromium-headless-shell";

/** A real browser that lives on a lab host, so that its loopback is the host's. `folder`: for the file that starts it. */
export async function browserOn(host: LabHost, folder: string): Promise<Browser> {
  const start = path.join(folder, "browser");
  const program = findOnPath(CHROMIUM, process.env.PATH ?? "");
  await writeFile(start, `#!/bin/sh\nexec ${host.door.join(" ")} ${program} "$@"\n`, { mode: 0o755 });
  return chromium.launch({ executablePath: start, chromiumSandbox: false, args: ["--disable-gpu"] });
}
