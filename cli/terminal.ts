import { constants } from "node:os";
import { isatty } from "node:tty";
import { system } from "../provider/netlink/system";
import { runToEnd } from "./runToEnd";

const [SIG_DFL, SIG_IGN] = [0, 1];

/**
 * Before a shell takes the place of this process: a group of its own, which has the terminal. In a sandbox the one that we
 * are in has no number, and a shell that would give the terminal back to it fails at its end, as dash does.
 */
export function takeTerminal(): void {
  const { getpgrp, setpgid } = system();
  if (!isatty(0) || getpgrp() !== 0) return;
  setpgid(0, 0);
  giveTerminalTo(getpgrp());
}

/** Runs the words that lead to such a shell, and has the terminal afterwards again: its exit code. */
export async function shellToEnd(words: readonly string[]): Promise<number> {
  const code = await runToEnd(words);
  if (isatty(0)) giveTerminalTo(system().getpgrp());
  return code;
}

/** Who does not have it is stopped for that, unless the signal is ignored. */
function giveTerminalTo(group: number): void {
  const { tcsetpgrp, signal } = system();
  signal(constants.signals.SIGTTOU, SIG_IGN);
  tcsetpgrp(0, group);
  signal(constants.signals.SIGTTOU, SIG_DFL);
}
