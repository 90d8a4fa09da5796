import { createHash } from "node:crypto";
import { accessSync, constants, readFileSync, renameSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { dirname } from "node:path";
import { Script, constants as vmConstants } from "node:vm";

const HASH = "sha256";
const HASH_BYTES = 32;

/**
 * Like `require`, with what V8 has made of the file's text before, which is kept beside it and takes half of the time to load
 * (node:vm, `cachedData`). Whoever may write there may write the file itself. `keeps`: whether it may be written.
 */
export function requireCached<Exports>(file: string, { keeps }: { keeps: boolean }): Exports {
  const own = createRequire(file);
  // V8 reports no coverage of what is loaded like this.
  if (process.env.NODE_V8_COVERAGE) return own(file);
  const text = readFileSync(file, "utf8");
  const hash = createHash(HASH).update(text).digest();
  const cachedData = read(`${file}.cache`, hash);
  const script = new Script(Module.wrap(text), {
    filename: file,
    importModuleDynamically: vmConstants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData && { cachedData }),
  });
  const module = { exports: {} as Exports };
  script.runInThisContext().call(module.exports, module.exports, own, module, file, dirname(file));
  const isStale = cachedData === undefined || script.cachedDataRejected;
  // At the end more of its functions have been needed.
  if (keeps && isStale) process.once("exit", () => write(`${file}.cache`, hash, script));
  return module.exports;
}

function read(file: string, hash: Buffer): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.subarray(0, HASH_BYTES).equals(hash) ? bytes.subarray(HASH_BYTES) : undefined;
  } catch {
    return undefined;
  }
}

function write(file: string, hash: Buffer, script: Script): void {
  try {
    accessSync(dirname(file), constants.W_OK);
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, Buffer.concat([hash, script.createCachedData()]));
    renameSync(draft, file);
  } catch {
    // It is loaded without the next time as well.
  }
}
