import { access, closeSync, constants, fstatSync, openSync, statSync, writeSync } from "node:fs";
import { CLONE_NEW, checked, system } from "./system";

/**
 * The namespace of the thread that asks. Never /proc/self: that is the main thread's, and a thread of the pool may look
 * while the main one is away.
 */
export const OWN_NETNS = "/proc/thread-self/ns/net";

/** Refuses work that goes on after it has returned. */
type Sync<T> = [Extract<T, PromiseLike<unknown>>] extends [never] ? unknown : never;

let isAway = false;
let hasLeft = false;

/**
 * Does work with this thread in the network namespace that a file stands for, and comes home. The kernel has it so that
 * sockets, /proc/sys/net and the children of a thread are of the thread's namespace: all of the work is synchronous, so
 * that nothing else of Node runs meanwhile, and it starts neither children nor anything of the thread pool.
 */
export function inNamespace<T>(file: string, work: (() => T) & Sync<T>): T {
  return away(() => {
    const fd = openNamespace(file);
    try {
      checked(system().setns(fd, CLONE_NEW.net), `setns ${file}`);
    } finally {
      closeSync(fd);
    }
  }, work);
}

/** One would wait for ever for who writes into a pipe that has been put in its place. */
export function openNamespace(file: string): number {
  return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** The same where no file means the namespace that this thread is in already: who has no rights may work there, too. */
export function within<T>(file: string | undefined, work: (() => T) & Sync<T>): T {
  return file === undefined ? work() : inNamespace(file, work);
}

/** The same in a namespace that is new, and is gone with the work unless that gives it a name. */
export function inNewNamespace<T>(work: (() => T) & Sync<T>): T {
  return away(() => void checked(system().unshare(CLONE_NEW.net), "unshare"), work);
}

function away<T>(go: () => void, work: () => T): T {
  if (isAway) throw new Error("work in a namespace must not go to another one");
  if (!hasLeft) prepare();
  const home = openSync(OWN_NETNS, constants.O_RDONLY);
  isAway = true;
  let hasGone = false;
  try {
    go();
    hasGone = true;
    return work();
  } finally {
    // Who has no rights to leave has none to come home either, and is there still.
    if (hasGone || !isAt(home)) comeHome(home);
    closeSync(home);
    isAway = false;
  }
}

function prepare(): void {
  // Without it there is no way back either.
  system();
  // The threads of the pool are made here, at home: those that the first file asks for would stay where it was asked.
  access("/", () => {});
  hasLeft = true;
}

/** Nothing may go on in a namespace that is not the process's own: it would change what it must not. */
function comeHome(home: number): void {
  try {
    checked(system().setns(home, CLONE_NEW.net), "setns");
    if (isAt(home)) return;
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

function isAt(home: number): boolean {
  return statSync(OWN_NETNS).ino === fstatSync(home).ino;
}
