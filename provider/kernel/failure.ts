import { type ErrorKind, NetnsError } from "../errors";
import type { RunResult } from "../host/host";

/** What the tools print, and what it means. The first row that matches counts. */
const SAYINGS: [pattern: RegExp, kind: ErrorKind][] = [
  [/File exists|already assigned/, "exists"],
  [/does not exist|Cannot find device|[Aa]ddress not found|Cannot assign requested address/, "notFound"],
  [/cannot open \S+: No such file|Cannot open network namespace .*: No such file/, "notFound"],
  [/Invalid "netns" value/, "notFound"],
  [/cannot stat \S+: No such file|"\S+" is an unknown key/, "notFound"],
  [/Cannot remove namespace file .*: No such file/, "notFound"],
  // A plain file in the place of a namespace: nothing can be in there.
  [/reassociate to namespace .*: Invalid argument/, "notFound"],
  [/Operation not permitted|Permission denied|a password is required|not in the sudoers/i, "permission"],
  [/Device or resource busy/, "busy"],
  [/Operation not supported|Unknown device type|not supported/, "unsupported"],
];

const TODO: Partial<Record<ErrorKind, string>> = {
  exists: "Something of that name is there already.",
  notFound:
    "What it works on is not there: make that first, and take its name from that resource (`net0.name`, `link.a.name`), so that the order is right.",
  permission:
    'Run as root (sudo --preserve-env env "PATH=$PATH" "HOME=$HOME" pulumi up), or `pulumi config set netns:sudo true`; ' +
    "to preview from the recorded state alone, set NETNS_OFFLINE=true.",
  busy: "Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
  unsupported: "This kernel has it not: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
  timeout: "Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or see what holds the command up.",
  cancelled: "The run was cancelled: run `pulumi up` again to go on.",
};

/** Who lacks the rights is told "Operation not permitted"; these are the words for a device without IPv6. */
const IPV6_OFF = "IPv6 is off on this device: set the sysctl net.ipv6.conf.DEVICE.disable_ipv6 to 0.";

export function kindOf(result: RunResult, signal: AbortSignal): ErrorKind {
  if (result.failure === "aborted") return whyAborted(signal);
  if (result.failure === "notFound" || result.exitCode === 127 || missingTool(result)) return "unsupported";
  return SAYINGS.find(([pattern]) => pattern.test(result.stderr))?.[1] ?? "kernel";
}

export function explain(kind: ErrorKind, result: RunResult): string | undefined {
  const tool = missingTool(result);
  if (tool || result.failure === "notFound") {
    return `${tool ?? "The program"} is not installed here: the host needs iproute2, util-linux and procps (apt-get install iproute2 util-linux procps).`;
  }
  if (/RTNETLINK answers: Permission denied/.test(result.stderr)) return IPV6_OFF;
  return TODO[kind];
}

/** The program that nsenter, sudo or the shell could not find. */
function missingTool(result: RunResult): string | undefined {
  return /(?:failed to execute |sudo: |sh: \d+: )(\S+?): (?:No such file or directory|command not found|not found)/.exec(
    result.stderr,
  )?.[1];
}

/** The error for what a deadline or a Cancel has ended. */
export function interruption(signal: AbortSignal, tried: string, said?: string): NetnsError {
  const kind = whyAborted(signal);
  return new NetnsError({ kind, tried, said, todo: TODO[kind] });
}

function whyAborted(signal: AbortSignal): "timeout" | "cancelled" {
  return signal.reason instanceof Error && signal.reason.name === "TimeoutError" ? "timeout" : "cancelled";
}
