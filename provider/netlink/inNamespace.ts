import { access, closeSync, constants, fstatSync, openSync, statSync, writeSync } from "node:fs";
import { checked, system } from "./system";

/** The namespace of the thread that asks. */
export const OWN_NETNS = "/proc/thread-self/ns/net";
const CLONE_NEWNET = 0x40000000;

/** Refuses work that goes on after it has returned. */
type Sync<T> = [Extract<T, PromiseLike<unknown>>] extends [never] ? unknown : never;

let home: number | undefined;
let isAway = false;

/**
 * Does work with this thread in the network namespace that a file stands for, and comes home. The kernel has it so that
 * sockets, /proc/sys/net and the children of a thread are of the thread's namespace: all of the work is synchronous, so
 * that nothing else of Node runs meanwhile, and it starts neither children nor anything of the thread pool.
 */
export function inNamespace<T>(file: string, work: (() => T) & Sync<T>): T {
  return away(() => {
    const fd = openSync(file, constants.O_RDONLY);
    try {
      checked(system().setns(fd, CLONE_NEWNET), `setns ${file}`);
    } finally {
      closeSync(fd);
    }
  }, work);
}

/** The same in a namespace that is new, and is gone with the work unless that gives it a name. */
export function inNewNamespace<T>(work: (() => T) & Sync<T>): T {
  return away(() => void checked(system().unshare(CLONE_NEWNET), "unshare"), work);
}

function away<T>(go: () => void, work: () => T): T {
  if (isAway) throw new Error("work in a namespace must not go to another one");
  home ??= leaveFirst();
  const there = home;
  isAway = true;
  try {
    go();
    return work();
  } finally {
    comeHome(there);
    isAway = false;
  }
}

function leaveFirst(): number {
  // Without it there is no way back either.
  system();
  // The threads of the pool are made here, at home: those that the first file asks for would stay where it was asked.
  access("/", () => {});
  return openSync(OWN_NETNS, constants.O_RDONLY);
}

/** Nothing may go on in a namespace that is not the process's own: it would change what it must not. */
function comeHome(there: number): void {
  try {
    checked(system().setns(there, CLONE_NEWNET), "setns");
    if (statSync(OWN_NETNS).ino === fstatSync(there).ino) return;
    throw new Error("it is another one");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    writeSync(
      2,
      `netns: the way back to the provider's own network namespace is lost (${why}); the process ends here\n`,
    );
    process.exit(70);
  }
}
