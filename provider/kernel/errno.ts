import type { ErrorKind } from "../errors";
import { NetlinkError } from "../netlink/message";
import { errorText } from "../netlink/system";
import { ADVICE, adviceOn, lacksPart } from "./advice";
import type { Step } from "./step";

/** What the kernel answers, and what it means. */
const ERRNOS: Record<string, ErrorKind> = {
  EEXIST: "exists",
  ...{ ENOENT: "notFound", ENOTDIR: "notFound", ENODEV: "notFound", ENXIO: "notFound", ESRCH: "notFound" },
  EADDRNOTAVAIL: "notFound",
  ...{ EPERM: "permission", EACCES: "permission", EROFS: "permission" },
  EBUSY: "busy",
  ...{ ENETUNREACH: "unreachable", EHOSTUNREACH: "unreachable", ENETDOWN: "unreachable" },
  ...{ EOPNOTSUPP: "unsupported", EAFNOSUPPORT: "unsupported", EPROTONOSUPPORT: "unsupported" },
};

/** An error of a system call, or of the kernel's answer to a request. */
export type Errno = Error & { code: string; errno: number };

export function isErrno(error: unknown): error is Errno {
  return error instanceof Error && "code" in error && "errno" in error && typeof error.errno === "number";
}

export function kindOfErrno(error: Errno, step?: Step): ErrorKind {
  const isAnswer = error instanceof NetlinkError;
  // A plain file in the place of a namespace: nothing can be in there.
  if (error.code === "EINVAL" && !isAnswer && step === undefined) return "notFound";
  // A gateway, or a source, that no device of the namespace has to do with, or that a rule hides.
  if (error.code === "EINVAL" && isAnswer && step?.argv.includes("route")) return "unreachable";
  if (isAnswer && hidingRule(error, step?.argv.join(" ") ?? "")) return "unreachable";
  if (isNoSuchQdisc(error, step)) return "unsupported";
  if (isNoTun(error, step?.argv.join(" ") ?? "")) return "unsupported";
  return ERRNOS[error.code] ?? "kernel";
}

/** The kernel has not this kind of qdisc: a new one at the root needs nothing else to be there. */
function isNoSuchQdisc(error: Errno, { argv }: Pick<Step, "argv"> = { argv: [] }): boolean {
  if (error.code !== "ENOENT" || argv[0] !== "tc" || !argv.includes("add")) return false;
  return argv.includes("root") || /kind is unknown/.test(saidIn(error));
}

/** The command that means the same, and the kernel's words. */
export function saidByKernel(typed: string, error: Errno): string {
  const { said = noDevice(typed, error), attribute } = error instanceof NetlinkError ? error : {};
  const where = attribute === undefined ? "" : `, at ${attribute}`;
  return `${typed} → ${error.code}: ${said ?? errorText(error.errno)}${where}`;
}

/** The kernel does not say which. */
function noDevice(typed: string, { code }: Errno): string | undefined {
  const device = / dev (\S+)/.exec(typed)?.[1];
  return code === "ENODEV" && device !== undefined ? `Cannot find device "${device}"` : undefined;
}

/** /dev/net/tun cannot be opened. */
function isNoTun({ code }: Errno, command: string): boolean {
  return ["ENOENT", "ENXIO", "ENODEV"].includes(code) && /(^| )ip tuntap /.test(command);
}

function saidIn(error: Errno): string {
  return error instanceof NetlinkError ? (error.said ?? "") : "";
}

/** What to do about it. */
export function whatToDo(kind: ErrorKind, error: Errno, typed: string): string | undefined {
  if (error.code === "EROFS") return READ_ONLY;
  if (error.code === "ENOSPC") return NO_ROOM;
  const action = hidingRule(error, typed);
  if (action === "prohibit") return hiddenBy(action);
  // Who lacks the rights is told EPERM.
  if ((error.code === "EACCES" && error instanceof NetlinkError) || /IPv6 is disabled/.test(saidIn(error)))
    return IPV6_OFF;
  if (/prefsrc|[Ii]nvalid source/.test(saidIn(error))) return NO_SOURCE;
  if (action !== undefined) return `${ADVICE.unreachable} If it is, look for this: ${hiddenBy(action)}`;
  if (error.code === "EHOSTUNREACH" && isByGateway6(typed))
    return `${ADVICE.unreachable} If it is, look for this: ${HIDDEN6}`;
  if (error.code === "ENOENT" && /(^| )sysctl -w /.test(typed)) return NO_VALUE;
  if (error.code === "ENETDOWN") return DOWN;
  if (isNoTun(error, typed)) return NO_TUN;
  if (kind === "busy" && / type (?:macvlan|macvtap|ipvlan)( |$)/.test(typed)) return TAKEN_PARENT;
  if (kind === "exists" && / rule add /.test(typed)) return WIDER_RULE;
  return (kind === "unsupported" && missingPart(saidIn(error), typed)) || adviceOn(kind, typed);
}

/** What the kernel answers where a rule of that action takes packets to the gateway: for IPv4, which asks the rules for it. */
const HIDING: Record<string, string> = { EINVAL: "blackhole", ENETUNREACH: "unreachable", EACCES: "prohibit" };
const BY_GATEWAY = /(?:^| )route (?:add|change) .*\bvia ([0-9a-f.:]+)/;

/** The action of a rule that may be what stands before the gateway of a route. */
function hidingRule(error: Errno, typed: string): string | undefined {
  return BY_GATEWAY.exec(typed)?.[1]?.includes(".") ? HIDING[error.code] : undefined;
}

function hiddenBy(action: string): string {
  return (
    `A rule with the action \`${action}\` catches packets to the gateway before a table is looked up ` +
    "(`ip -n NAMESPACE rule`). Remove it, or move it behind the rule for the table, or give the route `device` and `onLink`."
  );
}

/** IPv6 looks for a gateway in the tables, where nothing says which device it is behind. */
function isByGateway6(typed: string): boolean {
  return BY_GATEWAY.exec(typed)?.[1]?.includes(":") === true && !/ dev /.test(typed);
}

const HIDDEN6 =
  "A route that leads nowhere (`blackhole`, `unreachable`, `prohibit`, `throw`) matches the gateway more closely than " +
  "the network does (`ip -n NAMESPACE -6 route`). Remove that route, or give this one `device`.";

function missingPart(said: string, command: string): string | undefined {
  const isType = /Unknown device type/.test(said);
  const [, what, option, module] =
    PARTS.find(([words, , , module]) => words.test(command) && (module !== undefined || !isType)) ?? [];
  return what === undefined || option === undefined ? undefined : lacksPart(what, option, module);
}

const READ_ONLY = "Mount that file system read-write, and run `pulumi up` again.";
const NO_ROOM = "Make room on that file system (`df`, `df -i`), and run `pulumi up` again.";
const DOWN = "Its device is down: set that up first (`up: true`).";

/** Who lacks the rights is told "Operation not permitted"; these are the words for a device without IPv6. */
const IPV6_OFF = "IPv6 is off on this device: set the sysctl net.ipv6.conf.DEVICE.disable_ipv6 to 0.";
const NO_SOURCE = "A `source` must be an address of this namespace: add it first (an Address before the Route).";
const NO_VALUE =
  "The key is gone together with its device, or the value names something that this kernel does not have, such as an " +
  "algorithm whose module is not loaded.";
const NO_TUN =
  "There is no /dev/net/tun here, or nothing behind it: it needs CONFIG_TUN (try `modprobe tun`); a container must be " +
  "given the device (`--device /dev/net/tun`).";
const TAKEN_PARENT =
  "Its parent is taken: a device has macvlans and macvtaps on it, or ipvlans, or one macvlan of mode `passthru`, or is a port " +
  "of a bridge or the like, and is only one of these (`ip -d link` shows which). Take another parent, or the type that is on it.";
const WIDER_RULE =
  "The kernel confuses this rule with a narrower one (in `from` and `to`) of the same priority, table and devices: " +
  "give this one another priority, or remove that one, which this one makes redundant (`ip -n NAMESPACE rule` shows it).";

type Part = [words: RegExp, what: string, option: string, module?: string];

/** By the words that need them. */
const PARTS: Part[] = [
  [/ vlan_filtering |^bridge vlan | bridge vlan /, "filtering by VLAN in bridges", "CONFIG_BRIDGE_VLAN_FILTERING"],
  [/ mcast_snooping /, "IGMP and MLD snooping in bridges", "CONFIG_BRIDGE_IGMP_SNOOPING"],
  [/ type bridge( |$)/, "bridges", "CONFIG_BRIDGE", "bridge"],
  [/ type veth( |$)/, "veth pairs", "CONFIG_VETH", "veth"],
  [/ type netkit( |$)/, "netkit pairs", "CONFIG_NETKIT", "netkit"],
  [/ type dummy( |$)/, "dummy devices", "CONFIG_DUMMY", "dummy"],
  [/ type macvlan( |$)/, "macvlan devices", "CONFIG_MACVLAN", "macvlan"],
  [/ type macvtap( |$)/, "macvtap devices", "CONFIG_MACVTAP", "macvtap"],
  [/ type ipvlan( |$)/, "ipvlan devices", "CONFIG_IPVLAN", "ipvlan"],
  [/ type ifb( |$)/, "ifb devices", "CONFIG_IFB", "ifb"],
  [/ type vlan( |$)/, "VLAN devices", "CONFIG_VLAN_8021Q", "8021q"],
  [/ type bond( |$)/, "bonds", "CONFIG_BONDING", "bonding"],
  [/ type vrf( |$)/, "VRF devices", "CONFIG_NET_VRF", "vrf"],
  [/ type vxlan( |$)/, "VXLAN devices", "CONFIG_VXLAN", "vxlan"],
  [/ type (?:gre|gretap)( |$)/, "GRE tunnels", "CONFIG_NET_IPGRE", "ip_gre"],
  [/ type (?:ip6gre|ip6gretap)( |$)/, "GRE tunnels over IPv6", "CONFIG_IPV6_GRE", "ip6_gre"],
  [/ type ipip( |$)/, "IP-in-IP tunnels", "CONFIG_NET_IPIP", "ipip"],
  [/ type sit( |$)/, "tunnels of IPv6 over IPv4", "CONFIG_IPV6_SIT", "sit"],
  [/ type ip6tnl( |$)/, "tunnels over IPv6", "CONFIG_IPV6_TUNNEL", "ip6_tunnel"],
  [/ type geneve( |$)/, "GENEVE devices", "CONFIG_GENEVE", "geneve"],
  ...["netem", "tbf", "htb", "fq_codel", "codel", "fq", "sfq", "prio"].map(
    (kind): Part => [
      new RegExp(`tc qdisc add dev \\S+ (?:root|parent \\S+) (?:handle \\S+ )?${kind}( |$)`),
      `${kind} qdiscs`,
      `CONFIG_NET_SCH_${kind.toUpperCase()}`,
      `sch_${kind}`,
    ],
  ),
];
