import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
} from "node:fs";
import { join } from "node:path";
import { NetnsError } from "../errors";
import { isAlive, nameOfKeeper, type Sandbox } from "./keeperProcess";
import { noProgram } from "./whyNoSandbox";

const ENDING = ".json";

/**
 * The sandbox that a record tells of; undefined where that has ended, or is not there yet. Its keeper has the file open, so who
 * is root in there can write into it: it counts only where it names a keeper of that name.
 */
export function readRecord(folder: string, name: string): Sandbox | undefined {
  try {
    const { pid, started } = JSON.parse(readPlain(fileOf(folder, name))) as Sandbox;
    if (!Number.isInteger(pid) || nameOfKeeper(pid) !== name) return undefined;
    const sandbox = { name, pid, started };
    return isAlive(sandbox) ? sandbox : undefined;
  } catch {
    // Not there, or being written.
    return undefined;
  }
}

/** One waits for ever for what comes out of a pipe that has its place. */
function readPlain(file: string): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return fstatSync(fd).isFile() ? readFileSync(fd, "utf8") : "";
  } finally {
    closeSync(fd);
  }
}

/** The names that have a record. */
export function recordedNames(folder: string): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(ENDING));
  return files.map((file) => file.slice(0, -ENDING.length)).sort();
}

/**
 * Opens the record of a name, emptied, and locks it; undefined where another has it locked, as the keeper of a sandbox has
 * as long as it lives. The lock is the file's, and ends with the last process that has it open, however that ends.
 */
export async function lockRecord(folder: string, name: string): Promise<number | undefined> {
  const file = fileOf(folder, name);
  const fd = openRecord(file);
  try {
    if (!fstatSync(fd).isFile()) throw notPlain(file);
    // Who has had the lock before may have removed the file.
    if ((await locks(fd)) && statSync(file, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino) {
      ftruncateSync(fd);
      return fd;
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  closeSync(fd);
  return undefined;
}

/** Takes away what is left of an ended sandbox, unless somebody has it locked: then it stays, and the answer is false. */
export async function forgetRecord(folder: string, name: string): Promise<boolean> {
  const fd = await lockRecord(folder, name);
  if (fd === undefined) return false;
  unlinkSync(fileOf(folder, name));
  closeSync(fd);
  return true;
}

function fileOf(folder: string, name: string): string {
  return join(folder, `${name}${ENDING}`);
}

function openRecord(file: string): number {
  try {
    return openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw ["ELOOP", "EISDIR", "ENXIO"].includes(code ?? "") ? notPlain(file) : error;
  }
}

function notPlain(file: string): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `could not use the record of a sandbox, ${file}`,
    said: "it is not a plain file: something else has been put in its place",
    todo: "Find out what has done that, and remove it.",
  });
}

async function locks(fd: number): Promise<boolean> {
  const child = spawn("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", fd] });
  const [code] = (await once(child, "exit").catch(() => Promise.reject(noProgram("flock")))) as [number | null];
  return code === 0;
}
