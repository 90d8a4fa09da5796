import { type ErrorKind, NetnsError } from "../errors";
import type { RunResult } from "../host/host";

/** What the tools print, and what it means. The first row that matches counts. */
const SAYINGS: [pattern: RegExp, kind: ErrorKind][] = [
  // nft, of the table itself, which the first words of the file are about; then of what stands in it.
  [/^\S*stdin\S*:1:1\d-\d+: Error: .*: File exists/m, "exists"],
  [/^\S*stdin\S*:1:1\d-\d+: Error: .*: No such file/m, "notFound"],
  [/^\S*stdin\S*:\d+:\d+-\d+: Error: (?!.*(?:not permitted|not supported|does not exist))/m, "user"],
  [/^Error: syntax error/m, "user"],
  [/^Error: (?:Could not process rule: )?No such file or directory/m, "notFound"],
  [/cache initialization failed: (?!Operation not permitted)/, "unsupported"],
  [
    /File exists|already assigned|Exclusivity flag on|NLM_F_REPLACE needed|same name exists in the target netns/,
    "exists",
  ],
  [/^ovs-vsctl: cannot create .* already exists/m, "exists"],
  [/^ovs-vsctl: no (?:bridge|port|row) (?:named )?/m, "notFound"],
  [/does not exist|Cannot find device|[Aa]ddress not found|Cannot assign requested address/, "notFound"],
  [/RTNETLINK answers: No such (?:device|process|file or directory)|FIB table does not exist/, "notFound"],
  [/netlink error: No such device/, "notFound"],
  [/cannot open \S+: No such file|Cannot open network namespace .*: No such file/, "notFound"],
  [/Invalid "netns" value/, "notFound"],
  [/find (?:specified )?qdisc/, "notFound"],
  [/cannot stat \S+: No such file|"\S+" is an unknown key/, "notFound"],
  [/Cannot remove namespace file .*: No such file/, "notFound"],
  // A plain file in the place of a namespace: nothing can be in there.
  [/reassociate to namespace .*: Invalid argument/, "notFound"],
  [/Operation not permitted|Permission denied|a password is required|not in the sudoers/i, "permission"],
  [/Device or resource busy/, "busy"],
  [/invalid gateway|Invalid (?:source|prefsrc) address|No route to host|Network is unreachable/, "unreachable"],
  [/Network is down|(?:for nexthop|device) is not up/, "unreachable"],
  [/Option "-\S+" is unknown|Command "\S+" is unknown|(?:invalid|unrecognized) option/, "unsupported"],
  [/Operation not supported|Unknown device type|not supported/, "unsupported"],
  [/Specified qdisc kind is unknown|^open: No such (?:file|device)/m, "unsupported"],
];

const GATEWAY =
  "A gateway must be on a network that a device of this namespace has an address of, or be given `device` and " +
  "`onLink`; and a device that a route leads to must be up.";

const TODO: Partial<Record<ErrorKind, string>> = {
  exists: "Remove or rename that (`ip -n NAMESPACE link` shows it), or choose another name.",
  notFound:
    "What it works on is not there: make that first, and take its name from that resource (`net0.name`, `link.a.name`), so that the order is right.",
  permission:
    "The provider has root's capabilities, so something else forbids it: a container, seccomp or AppArmor, a user " +
    "namespace that does not own that network namespace, or a /proc/sys that is mounted read-only.",
  unreachable: GATEWAY,
  busy: "Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
  unsupported: "This kernel has it not: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
  timeout: "Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or see what holds the command up.",
  cancelled: "The run was cancelled: run `pulumi up` again to go on.",
};

const SUDO = "Let sudo run it for this user without a password (`sudo -n`).";

export const NEEDED_IP =
  "The netns provider needs an iproute2 that has `ip -j` and `ip netns attach` (`type ip` and `ip -V` say which is here).";

const OVS_DATABASE =
  "No database of Open vSwitch answers there: start it (`systemctl start openvswitch-switch`), or name the socket that " +
  'ovsdb-server listens on in `database` ("unix:/run/openvswitch/db.sock").';
export const OVS_SWITCH =
  "The database answers, but ovs-vswitchd does not, which makes the devices: start it (`systemctl start " +
  "openvswitch-switch`), see its log, and run `pulumi up` again.";

/** Who lacks the rights is told "Operation not permitted"; these are the words for a device without IPv6. */
const IPV6_OFF = "IPv6 is off on this device: set the sysctl net.ipv6.conf.DEVICE.disable_ipv6 to 0.";

type Part = [words: RegExp, what: string, option: string, module?: string];

/** What a kernel can be built without: the option and the module that has it, by the words that need it. */
const PARTS: Part[] = [
  [/ vlan_filtering |^bridge vlan | bridge vlan /, "filtering by VLAN in bridges", "CONFIG_BRIDGE_VLAN_FILTERING"],
  [/ mcast_snooping /, "IGMP and MLD snooping in bridges", "CONFIG_BRIDGE_IGMP_SNOOPING"],
  [/ type bridge( |$)/, "bridges", "CONFIG_BRIDGE", "bridge"],
  [/ type veth( |$)/, "veth pairs", "CONFIG_VETH", "veth"],
  [/ type dummy( |$)/, "dummy devices", "CONFIG_DUMMY", "dummy"],
  [/ type macvlan( |$)/, "macvlan devices", "CONFIG_MACVLAN", "macvlan"],
  [/ type vlan( |$)/, "VLAN devices", "CONFIG_VLAN_8021Q", "8021q"],
  [/ type vxlan( |$)/, "VXLAN devices", "CONFIG_VXLAN", "vxlan"],
  ...["netem", "tbf", "htb", "fq_codel", "codel", "fq", "sfq", "prio"].map(
    (kind): Part => [
      new RegExp(`tc qdisc add dev \\S+ (?:root|parent \\S+) (?:handle \\S+ )?${kind}( |$)`),
      `${kind} qdiscs`,
      `CONFIG_NET_SCH_${kind.toUpperCase()}`,
      `sch_${kind}`,
    ],
  ),
  [/(^| )nft /, "nftables (or not all that the rules need of it)", "CONFIG_NF_TABLES", "nf_tables"],
];
/** `ip tuntap` cannot open it. */
const NO_TUN =
  "There is no /dev/net/tun here, or nothing behind it: it needs CONFIG_TUN (try `modprobe tun`); a container must be " +
  "given the device (`--device /dev/net/tun`).";
const NO_OWNER = "Name one that this host has (`getent passwd`, `getent group`), or give its number.";
const RULES =
  "Correct `rules`: nft counts the lines from the first of them. The rules that were there are still there.";
const TABLE_NAME = "Choose another `name`: nft has a meaning of its own for that word.";
const WIDER_RULE =
  "The kernel takes a rule of this priority, table and devices that has more of `from` and `to` for this one: give " +
  "this one another priority, or remove that one, which then does nothing more (`ip -n NAMESPACE rule` shows it).";

export function kindOf(result: RunResult, signal: AbortSignal): ErrorKind {
  if (result.failure === "aborted") return whyAborted(signal);
  if (isMissing(result)) return "unsupported";
  return SAYINGS.find(([pattern]) => pattern.test(result.stderr))?.[1] ?? "kernel";
}

/** What to do about it; `command` is what was run, as people type it. */
export function explain(kind: ErrorKind, result: RunResult, command = ""): string | undefined {
  const tool = missingTool(result);
  if (tool === "ethtool") return "ethtool is not installed here: `offloads` need it (apt-get install ethtool).";
  if (tool === "nft" || (result.failure === "notFound" && command.startsWith("nft ")))
    return "nft is not installed here: a Firewall needs it (apt-get install nftables).";
  if (isOvs(tool ?? command) && (tool || result.failure === "notFound"))
    return "ovs-vsctl is not installed here: OVS bridges need Open vSwitch on the host (apt-get install openvswitch-switch).";
  if (/database connection failed/.test(result.stderr)) return OVS_DATABASE;
  if (isOvs(command) && /Alarm clock/.test(result.stderr)) return OVS_SWITCH;
  if (tool || result.failure === "notFound") {
    return `${tool || command.split(" ")[0] || "The program"} is not installed here: the host needs iproute2, util-linux and procps (apt-get install iproute2 util-linux procps).`;
  }
  if (/a password is required|not in the sudoers/.test(result.stderr)) return SUDO;
  if (/ is unknown, try|(?:invalid|unrecognized) option/.test(result.stderr)) return NEEDED_IP;
  if (/Read-only file system/.test(result.stderr))
    return "Mount that file system read-write, and run `pulumi up` again.";
  if (/No space left on device/.test(result.stderr))
    return "Make room on that file system (`df`, `df -i`), and run `pulumi up` again.";
  if (result.failure === "killed") return "Something killed it (out of memory?): run `pulumi up` again.";
  if (/RTNETLINK answers: Permission denied|IPv6 is disabled on this device/.test(result.stderr)) return IPV6_OFF;
  if (/^open: No such (?:file|device)/m.test(result.stderr)) return NO_TUN;
  if (/^invalid (?:user|group) "/m.test(result.stderr)) return NO_OWNER;
  if (kind === "user" && /stdin\S*:\d+:\d+-\d+: Error: /.test(result.stderr)) return RULES;
  if (kind === "exists" && / rule add /.test(command)) return WIDER_RULE;
  if (/^Error: syntax error/m.test(result.stderr)) return TABLE_NAME;
  if (/Network is down/.test(result.stderr)) return "The device that it is on is down: set that up first (`up: true`).";
  return (kind === "unsupported" && missingPart(result, command)) || TODO[kind];
}

function isOvs(command: string): boolean {
  return /(?:^| )ovs-vsctl(?: |$)/.test(command);
}

function missingPart({ stderr }: RunResult, command: string): string | undefined {
  const isType = /Unknown device type/.test(stderr);
  const [, what, option, module] =
    PARTS.find(([words, , , module]) => words.test(command) && (module !== undefined || !isType)) ?? [];
  if (option === undefined) return undefined;
  return `This kernel has no ${what}: it needs ${option}${module ? ` (try \`modprobe ${module}\`)` : ""}.`;
}

/** Whether the command is not there that was to be run. */
export function isMissing(result: RunResult): boolean {
  return result.failure === "notFound" || result.exitCode === 127 || missingTool(result) !== undefined;
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
