import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { COPY, type CopiedFile, hashOf, unpackFiles } from "./copy";

/**
 * The half of deliver.ts that runs on a lab host, where nothing of the provider may be yet: Node gets it as a word of its
 * command line (see arrival.ts). It looks for a copy of the provider's programs and takes them from its stdin where there
 * is none as it should be. It answers by lines behind a mark, for the user's shell may have said something before.
 */
const [mark, wanted] = process.argv.slice(1) as [string, string];
const hash = (JSON.parse(wanted) as Record<string, string>)[process.arch];

const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
/** Of one that is being written. */
const DRAFT_MS = DAY_MS;
const LENGTH_DIGITS = 12;

try {
  main();
} catch (error) {
  const { code, message, path, syscall } = error as NodeJS.ErrnoException;
  end("failed", { code, message, path, syscall });
}

function main(): void {
  if (hash === undefined) {
    end("architecture", process.arch);
    return;
  }
  const base = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-netns");
  make(base);
  const why = whyForeign(base);
  if (why !== undefined) {
    end("foreign", `${base} ${why}`);
    return;
  }
  chmodSync(base, 0o700);
  const folder = join(base, COPY + hash);
  if (isWhole(folder, hash)) utimesSync(folder, new Date(), new Date());
  else bring(base, folder, hash);
  say("here", { folder, node: process.execPath });
}

/** Not `recursive` where it is there: of a place that cannot be written, that says only that it does not exist. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Who else may write there could have us run what that user likes. */
function whyForeign(folder: string): string | undefined {
  const found = lstatSync(folder);
  if (!found.isDirectory()) return "is not a folder";
  return found.uid === process.geteuid?.() ? undefined : `belongs to uid ${found.uid}`;
}

function isWhole(folder: string, hash: string): boolean {
  try {
    return hashOf(readCopy(folder)) === hash;
  } catch {
    return false;
  }
}

function readCopy(folder: string, within = ""): CopiedFile[] {
  return readdirSync(join(folder, within)).flatMap((name) => {
    const path = within + name;
    const found = lstatSync(join(folder, path));
    if (found.isDirectory()) return readCopy(folder, `${path}/`);
    if (!found.isFile()) throw new Error(`${path} is no file`);
    return [{ path, isExecutable: (found.mode & 0o100) !== 0, content: readFileSync(join(folder, path)) }];
  });
}

/** Another run may bring the same at the same time: each has a folder of its own until it is whole. */
function bring(base: string, folder: string, hash: string): void {
  removeOld(base, folder);
  say("want", process.arch);
  const bytes = take(Number(take(LENGTH_DIGITS).toString()));
  const draft = join(base, `draft-${randomBytes(8).toString("hex")}`);
  try {
    for (const { path, isExecutable, content } of unpackFiles(gunzipSync(bytes))) {
      mkdirSync(join(draft, dirname(path)), { recursive: true, mode: 0o700 });
      writeFileSync(join(draft, path), content, { mode: isExecutable ? 0o700 : 0o600 });
    }
    if (!isWhole(draft, hash)) throw new Error("what has arrived is not what was sent");
    put(draft, folder, hash);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function put(draft: string, folder: string, hash: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (isWhole(folder, hash)) return;
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOTDIR") throw error;
    // What is spoilt goes out of the way in one move: it may be in use.
    const spoilt = `${draft}-old`;
    renameSync(folder, spoilt);
    rmSync(spoilt, { recursive: true, force: true });
    renameSync(draft, folder);
  }
}

function removeOld(base: string, folder: string): void {
  for (const name of readdirSync(base)) {
    const most = name.startsWith(COPY) ? KEPT_MS : name.startsWith("draft-") ? DRAFT_MS : undefined;
    const file = join(base, name);
    if (most === undefined || file === folder) continue;
    try {
      if (Date.now() - statSync(file).mtimeMs > most) rmSync(file, { recursive: true, force: true });
    } catch {
      // Another run has removed it.
    }
  }
}

/** No byte more than these: what follows is for others. */
function take(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(0, bytes, at, length - at, null);
    if (count === 0) throw new Error("the line has ended in the middle");
    at += count;
  }
  return bytes;
}

function say(word: string, what: unknown): void {
  writeSync(1, `\n${mark} ${word} ${JSON.stringify(what)}\n`);
}

function end(word: string, what: unknown): void {
  say(word, what);
  process.exitCode = 1;
}
