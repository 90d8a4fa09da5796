import path from "node:path";
import { labEnv } from "./lab.mjs";
import { root } from "./places.mjs";
import { say } from "./progress.mjs";
import { setUp } from "./setup.mjs";
import { handOver, Stop } from "./shell.mjs";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  process.exitCode = 1;
}

async function main(args) {
  const engine = await setUp();
  const argv = [process.execPath, "--import", "tsx", path.join(root, "bench/main.ts"), ...args];
  return handOver(argv, { cwd: root, env: { ...process.env, PATH: labEnv(engine).PATH } });
}
