import { mkdirSync, writeSync } from "node:fs";
import { asNetnsError } from "../provider/errors";
import { listNetns } from "../provider/kernel/netns";
import { NETNS_DIR } from "../provider/kernel/netnsPath";
import { checked, system } from "../provider/netlink/system";
import { exitCodes } from "./exitCodes";
import { fail } from "./fail";
import { inventoryOf, liveKernel } from "./live";
import { type Ended, runScript } from "./runScript";
import { sent } from "./sentInventory";

/** What sandbox.ts starts in namespaces of its own: runs the script, and says on file 3 what is there then. */
async function main(): Promise<void> {
  const asked = JSON.parse(process.argv[2] ?? "") as { argv: string[]; timeoutMs: number };
  prepare();
  const ended = await runScript(asked, look);
  process.exit(ended.exitCode);
}

async function look(ended: Ended): Promise<void> {
  const kernel = liveKernel();
  const inventory = await inventoryOf(kernel, [undefined, ...(await listNetns(kernel))]);
  writeSync(3, JSON.stringify({ ...ended, inventory: sent(inventory) }));
}

/** Its own /run, where namespaces have their names, and a /sys that shows the devices of its network. */
function prepare(): void {
  const { mount } = system();
  checked(mount("tmpfs", "/run", "tmpfs", 0, null), "mount /run");
  mkdirSync(NETNS_DIR);
  // A container may forbid it, and few scripts look.
  mount("sysfs", "/sys", "sysfs", 0, null);
}

main().catch((error: unknown) => {
  fail(asNetnsError(error), exitCodes.failedToRun);
  process.exit();
});
