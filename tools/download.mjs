import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { open, openText, Refused } from "./http.mjs";
import { step } from "./progress.mjs";
import { capture } from "./shell.mjs";

const officialSite = "https://get.pulumi.com/releases/sdk";

/**
 * Fetches Pulumi's official release, checks it against its published SHA-256 and unpacks its programs into `bin`.
 * Throws one line that says why not, within `timeoutMs` of any silence.
 */
export async function downloadEngine({
  bin,
  version,
  env = process.env,
  timeoutMs = 5_000,
  platform = thisPlatform(),
}) {
  const site = (env.NETNS_ENGINE_URL || officialSite).replace(/\/+$/, "");
  const file = `pulumi-v${version}-${assetName(platform)}.tar.gz`;
  const options = { timeoutMs, env };
  const expected = await publishedSum({ site, version, file, options });
  const archive = `${bin}.tar.gz`;
  try {
    await step(`Downloading Pulumi ${version} from ${site}`, async () => {
      const sum = await fetchTo(archive, `${site}/${file}`, options);
      if (sum !== expected) {
        throw new Error(`${site}/${file} has SHA-256 ${sum}, but ${expected} is published: it is not used`);
      }
      await unpack(archive, bin);
    });
  } finally {
    rmSync(archive, { force: true });
  }
}

function thisPlatform() {
  return `${process.platform}-${process.arch}`;
}

function assetName(platform) {
  if (!["linux-x64", "linux-arm64"].includes(platform)) {
    throw new Error(`no release of Pulumi is known here for ${platform}`);
  }
  return platform;
}

async function publishedSum({ site, version, file, options }) {
  const name = `pulumi-${version}-checksums.txt`;
  const places = [`${site}/${name}`];
  if (site === officialSite) {
    places.push(`https://github.com/pulumi/pulumi/releases/download/v${version}/${name}`);
  }
  return firstSum(places, file, options);
}

// A site that cannot be reached has no tarball for us either: only one that answers is worth a second place to look.
async function firstSum([place, ...others], file, options) {
  try {
    return sumIn(await openText(place, options), file, place);
  } catch (error) {
    if (error instanceof Refused && others.length > 0) {
      return firstSum(others, file, options);
    }
    throw error;
  }
}

function sumIn(text, file, place) {
  const line = text.split("\n").find((candidate) => candidate.trim().split(/\s+\*?/)[1] === file);
  const sum = line?.trim().split(/\s+/)[0]?.toLowerCase() ?? "";
  if (!/^[0-9a-f]{64}$/.test(sum)) {
    throw new Refused(`${place} holds no SHA-256 of ${file}${/<html/i.test(text) ? " but a web page" : ""}`);
  }
  return sum;
}

async function fetchTo(archive, url, options) {
  mkdirSync(path.dirname(archive), { recursive: true });
  const file = createWriteStream(archive);
  // Before the site is asked: a file that is still being opened when the body breaks off would be made after its removal.
  await once(file, "open");
  const hash = createHash("sha256");
  try {
    const response = await open(url, options);
    response.on("data", (piece) => hash.update(piece));
    await pipeline(response, file);
  } catch (error) {
    file.destroy();
    throw new Error(error.message === "aborted" ? `${url} broke off half way` : error.message);
  }
  return hash.digest("hex");
}

// The archive's one folder is `pulumi/`, with all programs in it.
async function unpack(archive, bin) {
  const unpacked = `${bin}.unpacked`;
  mkdirSync(unpacked, { recursive: true });
  await capture(["tar", "-xzf", archive, "-C", unpacked]);
  renameSync(path.join(unpacked, "pulumi"), bin);
  rmSync(unpacked, { recursive: true });
}
