import path from "node:path";
import { putKoffi } from "./koffi.mjs";
import { distDir } from "./places.mjs";
import { ensureBuilt } from "./prepare.mjs";
import { say } from "./progress.mjs";
import { Stop } from "./shell.mjs";

try {
  await ensureBuilt();
  await putKoffi(path.join(distDir, "plugin", "koffi"), { all: true });
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  process.exitCode = 1;
}
