import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ensureEngine, type Wanted } from "../../../tools/engine.mjs";
import { fakeEngine, languageHost } from "./fakeEngine.js";
import { type Heard, listenToStderr } from "./stderr.js";

const version = "3.250.0";

describe("the search for Pulumi's engine", () => {
  let scratch: string;
  let onPath: string;
  let cached: string;
  let heard: Heard;

  beforeEach(() => {
    heard = listenToStderr();
    scratch = mkdtempSync(path.join(os.tmpdir(), "netns-engine-"));
    onPath = path.join(scratch, "on-path");
    cached = path.join(scratch, "pulumi-netns", `engine-v${version}`, "bin");
  });

  afterEach(() => {
    heard.stop();
    rmSync(scratch, { recursive: true });
  });

  it("runs nothing from a cache that is open to every user, or another user's", async () => {
    const folder = path.join(scratch, "pulumi-netns");
    fakeEngine(cached, `v${version}`);
    chmodSync(folder, 0o777);
    await assert.rejects(
      find([]),
      /pulumi-netns can be written by every user, and programs are run from it: remove it/,
    );
    chmodSync(folder, 0o755);
    assert.deepEqual(await find([]), { pulumi: path.join(cached, "pulumi"), folder: cached });
    if (process.getuid?.() !== 0) return;
    for (const link of [false, true]) {
      if (link) {
        rmSync(folder, { recursive: true });
        symlinkSync(onPath, folder);
      }
      lchownSync(folder, 54321, 54321);
      await assert.rejects(find([]), /pulumi-netns belongs to uid 54321, and programs are run from it/);
    }
  });

  it("runs nothing from a cache that another user may put another one in the place of, or has put an engine into", async () => {
    fakeEngine(cached, `v${version}`);
    chmodSync(scratch, 0o777);
    await assert.rejects(find([]), /netns-engine-\w+ can be written by every user, and programs are run from it/);
    chmodSync(scratch, 0o1777);
    assert.deepEqual(await find([]), { pulumi: path.join(cached, "pulumi"), folder: cached });
    if (process.getuid?.() !== 0) return;
    lchownSync(cached, 54321, 54321);
    await assert.rejects(find([]), /engine-v[\d.]+\/bin belongs to uid 54321, and programs are run from it/);
    lchownSync(cached, 0, 0);
    lchownSync(scratch, 54321, 54321);
    await assert.rejects(find([]), /netns-engine-\w+ belongs to uid 54321, and programs are run from it/);
  });

  for (const enough of ["v3.250.0", "v3.250.1", "v3.1000.0", "v4.0.0-alpha.1"]) {
    it(`uses ${enough} from PATH and gets nothing`, async () => {
      fakeEngine(onPath, enough);
      assert.deepEqual(await find([]), { pulumi: path.join(onPath, "pulumi") });
    });
  }

  it("uses a pulumi on PATH that is a link to where its language host is", async () => {
    const installed = fakeEngine(path.join(scratch, "opt"), "v3.250.0");
    mkdirSync(onPath);
    symlinkSync(path.join(installed, "pulumi"), path.join(onPath, "pulumi"));
    assert.deepEqual(await find([]), { pulumi: path.join(onPath, "pulumi") });
  });

  it("asks a pulumi on PATH for its version again only when the file changed", async () => {
    fakeEngine(onPath, "v3.251.0");
    await find([]);
    fakeEngine(onPath, "v3.9.0 and longer");
    assert.deepEqual(await find([way("a way", bring)]), { pulumi: path.join(cached, "pulumi"), folder: cached });
  });

  const unusable: [string, () => void, RegExp][] = [
    ["too old", () => fakeEngine(onPath, "v3.249.9"), /is v3\.249\.9, and v3\.250\.0 or newer is needed/],
    ["without a language host", () => fakeEngine(onPath, "v3.250.0", ["pulumi"]), /has no pulumi-language-nodejs/],
    ["that does not start", () => fakeEngine(onPath, "; exit 1"), /does not say its version/],
    ["that is not there", () => {}, /there is no `pulumi` on PATH/],
  ];
  for (const [what, make, reason] of unusable) {
    it(`gets an engine instead of a pulumi on PATH ${what}, and knows why`, async () => {
      make();
      await assert.rejects(find([]), { message: reason });
      assert.deepEqual(await find([way("a way", bring)]), { pulumi: path.join(cached, "pulumi"), folder: cached });
    });
  }

  it("goes on to the next way when one fails, says why, and needs none the second time", async () => {
    await find([way("the first", fail), way("the second", bring)]);
    assert.equal(
      heard.text(),
      "there is no `pulumi` on PATH; now the first\nthe first failed: no luck; now the second\n",
    );
    assert.deepEqual(await find([]), { pulumi: path.join(cached, "pulumi"), folder: cached });
    assert.deepEqual(readdirSync(path.dirname(path.dirname(cached))).sort(), [`engine-v${version}`, "locks"]);
  });

  it("does not keep an engine that does not run here", async () => {
    const broken = async ({ bin }: Wanted) => void fakeEngine(bin, "; exit 1");
    await assert.rejects(find([way("a way", broken)]), { message: /the pulumi that it brought does not run here/ });
    assert.ok(!existsSync(cached));
  });

  it("removes what a killed set-up left half done", async () => {
    const killed = spawnSync("true").pid;
    mkdirSync(path.join(scratch, "pulumi-netns", `half-${killed}-abc`, "bin"), { recursive: true });
    await find([way("a way", bring)]);
    assert.deepEqual(readdirSync(path.join(scratch, "pulumi-netns")).sort(), [`engine-v${version}`, "locks"]);
  });

  it("does not keep half an engine", async () => {
    const half = async ({ bin }: Wanted) => void fakeEngine(bin, "v3.250.0", [languageHost]);
    await assert.rejects(find([way("a way", half)]), { message: /did not bring both/ });
    assert.ok(!existsSync(cached));
  });

  it("lets two set-ups at once get one engine", async () => {
    let times = 0;
    const counted = async (wanted: Wanted) => {
      times += 1;
      await bring(wanted);
    };
    await Promise.all([find([way("a way", counted)]), find([way("a way", counted)])]);
    assert.equal(times, 1);
  });

  it("names all ways out when nothing works", async () => {
    const message = [
      "Pulumi's engine is not here and could not be got:",
      "  - there is no `pulumi` on PATH",
      "  - the first failed: no luck",
      "  - the second failed: no luck",
      "Any one of these helps:",
      "  - install Pulumi 3.250.0 or newer with its Node language host, and have it on PATH (https://www.pulumi.com/docs/install/);",
      "  - reach Pulumi's site, by a proxy (HTTPS_PROXY) or by a mirror of its releases (NETNS_ENGINE_URL=https://...);",
      "  - install Go 1.25 or newer and reach a module proxy (GOPROXY).",
    ].join("\n");
    await assert.rejects(find([way("the first", fail), way("the second", fail)]), { message });
  });

  function find(ways: Way[]) {
    return ensureEngine({ env: { PATH: `${onPath}:/usr/bin:/bin`, XDG_CACHE_HOME: scratch }, version, ways });
  }
});

interface Way {
  name: string;
  get: (wanted: Wanted) => Promise<void>;
}

function way(name: string, get: Way["get"]): Way {
  return { name, get };
}

async function bring({ bin }: Wanted) {
  fakeEngine(bin, `v${version}`);
}

async function fail(): Promise<void> {
  throw new Error("no luck");
}
