import { writeSync } from "node:fs";
import { constants } from "node:os";
import { system } from "../provider/netlink/system";
import { enter } from "./enter";
import { withPrompt } from "./prompt";
import { replaceBy } from "./replace";
import { takeTerminal } from "./terminal";

/** A command in a namespace; where that has no name, in the one that we are in. */
export interface Wish {
  namespace: string;
  argv: readonly string[];
  /** Instead: the shell of who is there, with the name of the host in its prompt. */
  isShell?: true;
  /** What is there instead of the namespace's name. */
  label?: string;
  /** Nobody else tells it that who has asked for it is gone. */
  endsWithParent?: true;
}

/** prctl(2) */
const PR_SET_PDEATHSIG = 1;

/** Goes there and becomes the command. */
export function goInto({ namespace, argv, isShell, label, endsWithParent }: Wish): never {
  if (endsWithParent) system().prctl(PR_SET_PDEATHSIG, constants.signals.SIGHUP);
  if (namespace !== "") enter(namespace, (text) => void writeSync(2, `netns: ${text}\n`));
  if (!isShell) return replaceBy(argv);
  takeTerminal();
  const shell = withPrompt(process.env.SHELL || "sh", label ?? namespace);
  Object.assign(process.env, shell.env);
  return replaceBy(shell.argv);
}
