import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type CopiedFile, hashOf, packFiles } from "./copy";

/** The architectures of lab hosts, as Node calls them: those that koffi is shipped for. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** What runs where the lab is: the halves of the command `netns`, and what they start. */
const HALVES = [
  ...["inside.js", "look.js", "nft.js", "nftablesChild.js", "probes.js", "why.js"],
  // What draws the picture of `netns view`, and the prompt of `netns shell`.
  ...["viz.js", "prompt/bashrc", "prompt/.zshenv"],
];
/** What a worker never reads. */
const LEFT_OUT = /\.map$|\.cache(?:\.\d+)?$|^schema\.json$|^there\.js$|^koffi\/|^node_modules\//;
const BUILDS = "koffi/build/";
/** By this the programs find koffi, which is beside them and not where npm puts it. */
const KOFFI: CopiedFile = {
  path: "node_modules/koffi/index.js",
  isExecutable: false,
  content: Buffer.from('module.exports = require("../../koffi");\n'),
};

/** What is brought to lab hosts, for each architecture that this installation of the provider has koffi for. */
export interface Programs {
  hashes: Partial<Record<Architecture, string>>;
  /** All files for an architecture, packed. */
  pack(architecture: Architecture): Promise<Buffer>;
}

/**
 * Reads what goes to a lab host from the folder of the plugin, and from that of the command where both are parts of the same
 * package.
 */
export async function readPrograms(plugin: string): Promise<Programs> {
  const [main, halves, koffi] = await Promise.all([readPlugin(plugin), readHalves(plugin), readKoffi(plugin)]);
  const filesFor = (architecture: Architecture) => [
    ...[...main, ...halves, KOFFI],
    ...koffi.filter(({ path }) => !path.startsWith(BUILDS) || path.includes(`_${architecture}/`)),
  ];
  const has = (architecture: Architecture) =>
    koffi.some(({ path }) => path.startsWith(BUILDS) && path.includes(`_${architecture}/`));
  const hashes = ARCHITECTURES.filter(has).map((each) => [each, hashOf(filesFor(each))]);
  return {
    hashes: Object.fromEntries(hashes),
    pack: (architecture) => promisify(gzip)(packFiles(filesFor(architecture))),
  };
}

async function readPlugin(plugin: string): Promise<CopiedFile[]> {
  const names = (await namesBelow(plugin)).filter((name) => !LEFT_OUT.test(name));
  return Promise.all(names.map((name) => read(join(plugin, name), `plugin/${name}`)));
}

async function readHalves(plugin: string): Promise<CopiedFile[]> {
  const cli = join(dirname(plugin), "cli");
  const isPackage = basename(plugin) === "plugin" && (await readdir(cli).catch(() => [])).length > 0;
  return isPackage ? Promise.all(HALVES.map((name) => read(join(cli, name), `cli/${name}`))) : [];
}

async function readKoffi(plugin: string): Promise<CopiedFile[]> {
  const names = await namesBelow(join(plugin, "koffi")).catch(() => []);
  return Promise.all(names.map((name) => read(join(plugin, "koffi", name), `koffi/${name}`)));
}

async function read(file: string, path: string): Promise<CopiedFile> {
  const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
  return { path, isExecutable: (mode & 0o100) !== 0 && !path.endsWith(".node"), content };
}

/** The files in a folder and below. */
async function namesBelow(folder: string, within = ""): Promise<string[]> {
  const found = await readdir(join(folder, within), { withFileTypes: true });
  const names = found.map(async (entry) => {
    const name = within + entry.name;
    return entry.isDirectory() ? namesBelow(folder, `${name}/`) : [name];
  });
  return (await Promise.all(names)).flat();
}
