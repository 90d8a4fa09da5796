import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureEngine } from "./engine.mjs";
import { sudoCaller } from "./owner.mjs";
import { ensureBuilt, ensureModules, requireNode } from "./prepare.mjs";
import { handOver, Stop } from "./shell.mjs";

const runScript = path.join(path.dirname(fileURLToPath(import.meta.url)), "run.mjs");

/** Makes everything that a command needs and that is not there yet. Returns where the engine is. */
export async function setUp() {
  requireNode();
  const caller = sudoCaller();
  if (caller && (await handOver([process.execPath, runScript, "setup"], caller)) !== 0) {
    throw new Stop("The set-up did not succeed.");
  }
  await ensureModules();
  const engine = await ensureEngine();
  await ensureBuilt();
  return engine;
}
