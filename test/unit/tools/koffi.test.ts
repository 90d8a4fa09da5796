import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensurePackage } from "../../../tools/koffi.mjs";
import { type Heard, listenToStderr } from "./stderr.js";

const NAME = "@koromix/koffi-linux-arm64";

describe("The builds of koffi for other machines", () => {
  let scratch: string;
  let heard: Heard;
  beforeEach(() => {
    heard = listenToStderr();
    scratch = mkdtempSync(path.join(os.tmpdir(), "netns-koffi-"));
    mkdirSync(path.join(scratch, "bin"));
  });
  afterEach(() => {
    heard.stop();
    rmSync(scratch, { recursive: true });
  });

  /** An npm that writes down how it is called. */
  const npmThat = (script: string) => {
    const file = path.join(scratch, "bin", "npm");
    writeFileSync(file, `#!/bin/sh\necho "$1 $2" >> ${scratch}/asked\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const asked = () => readFileSync(path.join(scratch, "asked"), "utf8");
  const cached = () => readdirSync(path.join(scratch, "pulumi-netns")).filter((name) => name !== "locks");
  const get = (content: string) => {
    const integrity = `sha512-${createHash("sha512").update(content).digest("base64")}`;
    return ensurePackage(NAME, {
      env: { PATH: `${scratch}/bin:${process.env.PATH}`, XDG_CACHE_HOME: scratch },
      lock: { packages: { [`node_modules/${NAME}`]: { version: "1.2.3", integrity } } },
    });
  };

  it("are got by npm once, in the version of package-lock.json, and kept", async () => {
    npmThat('printf builds > "$4/any.tgz"');
    const file = await get("builds");
    assert.equal(readFileSync(file, "utf8"), "builds");
    assert.equal(await get("builds"), file);
    assert.equal(asked(), `pack ${NAME}@1.2.3\n`);
    assert.deepEqual(cached(), ["koffi-linux-arm64-1.2.3.tgz"]);
    assert.match(heard.text(), /^Downloading @koromix\/koffi-linux-arm64@1\.2\.3 \.\.\.\n/);
  });

  it("are not used where they are not those of package-lock.json, and got again where the cache was spoilt", async () => {
    npmThat('printf others > "$4/any.tgz"');
    await assert.rejects(get("builds"), {
      message:
        /^npm has brought a @koromix\/koffi-linux-arm64@1\.2\.3 of sha512-\S+, but package-lock\.json has sha512-/,
    });
    assert.deepEqual(cached(), []);
    npmThat('printf builds > "$4/any.tgz"');
    const file = await get("builds");
    writeFileSync(file, "spoilt");
    assert.equal(readFileSync(await get("builds"), "utf8"), "builds");
  });

  it("are missed with what npm said and what to do, and nothing half is left", async () => {
    npmThat("echo npm error code ECONNREFUSED >&2; exit 1");
    await assert.rejects(get("builds"), {
      message: new RegExp(
        [
          "^The plugin needs @koromix/koffi-linux-arm64@1.2.3 for lab hosts, and npm could not get it.",
          `Reach npm's registry once: it is kept in ${scratch}/pulumi-netns.\nnpm pack .* ended with 1\nnpm error code ECONNREFUSED$`,
        ].join(" "),
      ),
    });
    assert.deepEqual(cached(), []);
  });

  it("are all in package-lock.json with their sums, and without an address that works only somewhere", async () => {
    const text = readFileSync("package-lock.json", "utf8");
    const { packages } = JSON.parse(text);
    for (const arch of ["x64", "arm64"]) {
      const { version, integrity } = packages[`node_modules/@koromix/koffi-linux-${arch}`];
      assert.equal(version, packages["node_modules/koffi"].version);
      assert.match(integrity, /^sha512-/);
    }
    assert.doesNotMatch(text, /"resolved"/);
  });

  it("are not asked for where package-lock.json lacks them", async () => {
    npmThat("exit 0");
    await assert.rejects(ensurePackage(NAME, { lock: { packages: {} } }), {
      message: /^package-lock\.json says nothing of @koromix\/koffi-linux-arm64: /,
    });
    assert.equal(existsSync(path.join(scratch, "asked")), false);
  });
});
