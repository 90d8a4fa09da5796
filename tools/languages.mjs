import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { locked } from "./lock.mjs";
import { cacheDir, root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, findOnPath } from "./shell.mjs";

const version = "3.250.0";

const sdk = "github.com/pulumi/pulumi/sdk/v3";

/** Each is built as tools/MODULE/go.mod pins it: the newest version that is to be had as a Go module, and works with the engine. */
const hosts = {
  // In the module of the Node language host: that version has both, and shares all that they are built from.
  python: { module: "language-nodejs", program: `${sdk}/python/cmd/pulumi-language-python`, brings: bringStarter },
  go: { module: "language-go", program: `${sdk}/go/pulumi-language-go` },
  yaml: { module: "language-yaml", program: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml" },
};

const mostMs = 400_000;

/** The programs without which there is no way to run a program in that language here. */
export function languageNeeds(language, env = process.env) {
  const host = path.basename(hosts[language].program);
  return [
    findOnPath(host, env.PATH) ? host : "go",
    ...(language === "yaml" ? [] : [{ python: "python3", go: "go" }[language]]),
  ];
}

/**
 * Gets Pulumi's language host for `python`, `go` or `yaml`, as installing Pulumi would, which the engine that we build does not
 * bring. Only tests use it. Returns the folders to put in front of PATH: none where there is one on it.
 */
export async function ensureHost(language, env = process.env) {
  if (findOnPath(path.basename(hosts[language].program), env.PATH)) {
    return [];
  }
  const folder = path.join(cacheDir(env), `languages-v${version}`, language);
  await locked(folder, () => ensure(folder, () => buildHost(language, folder, env)), env);
  return [folder];
}

/** A virtual environment of Python with Pulumi's SDK, and what ours asks for beside it. Returns its folder. */
export async function ensurePulumiForPython(env = process.env) {
  const folder = path.join(cacheDir(env), `languages-v${version}`, "venv");
  const options = { env, timeout: mostMs };
  const install = () =>
    step("Installing Pulumi's Python SDK", async () => {
      await capture(["python3", "-m", "venv", folder], options);
      const pip = [path.join(folder, "bin/pip"), "install", "--quiet", "--disable-pip-version-check"];
      await capture([...pip, `pulumi==${version}`, "parver", "pytest", "setuptools>=61", "wheel"], options);
    });
  await locked(folder, () => ensure(folder, install), env);
  return folder;
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

function buildHost(language, folder, env) {
  const { module, program, brings } = hosts[language];
  const options = {
    cwd: path.join(root, "tools", module),
    env: { ...env, CGO_ENABLED: "0", GOWORK: "off" },
    timeout: mostMs,
  };
  return step(`Building Pulumi's language host for ${language} from Go modules`, async () => {
    const flags = `-s -w -X ${sdk}/go/common/version.Version=v${version}`;
    await capture(["go", "build", "-mod=readonly", "-ldflags", flags, "-o", `${folder}/`, program], options);
    await brings?.(folder, options);
  });
}

// What runs the program in the place of the host.
async function bringStarter(folder, options) {
  const sources = await capture(["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", sdk], options);
  const starter = path.join(folder, "pulumi-language-python-exec");
  copyFileSync(path.join(sources.trim(), "python/cmd", path.basename(starter)), starter);
  chmodSync(starter, 0o755);
}
