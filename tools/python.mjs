import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { locked } from "./lock.mjs";
import { cacheDir, root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, findOnPath } from "./shell.mjs";

const sdkVersion = "3.250.0";

const languageHost = "pulumi-language-python";

const mostMs = 240_000;

/** The programs without which there is no way to run a Python program here. */
export function pythonNeeds(env = process.env) {
  return ["python3", findOnPath(languageHost, env.PATH) ? languageHost : "go"];
}

/**
 * Gets what Pulumi programs in Python need: Pulumi's Python SDK and its language host. Only tests use it, to speak to
 * the plugin from a language other than its own. Returns the folders to put in front of PATH.
 */
export async function ensurePython(env = process.env) {
  const folder = path.join(cacheDir(env), `python-v${sdkVersion}`);
  const sdk = path.join(folder, "sdk");
  const host = path.join(folder, "host");
  await locked(folder, () => ensure(sdk, () => installSdk(sdk, env)), env);
  if (!findOnPath(languageHost, env.PATH)) {
    await locked(folder, () => ensure(host, () => buildHost(host, env)), env);
  }
  return [path.join(sdk, "bin"), host];
}

// A virtual environment knows its own path: it is made in place, and is whole once its stamp is there.
async function ensure(folder, work) {
  const stamp = path.join(folder, ".complete");
  if (existsSync(stamp)) {
    return;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await work();
  writeFileSync(stamp, "");
}

function installSdk(folder, env) {
  const options = { env, timeout: mostMs };
  return step("Installing Pulumi's Python SDK", async () => {
    await capture(["python3", "-m", "venv", folder], options);
    const pip = [path.join(folder, "bin/pip"), "install", "--quiet", "--disable-pip-version-check"];
    await capture([...pip, `pulumi==${sdkVersion}`], options);
  });
}

// In the Go module of the Node language host: that version has both, and shares all that they are built from.
function buildHost(folder, env) {
  const options = {
    cwd: path.join(root, "tools/language-nodejs"),
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
    timeout: mostMs,
  };
  return step("Building Pulumi's Python language host from Go modules", async () => {
    const module = "github.com/pulumi/pulumi/sdk/v3";
    const flags = `-s -w -X ${module}/go/common/version.Version=v${sdkVersion}`;
    const program = `${module}/python/cmd/${languageHost}`;
    await capture(["go", "build", "-mod=readonly", "-ldflags", flags, "-o", `${folder}/`, program], options);
    const sources = await capture(["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module], options);
    const starter = path.join(folder, `${languageHost}-exec`);
    copyFileSync(path.join(sources.trim(), "python/cmd", path.basename(starter)), starter);
    chmodSync(starter, 0o755);
  });
}
