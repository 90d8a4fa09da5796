import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { version } from "../../provider/version";
import { ensureNode } from "../../tools/node.mjs";
import { emptyProjectWith, execute, pack } from "../support/engine/npm";
import { remove, root, scratch } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { snapshot } from "../support/labHost/snapshot";
import { done, unchanged } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";

const PROJECT = "name: lab\nruntime: nodejs\n";

const PLUGIN = "plugins:\n  providers:\n    - { name: netns, path: node_modules/pulumi-netns/dist/plugin }\n";

const PROGRAM = `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name },
});
const left = new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
export const network = left.network;
`;

/** Of all that runs it, the program itself can say. */
const WITH_VERSIONS = `${PROGRAM}
export const node = process.version;
export const library: string = require("@pulumi/pulumi/package.json").version;
`;

describe("the npm package, with the newest Node and Pulumi library that npm has", function () {
  this.timeout(240_000);
  const folders: string[] = [];
  let file: string;
  let project: string;
  let host: LabHost;
  let node: Awaited<ReturnType<typeof ensureNode>>;
  /** Programs, plugin and npm take the first `node` on it. */
  let PATH: string;

  before(needs("root", "nsenter", "ip", "npm", "tar", "pulumi"));

  before("installed in an empty project", async () => {
    folders.push(await scratch("package"));
    file = await pack(folders[0] as string);
    node = await ensureNode("latest");
    PATH = `${node.bin}:${process.env.PATH}`;
    project = await emptyProjectWith(file, PATH);
    folders.push(project);
    host = await LabHost.start();
  });

  beforeEach(async () => {
    await writeFile(path.join(project, "Pulumi.yaml"), PROJECT + PLUGIN);
    await writeFile(path.join(project, "index.ts"), PROGRAM);
  });

  after(async () => {
    await host?.stop();
    await Promise.all(folders.map(remove));
  });

  it("holds library, plugin and reference, and not much else", async () => {
    const list = (await execute(["tar", "-tvzf", file], root)).split("\n");
    const files = list.map((line) => ({
      mode: line.slice(0, 10),
      name: line.split(" package/")[1] ?? "",
    }));
    const allowed =
      /^(dist\/(cli|plugin|sdk|testing)\/.*|docs\/.*\.md|systemd\/netns-lab@\.service|package\.json|(README|CHANGELOG)\.md|LICENSE)$/;
    assert.deepEqual(
      files.filter(({ name }) => !allowed.test(name) || name.endsWith(".map")),
      [],
    );
    const executable = files.find(({ name }) => name === "dist/plugin/pulumi-resource-netns");
    assert.equal(executable?.mode, "-rwxr-xr-x");
    // The four builds of koffi for lab hosts take 1.2 MB: at run time nothing is downloaded.
    assert.ok((await stat(file)).size < 4_800_000);
  });

  it("is one that npm would publish, with nothing to correct", async () => {
    // No registry is asked: there is none where it runs.
    const words = ["--dry-run", "--json", "--fetch-retries=0", "--registry=http://127.0.0.1:9"];
    const { exitCode, stdout, stderr } = await host.tryRun(["npm", "publish", ...words, file], { cwd: project });
    assert.equal(exitCode, 0, stderr);
    assert.ok(stdout.includes(`"id": "pulumi-netns@${version}"`), stdout);
    assert.doesNotMatch(stderr, /correct/);
  });

  it("asks for nothing but Pulumi's library and koffi, which npm brings with its build for this machine", async () => {
    const modules = path.join(project, "node_modules");
    const manifest = JSON.parse(await readFile(path.join(modules, "pulumi-netns/package.json"), "utf8"));
    assert.deepEqual(Object.keys(manifest.dependencies), ["@pulumi/pulumi"]);
    // Optional: where it cannot be installed, what needs no kernel still can.
    assert.deepEqual(Object.keys(manifest.optionalDependencies), ["koffi"]);
    assert.deepEqual(await readdir(path.join(modules, "@koromix")), [`koffi-linux-${process.arch}`]);
  });

  it("runs a TypeScript program with one more line in Pulumi.yaml [1] [2] [11] [49]", async () => {
    const library = JSON.parse(await execute(["npm", "view", "@pulumi/pulumi", "version", "--json"], project));
    await writeFile(path.join(project, "index.ts"), WITH_VERSIONS);
    await inStack({}, async (stack) => {
      const empty = await snapshot(host);
      done(await stack.up());
      assert.deepEqual(await stack.outputs(), { network: "10.0.1.0/24", node: `v${node.version}`, library });
      assert.match(
        await host.run(["ip", "-n", "net0", "-br", "address", "show", "veth0"]),
        /^veth0@\S+ +UP +10\.0\.1\.1\/24 /,
      );
      unchanged(await stack.up());
      done(await stack.destroy());
      assert.deepEqual(await snapshot(host), empty);
    });
  });

  it("makes the labs of tests, as docs/testing.md has it", async () => {
    const page = await readFile(path.join(root, "docs/testing.md"), "utf8");
    const [, program = ""] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
    const [, command = ""] = /^```sh\n(.*?)^```$/ms.exec(page) ?? [];
    await writeFile(path.join(project, "lab.test.mjs"), program);
    const said = await host.run(["sh", "-c", command], {
      ...{ cwd: project, timeoutMs: 60_000 },
      env: { ...process.env, PATH },
    });
    // Node 20 writes `#`, newer ones `ℹ`.
    assert.match(said, /^. pass 2\n. fail 0$/m);
  });

  it("needs no such line where npm has put its programs on PATH", async () => {
    await writeFile(path.join(project, "Pulumi.yaml"), PROJECT);
    await inStack({ PATH: `${project}/node_modules/.bin:${PATH}` }, async (stack) => {
      assert.deepEqual(done(await stack.preview()).changes, { create: 5 });
    });
  });

  it("lets Pulumi refuse a property that does not exist [15]", async () => {
    await writeFile(path.join(project, "index.ts"), PROGRAM.replace("device:", "devise:"));
    await inStack({ PULUMI_NODEJS_TRANSPILE_ONLY: "false" }, async (stack) => {
      const { exitCode, text } = await stack.preview();
      assert.notEqual(exitCode, 0);
      assert.match(text, /index\.ts\(9,\d+\): error TS\d+: .*\n.*'devise' does not exist in type 'AddressArgs'/);
    });
  });

  it("has types that today's compiler takes in strict mode, beside another provider's, the wrong line apart", async () => {
    const compilerOptions = { strict: true, target: "es2022", module: "nodenext", noEmit: true };
    await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    await writeFile(path.join(project, "wrong.ts"), PROGRAM.replace("device:", "devise:"));
    const [, beside = ""] =
      /^```ts\n(.*?)^```$/ms.exec(await readFile(path.join(root, "docs/other-providers.md"), "utf8")) ?? [];
    await writeFile(path.join(project, "beside.ts"), beside);
    await bring("@pulumi/command@1");
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const said = await host.tryRun([process.execPath, compiler], { cwd: project, timeoutMs: 120_000 });
    assert.match(said.stdout, /^wrong\.ts\(9,\d+\): error TS\d+: .*'devise' does not exist in type 'AddressArgs'.*$/);
  });

  /** A package without the script that would get its plugin. */
  async function bring(name: string): Promise<void> {
    const [file = ""] = (await execute(["npm", "pack", "--silent", name], project)).trim().split("\n").slice(-1);
    const folder = path.join(project, "node_modules", name.replace(/@\d+$/, ""));
    await mkdir(folder);
    await execute(["tar", "-xzf", file, "-C", folder, "--strip-components=1"], project);
  }

  async function inStack(env: NodeJS.ProcessEnv, work: (stack: Stack) => Promise<void>): Promise<void> {
    const stack = await Stack.open({ host, folder: project, env: { PATH, ...env } });
    try {
      await work(stack);
    } finally {
      await stack.close();
    }
  }
});
