import { inNewNamespace, within } from "./inNamespace";
import { libnftables, type NftCommand, type NftRan, runNft } from "./libnftables";
import { type NftAnswer, type NftAsked, told } from "./nftablesWire";
import { checked, system } from "./system";

/**
 * The program of the process that has the library of nftables in it (see nftables.ts): does what it is asked to, one
 * after the other, and ends with the plugin.
 */

/** linux/prctl.h */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

let isBound = false;

process.on("message", (asked: NftAsked) => {
  say({ isBegun: true });
  say(answer(asked));
});
process.once("disconnect", () => process.exit());
// They are meant for the plugin, which is in the same group of processes.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

function say(answer: NftAnswer): void {
  process.send?.(answer);
}

function answer({ place, commands }: NftAsked): NftAnswer {
  try {
    bind();
    libnftables();
    return { ran: place === "new" ? inNewNamespace(() => runAll(commands)) : within(place, () => runAll(commands)) };
  } catch (error) {
    return { failure: told(error) };
  }
}

/** To the first that fails. */
function runAll(commands: readonly NftCommand[]): NftRan {
  let ran: NftRan = { stdout: "", stderr: "", exitCode: 0 };
  for (const command of commands) {
    ran = runNft(command);
    if (ran.exitCode !== 0) break;
  }
  return ran;
}

/** The kernel ends it with the plugin also where it is in the middle of something, and hears of nothing. */
function bind(): void {
  if (isBound) return;
  checked(system().prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
  isBound = true;
}
