import { type ErrorKind, NetnsError } from "../errors";
import type { RunResult } from "../host/host";

/** What the tools print, and what it means. The first row that matches counts. */
const SAYINGS: [pattern: RegExp, kind: ErrorKind][] = [
  [/File exists|already assigned/, "exists"],
  [/does not exist|Cannot find device|[Aa]ddress not found|Cannot assign requested address/, "notFound"],
  [/RTNETLINK answers: No such (?:device|process|file or directory)|FIB table does not exist/, "notFound"],
  [/netlink error: No such device/, "notFound"],
  [/cannot open \S+: No such file|Cannot open network namespace .*: No such file/, "notFound"],
  [/Invalid "netns" value/, "notFound"],
  [/cannot stat \S+: No such file|"\S+" is an unknown key/, "notFound"],
  [/Cannot remove namespace file .*: No such file/, "notFound"],
  // A plain file in the place of a namespace: nothing can be in there.
  [/reassociate to namespace .*: Invalid argument/, "notFound"],
  [/Operation not permitted|Permission denied|a password is required|not in the sudoers/i, "permission"],
  [/Device or resource busy/, "busy"],
  [/Option "-\S+" is unknown|Command "\S+" is unknown|(?:invalid|unrecognized) option/, "unsupported"],
  [/Operation not supported|Unknown device type|not supported/, "unsupported"],
];

const TODO: Partial<Record<ErrorKind, string>> = {
  exists: "Something of that name is there already.",
  notFound:
    "What it works on is not there: make that first, and take its name from that resource (`net0.name`, `link.a.name`), so that the order is right.",
  permission:
    "The provider has root's capabilities, so something else forbids it: a container, seccomp or AppArmor, a user " +
    "namespace that does not own that network namespace, or a /proc/sys that is mounted read-only.",
  busy: "Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
  unsupported: "This kernel has it not: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
  timeout: "Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or see what holds the command up.",
  cancelled: "The run was cancelled: run `pulumi up` again to go on.",
};

const SUDO = "Let sudo run it for this user without a password (`sudo -n`).";

export const NEEDED_IP =
  "The netns provider needs an iproute2 that has `ip -j` and `ip netns attach` (`type ip` and `ip -V` say which is here).";

/** Who lacks the rights is told "Operation not permitted"; these are the words for a device without IPv6. */
const IPV6_OFF = "IPv6 is off on this device: set the sysctl net.ipv6.conf.DEVICE.disable_ipv6 to 0.";

const GATEWAY =
  "A gateway must be on a network that a device of this namespace has an address of, or be given `device` and " +
  "`onLink`; and a device that a route leads to must be up.";

export function kindOf(result: RunResult, signal: AbortSignal): ErrorKind {
  if (result.failure === "aborted") return whyAborted(signal);
  if (result.failure === "notFound" || result.exitCode === 127 || missingTool(result)) return "unsupported";
  return SAYINGS.find(([pattern]) => pattern.test(result.stderr))?.[1] ?? "kernel";
}

export function explain(kind: ErrorKind, result: RunResult, program = "The program"): string | undefined {
  const tool = missingTool(result);
  if (tool === "ethtool") return "ethtool is not installed here: `offloads` need it (apt-get install ethtool).";
  if (tool || result.failure === "notFound") {
    return `${tool ?? program} is not installed here: the host needs iproute2, util-linux and procps (apt-get install iproute2 util-linux procps).`;
  }
  if (/a password is required|not in the sudoers/.test(result.stderr)) return SUDO;
  if (/ is unknown, try|(?:invalid|unrecognized) option/.test(result.stderr)) return NEEDED_IP;
  if (/Read-only file system/.test(result.stderr))
    return "Mount that file system read-write, and run `pulumi up` again.";
  if (/No space left on device/.test(result.stderr))
    return "Make room on that file system (`df`, `df -i`), and run `pulumi up` again.";
  if (result.failure === "killed") return "Something killed it (out of memory?): run `pulumi up` again.";
  if (/RTNETLINK answers: Permission denied/.test(result.stderr)) return IPV6_OFF;
  if (/invalid gateway|No route to host|Network is unreachable|for nexthop is not up/.test(result.stderr))
    return GATEWAY;
  return TODO[kind];
}

/** The program that nsenter, sudo or the shell could not find. */
function missingTool(result: RunResult): string | undefined {
  return /(?:failed to execute |sudo: |\S+: (?:line )?\d+: )(\S+?): (?:No such file or directory|command not found|not found)/.exec(
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
