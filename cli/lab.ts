import { spawnSync } from "node:child_process";
import type { Config } from "../provider/core/config";
import { NetnsError } from "../provider/errors";
import { isLinux, needLinux } from "../provider/host/linux";
import { localHost } from "../provider/host/local";
import { goInto, type Wish } from "./goInto";
import { intoSandbox } from "./intoSandbox";
import { replaceBy } from "./replace";
import { runToEnd } from "./runToEnd";
import { shellToEnd } from "./terminal";
import { behind, into, type Way } from "./way";

/** What to do where sudo refuses. */
const SUDO_TODO = `Have sudo run \`${process.execPath}\` without a password (see docs/host.md), or run this as root.`;

type Place = Pick<Wish, "namespace">;

/**
 * Has a command take the place of this process, in a namespace of a lab, wherever that is. No other file knows how one
 * gets there. Returns only where no command can take that place: the exit code.
 */
export async function runInLab(config: Config, wish: Wish): Promise<number> {
  const tty = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const way = await wayToRoot(config, { ...wish, tty });
  if (!way) return goInto(wish);
  const argv = way.half("inside.js", wish);
  const isBySudo = argv[0] === "sudo";
  // Once sudo has the place of this process, its exit code cannot be told from that of the command.
  if (isBySudo) needSudo(wish, argv);
  if (!isLinux) return runToEnd(argv);
  const isHere = config.sandbox !== undefined && config.host === undefined;
  return wish.isShell && isHere && tty ? shellToEnd(argv) : replaceBy(argv);
}

/** The way into a namespace; an empty name is that of the provider itself. */
export async function wayInto(config: Config, namespace: string): Promise<Way> {
  return into((await wayToRoot(config, { namespace })) ?? behind((argv) => [...argv]), namespace);
}

/** The way to where the lab is, as root there; undefined where this process is there. */
export async function wayToRoot(
  config: Config,
  { namespace = "", tty = false }: Partial<Place> & { tty?: boolean } = {},
): Promise<Way | undefined> {
  const { offline, host, sudo, sandbox } = config;
  if (offline) throw noHost({ namespace });
  if (host !== undefined) return import("./overSsh.js").then(({ overSsh }) => overSsh(config, { tty }));
  needLinux();
  if (sandbox !== undefined) return behind(await intoSandbox(sandbox));
  const missing = await localHost.missingRights();
  if (missing.length === 0) return undefined;
  if (!sudo) throw noRights({ namespace }, missing);
  return behind((argv) => ["sudo", "-n", "--", ...argv], bySudo);
}

function bySudo(tried: string, said: string): NetnsError | undefined {
  if (!said.startsWith("sudo: ")) return undefined;
  return new NetnsError({ kind: "permission", tried, said, todo: SUDO_TODO });
}

function needSudo(wish: Wish, [sudo = "", ask = "", ...argv]: readonly string[]): void {
  const asked = spawnSync(sudo, [ask, "-l", ...argv], { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  if (asked.status !== 0) throw noSudo(wish, asked.error ? "sudo cannot be run" : asked.stderr.trim());
}

function noHost({ namespace }: Place): NetnsError {
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
