import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { NetnsError } from "../provider/errors";
import { quote } from "../provider/host/words";
import type { Place } from "../provider/place/place";
import { openOverSsh, sshWords } from "../provider/place/ssh";
import { sshFailure } from "../provider/place/sshFailure";
import { PLUGIN } from "./files";
import type { Wish } from "./goInto";
import type { Way } from "./way";

/**
 * The way to a lab host. What runs there is brought first, where it is not there yet; that also shows what is wrong on the
 * way. `tty`: with a terminal there, as for a shell.
 */
export async function overSsh({ host = "", sudo, sandbox }: Place, { tty = false } = {}): Promise<Way> {
  const before = sudo ? ["sudo", "-n", "--"] : [];
  const { node, folder } = await bring(host, before);
  const inSandbox = sandbox === undefined ? [] : [node, join(folder, "plugin/sandboxed.js"), "--there", sandbox, "--"];
  const way: Way = {
    words: (argv) => way.half("inside.js", { namespace: "", argv }),
    half(name, wish) {
      const argv = [...before, ...inSandbox, node, join(folder, "cli", name), ...(wish ? [packed(wish)] : [])];
      return ["ssh", ...sshWords({ host, tty }), ["exec", ...argv.map(quote)].join(" ")];
    },
    failure: (_, said) => sshFailure(host, said),
  };
  return way;
}

/** What sandboxed.js says there, by itself and not in a sandbox. */
export async function sandboxedOn(host: string, words: readonly string[]): Promise<string> {
  const { node, folder } = await bring(host, []);
  const argv = [node, join(folder, "plugin/sandboxed.js"), ...words];
  const child = spawn("ssh", [...sshWords({ host }), ["exec", ...argv.map(quote)].join(" ")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [told, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code === 0) return told;
  const [tried, ...more] = said.trim().split(/\n */);
  const todo = more.pop();
  throw (
    sshFailure(host, said) ??
    new NetnsError({
      kind: "user",
      tried: `${tried} (on ${host})`,
      said: more.join("\n"),
      ...(todo !== undefined && { todo }),
    })
  );
}

/** Where the programs are there. `before`: what is to let them run. */
async function bring(host: string, before: readonly string[]): Promise<{ node: string; folder: string }> {
  let place = { node: "", folder: "" };
  const child = await openOverSsh({
    ...{ host, plugin: PLUGIN, debug() {} },
    argv(there) {
      place = there;
      // What sudoers is to allow, and no more.
      return [...before, there.node, "--version"];
    },
  });
  child.stdin.end();
  child.stdout.resume();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  if (code === 0) return place;
  throw (
    sshFailure(host, said) ??
    new NetnsError({
      kind: "permission",
      tried: `may not become root through sudo on ${host}`,
      said: said.trim(),
      todo: `Have sudo there run \`${place.node}\` without a password: see docs/host.md.`,
    })
  );
}

/** In letters that no shell changes. */
function packed(wish: Wish): string {
  return Buffer.from(JSON.stringify({ ...wish, endsWithParent: true })).toString("base64url");
}
