import assert from "node:assert/strict";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
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

describe("the npm package", function () {
  this.timeout(240_000);
  const folders: string[] = [];
  let file: string;
  let project: string;
  let host: LabHost;

  before(needs("root", "nsenter", "ip", "npm", "tar", "pulumi"));

  before("installed in an empty project", async () => {
    folders.push(await scratch("package"));
    file = await pack(folders[0] as string);
    project = await emptyProjectWith(file);
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
    assert.ok((await stat(file)).size < 4_600_000);
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
    await inStack({}, async (stack) => {
      const empty = await snapshot(host);
      done(await stack.up());
      assert.deepEqual(await stack.outputs(), { network: "10.0.1.0/24" });
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
    const said = await host.run(["sh", "-c", command], { cwd: project, timeoutMs: 60_000 });
    assert.match(said, /^# pass 2\n# fail 0$/m);
  });

  it("needs no such line where npm has put its programs on PATH", async () => {
    await writeFile(path.join(project, "Pulumi.yaml"), PROJECT);
    await inStack({ PATH: `${project}/node_modules/.bin:${process.env.PATH}` }, async (stack) => {
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

  it("has types that today's compiler takes in strict mode, the wrong line apart", async () => {
    const compilerOptions = { strict: true, target: "es2022", module: "nodenext", noEmit: true };
    await writeFile(path.join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
    await writeFile(path.join(project, "wrong.ts"), PROGRAM.replace("device:", "devise:"));
    const compiler = path.join(root, "node_modules/typescript/bin/tsc");
    const said = await host.tryRun([process.execPath, compiler], { cwd: project, timeoutMs: 120_000 });
    assert.match(said.stdout, /^wrong\.ts\(9,\d+\): error TS\d+: .*'devise' does not exist in type 'AddressArgs'.*$/);
  });

  async function inStack(env: NodeJS.ProcessEnv, work: (stack: Stack) => Promise<void>): Promise<void> {
    const stack = await Stack.open({ host, folder: project, env });
    try {
      await work(stack);
    } finally {
      await stack.close();
    }
  }
});
