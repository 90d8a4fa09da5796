import { type ErrorKind, NetnsError } from "../errors";
import type { RunResult } from "../host/host";
import { ADVICE, adviceOn, lacksPart } from "./advice";

/** Programs that have failed. */

/** What the tools print, and what it means. The first row that matches counts. */
const SAYINGS: [pattern: RegExp, kind: ErrorKind][] = [
  // nft, of the table itself, which the first words of the file are about; then of what stands in it.
  [/^\S*stdin\S*:1:1\d-\d+: Error: .*: File exists/m, "exists"],
  [/^\S*stdin\S*:1:1\d-\d+: Error: .*: No such file/m, "notFound"],
  [/^\S*stdin\S*:\d+:\d+-\d+: Error: (?!.*(?:not permitted|not supported|does not exist))/m, "user"],
  [/^Error: syntax error/m, "user"],
  [/^Error: (?:Could not process rule: )?No such file or directory/m, "notFound"],
  [/Error: Interface does not exist/, "notFound"],
  [/cache initialization failed: (?!Operation not permitted)/, "unsupported"],
  [/^ovs-vsctl: cannot create .* already exists/m, "exists"],
  [/^ovs-vsctl: no (?:bridge|port|row) (?:named )?/m, "notFound"],
  // ethtool, in its newer and its older words.
  [/netlink error: No such device|^Cannot get device .*: No such device/m, "notFound"],
  [/^nsenter: cannot open \S+: No such file/m, "notFound"],
  // A plain file in the place of a namespace: nothing can be in there.
  [/reassociate to namespace .*: Invalid argument/, "notFound"],
  [/Operation not permitted|Permission denied/i, "permission"],
  [/Device or resource busy/, "busy"],
  [/not supported/, "unsupported"],
];

const OVS_DATABASE =
  "No database of Open vSwitch answers there: start it (`systemctl start openvswitch-switch`), or name the socket that " +
  'ovsdb-server listens on in `database` ("unix:/run/openvswitch/db.sock").';
export const OVS_SWITCH =
  "The database answers, but ovs-vswitchd, which makes the devices, does not: start it (`systemctl start " +
  "openvswitch-switch`), see its log, and run `pulumi up` again.";

const RULES = "Correct `rules`: nft counts the lines from the first of them. Nothing has been changed.";
const TABLE_NAME = "Choose another `name`: that word is a keyword of nft.";
/** Signals by which a program ends itself. */
const CRASH = /^nft's library ended with signal SIG(?:ABRT|SEGV|BUS|FPE|ILL)$/m;
const NFT_CRASH =
  "nft's own library fails at this, and `nft` would, too: write `rules` in another way, or install another version of " +
  "nftables.";
const NO_NFT = lacksPart("nftables (or not all that the rules need of it)", "CONFIG_NF_TABLES", "nf_tables");

export function kindOf(result: RunResult, signal: AbortSignal): ErrorKind {
  if (result.failure === "aborted") return whyAborted(signal);
  if (isMissing(result)) return "unsupported";
  return SAYINGS.find(([pattern]) => pattern.test(result.stderr))?.[1] ?? "kernel";
}

/** What to do about it; `command` is what was run, as people type it. */
export function explain(kind: ErrorKind, result: RunResult, command = ""): string | undefined {
  const tool = missingTool(result);
  if (tool === "ethtool") return "ethtool is not installed here: `offloads` need it (apt-get install ethtool).";
  if (isOvs(tool ?? command) && (tool || result.failure === "notFound"))
    return "ovs-vsctl is not installed here: OVS bridges need Open vSwitch on the host (apt-get install openvswitch-switch).";
  if (/database connection failed/.test(result.stderr)) return OVS_DATABASE;
  if (isOvs(command) && /Alarm clock/.test(result.stderr)) return OVS_SWITCH;
  if (tool || result.failure === "notFound") {
    return (
      `${tool || command.split(" ")[0] || "The program"} is not installed here: the host needs util-linux ` +
      `(apt-get install util-linux).`
    );
  }
  if (CRASH.test(result.stderr)) return NFT_CRASH;
  if (result.failure === "killed") return "Something killed it (out of memory?): run `pulumi up` again.";
  if (kind === "user" && /stdin\S*:\d+:\d+-\d+: Error: /.test(result.stderr)) return RULES;
  if (/^Error: syntax error/m.test(result.stderr)) return TABLE_NAME;
  if (kind === "unsupported" && /(?:^| )nft /.test(command)) return NO_NFT;
  return adviceOn(kind, command);
}

function isOvs(command: string): boolean {
  return /(?:^| )ovs-vsctl(?: |$)/.test(command);
}

/** Whether the command is not there that was to be run. */
export function isMissing(result: RunResult): boolean {
  return result.failure === "notFound" || result.exitCode === 127 || missingTool(result) !== undefined;
}

/** The program that nsenter or the shell could not find. */
function missingTool(result: RunResult): string | undefined {
  return /(?:failed to execute |\S+: (?:line )?\d+: )(\S+?): (?:No such file or directory|command not found|not found)/.exec(
    result.stderr,
  )?.[1];
}

/** The error for what a deadline or a Cancel has ended. */
export function interruption(signal: AbortSignal, tried: string, said?: string): NetnsError {
  const kind = whyAborted(signal);
  return new NetnsError({ kind, tried, said, todo: ADVICE[kind] });
}

function whyAborted(signal: AbortSignal): "timeout" | "cancelled" {
  return signal.reason instanceof Error && signal.reason.name === "TimeoutError" ? "timeout" : "cancelled";
}
