import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Config } from "../provider/core/config";
import { NetnsError } from "../provider/errors";
import { localHost } from "../provider/host/local";
import { goInto, type Wish } from "./goInto";
import { intoSandbox } from "./intoSandbox";
import { replaceBy } from "./replace";

/** The half of the command that is root where its user is not, see goInto.ts: built beside the other. */
const INSIDE = join(__dirname, "inside.js");

/** What to do where sudo refuses. */
export const SUDO_TODO = `Have sudo run \`${process.execPath}\` without a password (see docs/host.md), or run this as root.`;

/** What leads into a sandbox, which is made where it is not there: built beside the plugin. */
const SANDBOXED = join(__dirname, "../plugin/sandboxed.js");

type Place = Pick<Wish, "namespace">;

/**
 * Has a command take the place of this process, in a namespace of a lab, wherever that is: here, as root, or through
 * `sudo -n` where the provider uses that. No other file knows how one gets there.
 */
export async function runInLab(config: Config, wish: Wish): Promise<never> {
  if (config.offline) throw offline(wish);
  const argv = [process.execPath, INSIDE, JSON.stringify(wish)];
  if (config.sandbox !== undefined) return replaceBy((await wayToSandbox(config, config.sandbox))(argv));
  const missing = await localHost.missingRights();
  if (missing.length === 0) return goInto(wish);
  if (!config.sudo) throw noRights(wish, missing);
  // Once sudo has the place of this process, its exit code cannot be told from that of the command.
  const asked = spawnSync("sudo", ["-n", "-l", "--", ...argv], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (asked.status !== 0) throw noSudo(wish, asked.error ? "sudo cannot be run" : asked.stderr.trim());
  return replaceBy(["sudo", "-n", "--", ...argv]);
}

/** Makes, of a command, the words that run it in a namespace of a lab, for who goes on living beside it. */
export type Way = (argv: readonly string[]) => string[];

/** The way into a namespace; an empty name is that of the provider itself. */
export async function wayInto(config: Config, namespace: string): Promise<Way> {
  const way = (await wayToRoot(config, namespace)) ?? ((argv) => [...argv]);
  if (namespace === "") return way;
  return (argv) => way([process.execPath, INSIDE, JSON.stringify({ namespace, argv } satisfies Wish)]);
}

/** The way to where the lab is, as root there; undefined where this process is there. */
export async function wayToRoot(config: Config, namespace = ""): Promise<Way | undefined> {
  if (config.offline) throw offline({ namespace });
  if (config.sandbox !== undefined) return wayToSandbox(config, config.sandbox);
  const missing = await localHost.missingRights();
  if (missing.length === 0) return undefined;
  if (!config.sudo) throw noRights({ namespace }, missing);
  return (argv) => ["sudo", "-n", "--", ...argv];
}

async function wayToSandbox({ sudo }: Config, name: string): Promise<Way> {
  if (!sudo) return intoSandbox(name);
  return (argv) => ["sudo", "-n", "--", process.execPath, SANDBOXED, name, "--", ...argv];
}

function offline({ namespace }: Place): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `could not enter the host ${namespace}`,
    said: "`netns:offline` is set: this is not the machine of the lab",
    todo: "Run this on the lab's machine, or unset `netns:offline` and NETNS_OFFLINE.",
  });
}

function noRights({ namespace }: Place, missing: readonly string[]): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `this user may not enter ${namespace === "" ? "the lab" : `the host ${namespace}`}`,
    said: `the process lacks ${missing.join(" and ")}`,
    todo:
      'Run it as root: sudo --preserve-env env "PATH=$PATH" "HOME=$HOME" netns …' +
      " (or let netns use sudo by itself: `pulumi config set netns:sudo true` and `pulumi up`, or NETNS_SUDO=true).",
  });
}

function noSudo({ namespace }: Wish, said: string): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `could not enter the host ${namespace} through sudo`,
    said: said || "sudo does not let this user run that",
    todo: SUDO_TODO,
  });
}
