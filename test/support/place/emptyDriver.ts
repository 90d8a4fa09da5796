import { execFileSync } from "node:child_process";
import { liveKernel } from "../../../cli/live";
import { isEmpty } from "../../../provider/inventory/isEmpty";
import { kinds } from "../../../provider/resources";

/** Whether a sandbox is empty after each of these scripts, in one process of it. */
async function main(scripts: string[]): Promise<void> {
  const said: boolean[] = [];
  for (const script of scripts) {
    execFileSync("sh", ["-ec", script]);
    said.push(await isEmpty(liveKernel(), kinds));
  }
  process.stdout.write(JSON.stringify(said), () => process.exit());
}

void main(process.argv.slice(2));
