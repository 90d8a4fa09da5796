import assert from "node:assert/strict";
import { appendFile, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { version } from "../../provider/version";
import { copyOf, envOf, hasWholeLife, languageNeeds } from "../support/engine/languages";
import { execute } from "../support/engine/npm";
import { pluginFolder, remove, root, scratch } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { needs } from "../support/suites/needs";

const PLATFORMS = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];

/** As Node calls them, and their e_machine in ELF. */
const ARCHITECTURES = [
  { arch: "x64", machine: 62 },
  { arch: "arm64", machine: 183 },
];

/** Between two more hosts, each at one of the example's, whose cable carries it. */
const CABLE = `
ends = {
    "a": {"namespace": netns.Namespace("in0").name, "name": "vx", "local": "10.0.1.1", "underlay": net0.name},
    "b": {"namespace": netns.Namespace("in1").name, "name": "vx", "local": "10.0.1.2", "underlay": net1.name},
}
cable = netns.VxlanLink("cable", vni=42, **ends, opts=pulumi.ResourceOptions(depends_on=[left, right]))
pulumi.export("mtu", cable.mtu)
`;

describe("the plugin for other languages", function () {
  this.timeout(600_000);
  let folder: string;
  let archives: string[];
  let project: string;
  let host: LabHost;
  let stack: Stack;

  before(needs("root", "nsenter", "ip", "tar", "pulumi", "ping", ...languageNeeds("python")));

  before("packed, with a program in Python", async () => {
    folder = await scratch("archives");
    archives = await packPlugin();
    project = await copyOf("python");
    await appendFile(path.join(project, "__main__.py"), CABLE);
    host = await LabHost.start();
    stack = await Stack.open({ host, folder: project, env: await envOf("python", folder) });
  });

  after(async () => {
    await stack?.close();
    await host?.stop();
    for (const one of [folder, project]) if (one) await remove(one);
  });

  it("is packed under the names that Pulumi looks for, with the same bytes each time", async () => {
    const names = archives.map((file) => path.basename(file));
    assert.deepEqual(
      names,
      PLATFORMS.map((name) => `pulumi-resource-netns-v${version}-${name}.tar.gz`),
    );
    const first = await Promise.all(archives.map((file) => readFile(file)));
    await packPlugin();
    const second = await Promise.all(archives.map((file) => readFile(file)));
    assert.deepEqual(second, first);
  });

  it("is packed with what any Linux needs, for glibc and for musl, and with nothing else", async () => {
    // Where koffi itself looks for them, by the loader that Node has.
    const builds = ARCHITECTURES.flatMap(({ arch, machine }) => [
      { name: `./koffi/build/koffi/linux_${arch}/koffi.node`, machine, libc: "libc.so.6" },
      { name: `./koffi/build/koffi/musl_${arch}/koffi.node`, machine, libc: "libc.musl-" },
    ]);
    for (const archive of archives) {
      const list = await host.run(["tar", "-tzf", archive]);
      assert.deepEqual(
        list
          .split("\n")
          .filter((name) => name && !name.endsWith("/"))
          .sort(),
        [
          "./koffi/LICENSE.txt",
          ...builds.map(({ name }) => name),
          "./koffi/index.cjs",
          "./koffi/package.json",
          "./koffi/src/koffi/index.cjs",
          "./koffi/src/koffi/src/static.cjs",
          "./node_modules/koffi/index.js",
          "./pulumi-resource-netns",
          "./sandboxed.js",
          "./schema.json",
          "./server/nftablesChild.js",
          "./server/serve.js",
          "./there.js",
        ].sort(),
      );
    }
    for (const { name, machine, libc } of builds) {
      await execute(["tar", "-xzf", archives[0] ?? "", name], folder);
      const elf = await readFile(path.join(folder, name));
      assert.deepEqual([elf.readUInt16LE(18), elf.includes(libc)], [machine, true], name);
    }
  });

  it("has a library for Python that pip takes, whole, with types and with what it asks for", async () => {
    const library = path.join(folder, "library");
    const [metadata, record] = await Promise.all(
      ["METADATA", "RECORD"].map((name) =>
        readFile(path.join(library, `pulumi_netns-${version}.dist-info`, name), "utf8"),
      ),
    );
    const asked = [...(metadata ?? "").matchAll(/^Requires-(?:Dist|Python): *([\w>=.-]+)/gm)].map(([, what]) => what);
    assert.deepEqual(asked, [">=3.9", "parver>=0.2.1", "pulumi", "semver>=2.8.1", "typing-extensions"]);
    const held = [...(record ?? "").matchAll(/^(pulumi_netns\/[^,]*),/gm)].flatMap(([, name]) => name ?? []);
    // The generator's setup.py leaves out the types of its configuration, as for every provider.
    const sources = (
      await readdir(path.join(root, "sdk/python/pulumi_netns"), { recursive: true, withFileTypes: true })
    )
      .filter((entry) => entry.isFile() && /\.py$|^py\.typed$|\.json$/.test(entry.name))
      .map((entry) => path.relative(path.join(root, "sdk/python"), path.join(entry.parentPath, entry.name)));
    assert.ok(sources.includes("pulumi_netns/py.typed") && sources.includes("pulumi_netns/pulumi-plugin.json"));
    assert.deepEqual(held.filter((name) => !name.endsWith(".pyc")).sort(), sources.sort());
  });

  it("is installed from its archive without a network [51]", async () => {
    await pulumi("plugin", "install", "resource", "netns", version, "--file", archives[0] ?? "");
    const [installed] = JSON.parse(await pulumi("plugin", "ls", "--json"));
    assert.deepEqual([installed.name, installed.kind, installed.version], ["netns", "resource", version]);
  });

  for (const source of [`netns@${version}`, "netns", path.join(pluginFolder, "pulumi-resource-netns")]) {
    it(`shows its schema to one who asks for ${source.replace(`${root}/`, "")}`, async () => {
      const schema = await readFile(path.join(root, "provider/schema.json"), "utf8");
      assert.deepEqual(
        JSON.parse(await pulumi("package", "get-schema", source)),
        JSON.parse(schema, withoutEmptyLists),
      );
    });
  }

  it("runs a Python program once it is installed, with a component [49] [51]", async () => {
    await hasWholeLife(stack);
  });

  async function packPlugin(): Promise<string[]> {
    const paths = await execute(["npm", "run", "--silent", "plugin", "--", folder], root);
    return paths.split("\n");
  }

  async function pulumi(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await stack.run(args);
    assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
    return stdout;
  }
});

/** The engine leaves out what is empty when it writes a schema. */
function withoutEmptyLists(_key: string, value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}
