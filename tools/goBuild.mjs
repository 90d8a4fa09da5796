import { existsSync } from "node:fs";
import path from "node:path";
import { open, Refused } from "./http.mjs";
import { root } from "./places.mjs";
import { step } from "./progress.mjs";
import { capture, findOnPath } from "./shell.mjs";

const pulumi = "github.com/pulumi/pulumi";

/** Builds the engine and the Node language host from Go modules into `bin`, as tools/*\/go.mod pin them. */
export async function buildEngine({ bin, version, env = process.env, timeoutMs = 5_000 }) {
  const go = findOnPath("go", `${env.PATH}:/usr/local/go/bin`);
  if (!go) {
    throw new Error("there is no `go` on PATH");
  }
  // Static, so that neither a C compiler nor a matching libc is needed; a go.work above us must not change the build.
  const goEnv = { ...env, CGO_ENABLED: "0", GOWORK: "off" };
  await requireModules({ go, goEnv, version, timeoutMs });

  const flags = `-s -w -X ${pulumi}/sdk/v3/go/common/version.Version=v${version}`;
  const build = (module, program) =>
    capture([go, "build", "-mod=readonly", "-ldflags", flags, "-o", `${bin}/`, program], {
      cwd: path.join(root, "tools", module),
      env: goEnv,
    });
  await step(`Building Pulumi's engine ${version} from Go modules (some 4 minutes, once)`, () =>
    build("engine", `${pulumi}/pkg/v3/cmd/pulumi`),
  );
  await step("Building Pulumi's Node language host from Go modules", () =>
    build("language-nodejs", `${pulumi}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`),
  );
}

// Go itself waits half a minute, several times over, for a network that swallows packets.
async function requireModules({ go, goEnv, version, timeoutMs }) {
  const settings = JSON.parse(await capture([go, "env", "-json", "GOPROXY", "GOMODCACHE"], { env: goEnv }));
  const module = `${pulumi}/pkg/v3/@v/v${version}`;
  const [proxy, rest] = settings.GOPROXY.split(/(?=\|)|,/);
  const isCached = existsSync(path.join(settings.GOMODCACHE, "cache/download", `${module}.zip`));
  if (isCached || !proxy.startsWith("http") || rest?.startsWith("|")) {
    return;
  }
  try {
    const response = await open(`${proxy}/${module}.info`, { timeoutMs, env: goEnv });
    response.destroy();
  } catch (error) {
    if (!(error instanceof Refused)) {
      throw new Error(`Go's module proxy cannot be reached (${error.message})`);
    }
  }
}
