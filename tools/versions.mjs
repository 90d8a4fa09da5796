import { rmSync } from "node:fs";
import path from "node:path";
import { copyWithNewest } from "./newest.mjs";
import { ensureNode } from "./node.mjs";
import { root } from "./places.mjs";
import { say } from "./progress.mjs";
import { handOver, Stop } from "./shell.mjs";

/** `--node 24`: the tests run with the newest Node 24 of npm's; `--node latest`: with the newest of all. */
const NODE = "--node";

/** They run with the newest library and engine of Pulumi's, and the newest Node unless told which. */
const NEWEST = "--newest";

/** Runs the tests with other versions, where the words ask for such. Returns the exit code; undefined where none does. */
export async function testWithVersions(words, env = process.env) {
  const { node, isNewest, rest } = asked(words);
  if (!node) {
    return undefined;
  }
  const { bin, version } = await ensureNode(node, env);
  const copy = isNewest ? await copyWithNewest(env) : undefined;
  const folder = copy?.folder ?? root;
  const versions = [`Node ${version}`, ...(copy ? [`@pulumi/pulumi ${copy.sdk}`, `engine ${copy.engine}`] : [])];
  say(`The tests run with ${versions.join(", ")}.`);
  try {
    const argv = [path.join(bin, "node"), path.join(folder, "tools/test.mjs"), ...rest];
    const newer = copy ? { NETNS_ENGINE_VERSION: copy.engine } : {};
    return await handOver(argv, { cwd: folder, env: { ...env, ...newer, PATH: `${bin}:${env.PATH}` } });
  } finally {
    if (copy) {
      rmSync(copy.folder, { recursive: true, force: true });
    }
  }
}

function asked(words) {
  const isNewest = words.includes(NEWEST);
  const at = words.indexOf(NODE);
  const node = at < 0 ? undefined : words[at + 1];
  if (at >= 0 && !/^(latest|\d+(\.\d+){0,2})$/.test(node ?? "")) {
    throw new Stop(`${NODE} wants a version, such as 24, 24.21.0 or latest.`);
  }
  const rest = words.filter((word, index) => word !== NEWEST && (at < 0 || (index !== at && index !== at + 1)));
  return { node: node ?? (isNewest ? "latest" : undefined), isNewest, rest };
}
