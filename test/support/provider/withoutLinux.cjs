/**
 * Loaded before a program (`node --require`), this makes its machine one of another system than Linux, as far as Node can
 * tell: another name, no koffi, no /proc, /sys and /run. What the program asks of those all the same is written, a line
 * each, to the file that OTHER_SYSTEM names.
 */
const fs = require("node:fs");
const Module = require("node:module");
const os = require("node:os");

const { appendFileSync } = fs;
const asked = process.env.OTHER_SYSTEM;

Object.defineProperty(process, "platform", { value: "darwin" });
Object.assign(os, { platform: () => "darwin", type: () => "Darwin" });

/** The error for what is not there. */
function missing(code, message) {
  appendFileSync(asked, `${message}\n`);
  return Object.assign(new Error(message), { code });
}

const { _load: load } = Module;
Module._load = (name, ...rest) => {
  if (/^koffi(\/|$)|^@koromix\//.test(name)) throw missing("MODULE_NOT_FOUND", `Cannot find module '${name}'`);
  return load(name, ...rest);
};

/** Why a function of node:fs does not find its file. */
function whyNone(name, path) {
  if (!/^\/(proc|sys|run)(\/|$)/.test(String(path))) return undefined;
  return missing("ENOENT", `ENOENT: no such file or directory, ${name} '${path}'`);
}

const usual = { ...fs };
for (const [name, work] of Object.entries(usual)) {
  if (typeof work !== "function" || /^[A-Z_]/.test(name)) continue;
  fs[name] = Object.assign((...args) => {
    const none = whyNone(name, args[0]);
    if (!none) return work.apply(fs, args);
    if (name === "existsSync") return false;
    const done = args.at(-1);
    if (typeof done !== "function") throw none;
    process.nextTick(done, none);
  }, work);
}
const { promises } = fs;
for (const [name, work] of Object.entries({ ...promises })) {
  if (typeof work !== "function") continue;
  promises[name] = async (...args) => {
    const none = whyNone(name, args[0]);
    if (none) throw none;
    return work.apply(promises, args);
  };
}
Module.syncBuiltinESMExports();
