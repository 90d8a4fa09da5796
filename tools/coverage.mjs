import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { distDir, root } from "./places.mjs";
import { handOver } from "./shell.mjs";

const coverageDir = path.join(root, "coverage");

const rawDir = path.join(coverageDir, "tmp");

/** What makes the tests and each plugin that they start write their coverage; what runs in the engine's hands does not. */
export function coverageEnv() {
  rmSync(coverageDir, { recursive: true, force: true });
  return { NODE_V8_COVERAGE: rawDir };
}

/** Prints the coverage of provider/ less its generated code, and leaves the pages with the lines in coverage/. */
export function reportCoverage() {
  readdirSync(rawDir).forEach((name) => void keepOurs(path.join(rawDir, name)));
  const folders = ["--temp-directory", rawDir, "--reports-dir", coverageDir];
  // One file after the other: thousands of processes report, and all at once would not fit into memory.
  const how = ["--all", "--exclude-after-remap", "--merge-async"];
  const files = ["--src", "provider", "--include", "provider/**", "--exclude", "provider/sdk/**", "--extension", ".ts"];
  const reporters = ["--reporter", "html", "--reporter", "text-summary"];
  const c8 = path.join(root, "node_modules/c8/bin/c8.js");
  return handOver([process.execPath, c8, "report", ...folders, ...how, ...files, ...reporters], { cwd: root });
}

// Tests report the packages that they load as well: c8 would remap all of that before leaving it out.
function keepOurs(file) {
  const ours = [distDir, path.join(root, "provider")].map((folder) => `${pathToFileURL(folder).href}/`);
  const isOurs = (url) => ours.some((folder) => url.startsWith(folder));
  const { result, "source-map-cache": maps = {}, ...rest } = readCoverage(file);
  const kept = result.filter(({ url }) => isOurs(url));
  if (kept.length === 0) {
    rmSync(file);
    return;
  }
  const ourMaps = Object.entries(maps).filter(([url]) => isOurs(url));
  const keptMaps = Object.fromEntries(ourMaps.map(([url, map]) => [url, withWholePaths(url, map)]));
  writeFileSync(file, JSON.stringify({ ...rest, result: kept, "source-map-cache": keptMaps }));
}

// c8 compares the sources of a bundle as they stand in its map, and would find none of them in provider/.
function withWholePaths(script, map) {
  const sources = map.data?.sources?.map((source) => fileURLToPath(new URL(source, script)));
  return sources ? { ...map, data: { ...map.data, sources } } : map;
}

// A process killed while it wrote leaves half a file.
function readCoverage(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { result: [] };
  }
}
