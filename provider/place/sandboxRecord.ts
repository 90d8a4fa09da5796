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
import { isAlive, type Sandbox } from "./keeperProcess";
import { noProgram } from "./whyNoSandbox";

const ENDING = ".json";

/** The sandbox that a record tells of; undefined where that has ended, or is not there yet. */
export function readRecord(folder: string, name: string): Sandbox | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(fileOf(folder, name), "utf8")) as Sandbox;
    const sandbox = { name, pid, started };
    return isAlive(sandbox) ? sandbox : undefined;
  } catch {
    // Not there, or being written.
    return undefined;
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
  const fd = openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
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

async function locks(fd: number): Promise<boolean> {
  const child = spawn("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", fd] });
  const [code] = (await once(child, "exit").catch(() => Promise.reject(noProgram("flock")))) as [number | null];
  return code === 0;
}
