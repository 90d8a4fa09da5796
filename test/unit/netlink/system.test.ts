import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";

const RING = path.join(__dirname, "../../../provider/netlink");

/** What a fresh process prints that runs this, and how it ends. */
function run(script: string) {
  const argv = ["--require", require.resolve("tsx/cjs"), "--eval", script];
  const { stdout, status } = spawnSync(process.execPath, argv, {
    cwd: RING,
    encoding: "utf8",
    env: { ...process.env, NODE_V8_COVERAGE: "" },
  });
  return { stdout: stdout.trim(), status };
}

describe("the way to the system", () => {
  it("is not loaded before the first operation", () => {
    const isLoaded = `console.log(Object.keys(require.cache).some((file) => file.includes("node_modules/koffi")));`;
    const script = `${isLoaded} require("./netlink"); ${isLoaded} require("./system").system(); ${isLoaded}`;
    assert.deepEqual(run(script), { stdout: "false\nfalse\ntrue", status: 0 });
  });

  it("where it is missing, says what to do, and the process goes on", () => {
    const hide = `const real = module.constructor._resolveFilename;
      module.constructor._resolveFilename = (name, ...rest) => real(name === "koffi" ? "koffi-is-hidden" : name, ...rest);`;
    const use = `try { require("./inNamespace").inNamespace("/proc/self/ns/net", () => {}); } catch (error) { console.log(error.kind + ": " + error.message); }`;
    assert.deepEqual(run(`${hide} ${use}`), {
      stdout: [
        "unsupported: could not load what speaks to the kernel",
        `  koffi does not load on ${process.platform} ${process.arch}: Cannot find module 'koffi-is-hidden'`,
        "  Install the npm package `koffi` with its optional packages for this machine; Linux on x64 and arm64 has them.",
      ].join("\n"),
      status: 0,
    });
  });

  it("tells an error of a call by the name of its errno", () => {
    const script = `const { checked, system } = require("./system");
      try { checked(system().umount2("/no/such/place", 0), "umount"); } catch (error) { console.log(error.code, error.errno, error.message); }`;
    assert.match(run(script).stdout, /^(ENOENT 2 umount: ENOENT|EPERM 1 umount: EPERM)$/);
  });
});
