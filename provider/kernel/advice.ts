import { TUNNEL_MODES } from "../core/tunnels";
import type { ErrorKind } from "../errors";

/** What people can do about an error, by its kind, whatever it is about. */
export const ADVICE: Partial<Record<ErrorKind, string>> = {
  notFound:
    "Something that it needs is not there, and nothing else of this run was making it (docs/order.md): make it, and take " +
    "its name from that resource (`net0.name`, `link.a.name`), so that Pulumi knows the order.",
  permission:
    "The provider has root's capabilities, so something else forbids it: a container, seccomp or AppArmor, a user " +
    "namespace that does not own that network namespace, or a /proc/sys that is mounted read-only.",
  unreachable:
    "A gateway must be on a network in which a device of this namespace has an address, or the route must have " +
    "`device` and `onLink`; and the device of a route must be up.",
  busy: "Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
  unsupported: "This kernel does not have it: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
  timeout: "Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or find what holds the command up.",
  cancelled: "The run was cancelled: run `pulumi up` again to go on.",
};

/** What shows the thing that another one of cannot be there, by the words that were to make that; else it is a device. */
const SHOWN_BY: Record<string, string> = {
  "netns add": "ip netns",
  addr: "ip -n NAMESPACE addr",
  route: "ip -n NAMESPACE route show table all",
  neigh: "ip -n NAMESPACE neigh",
  fdb: "bridge -n NAMESPACE fdb",
  vlan: "bridge -n NAMESPACE vlan",
  qdisc: "tc -n NAMESPACE qdisc",
  "nft -f": "ip netns exec NAMESPACE nft list tables",
  "ovs-vsctl": "ovs-vsctl show",
};
const MAKES =
  /(?:^| )(?:(?:ip|bridge|tc) (?:-n \S+ |-[46] )*(netns add|addr|route|neigh|fdb|vlan|qdisc)|(nft -f|ovs-vsctl)) /;
/** Those that have a name, and nothing else to differ by. */
const NAMED = ["netns add", "nft -f", "ovs-vsctl"];

/** Where two of the same ends cannot be told apart; the name is seen to before. */
const TUNNEL = new RegExp(` type (?:${TUNNEL_MODES.join("|")})( |$)`);
const OTHER_TUNNEL =
  "Another tunnel of this namespace has the same mode, `local`, `remote`, `device` and key (`ip -n NAMESPACE tunnel`, " +
  "`ip -n NAMESPACE -6 tunnel` and `ip -n NAMESPACE -d link` show it): remove it, or give this one other ends or another `key`.";
const OTHER_GENEVE =
  "Another Geneve of this namespace has the same `vni`, `remote` and `port` (`ip -n NAMESPACE -d link show type geneve` " +
  "shows it): remove it, or give this one another `vni`.";

/** What to do about what is there already, in the place of what a command was to make. */
function makeRoom(typed: string): string {
  if (TUNNEL.test(typed)) return OTHER_TUNNEL;
  const [, object, program] = MAKES.exec(typed) ?? [];
  const made = object ?? program;
  if (made === undefined) return "Remove or rename it (`ip -n NAMESPACE link` shows it), or choose another name.";
  const other = NAMED.includes(made) ? "choose another name" : "give this one other properties";
  return `Remove it (\`${SHOWN_BY[made]}\` shows it), or ${other}.`;
}

/** What people can do about an error of this kind that a command has ended in. */
export function adviceOn(kind: ErrorKind, typed: string): string | undefined {
  if (kind === "busy" && / type geneve( |$)/.test(typed)) return OTHER_GENEVE;
  return kind === "exists" ? makeRoom(typed) : ADVICE[kind];
}

/** Where it has been said already which namespace is not there. */
export const MAKE_NAMESPACE =
  "Make it first, and take its name from that resource (`net0.name`); or, if something has removed it meanwhile, run " +
  "`pulumi up` again.";

export function noNamespace(name: string): string {
  return `There is no namespace ${name}. ${MAKE_NAMESPACE}`;
}

/** What a kernel can be built without: the option and the module that has it. */
export function lacksPart(what: string, option: string, module?: string): string {
  return `This kernel has no ${what}: it needs ${option}${module ? ` (try \`modprobe ${module}\`)` : ""}.`;
}
