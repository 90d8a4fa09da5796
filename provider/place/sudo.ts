import { NetnsError } from "../errors";
import { programNamed, SYSTEM_PATH } from "../host/searchPath";
import type { Start } from "./open";

const DENIED = /password is required|not in the sudoers|not allowed to (?:execute|run)|may not run sudo/;
/** What env says, on a lab host. */
const MISSING = /^\s*env: .*sudo.*(?:No such file|Permission denied)/m;
const STARTING = "could not start the provider as root through sudo";
const DENIED_TODO = "Let sudo run it for this user without a password (`sudo -n`): docs/host.md has the line.";
const MISSING_TODO = "sudo cannot be run there: install it, or name root as the user: `ssh://root@HOST`.";
const STUCK_TODO =
  "See that `sudo -n -- node --version` works, that root can read the provider's folder, and that this user can write " +
  "in TMPDIR or XDG_RUNTIME_DIR.";

/** Root's PATH, where sudo has no `secure_path`: with the user's, that would say what root runs. */
const ENVIRONMENT = { PATH: SYSTEM_PATH, LC_ALL: "C" };

/** Words that run as root, with nothing of the user's environment. sudo asks no question. */
export function throughSudo(argv: readonly string[]): Start {
  return { file: sudo(), words: ["-n", "--", ...argv], env: ENVIRONMENT };
}

/** The same where somebody else starts it. */
export function asRoot(argv: readonly string[]): string[] {
  const environment = Object.entries(ENVIRONMENT).map(([name, value]) => `${name}=${value}`);
  return ["env", "-i", ...environment, "sudo", "-n", "--", ...argv];
}

/** On the PATH of the user, whose own it is as what he starts. */
function sudo(): string {
  const found = programNamed("sudo");
  if (found !== undefined) return found;
  throw new NetnsError({
    kind: "unsupported",
    tried: STARTING,
    todo: "sudo is not installed here: install it, or run `pulumi` as root without `netns:sudo`.",
  });
}

/** `host` is where sudo was asked, if not here. */
export function sudoFailure(said: string, kind: "kernel" | "timeout", host?: string): NetnsError {
  const tried = host === undefined ? STARTING : `${STARTING} on ${host}`;
  if (DENIED.test(said)) return new NetnsError({ kind: "permission", tried, said, todo: DENIED_TODO });
  if (MISSING.test(said)) return new NetnsError({ kind: "unsupported", tried, said, todo: MISSING_TODO });
  return new NetnsError({ kind, tried, said, todo: STUCK_TODO });
}
