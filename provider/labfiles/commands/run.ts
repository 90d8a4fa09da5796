import type { HostDraft } from "../host";
import { brctl, bridge } from "./bridge";
import { ipAddress } from "./ipAddress";
import { ipLink } from "./ipLink";
import { ipNeighbor, ipRule } from "./ipOthers";
import { type IpFamily, ipRoute } from "./ipRoute";
import { iptables } from "./iptables";
import { arp, ethtool, ifconfig, route } from "./older";
import { type Statement, statementsOf } from "./shell";
import { keyOfFile, setSysctl, sysctl } from "./sysctl";
import { tc } from "./tc";
import { abbreviated, NoCounterpart, Words } from "./words";

/** What has no counterpart of a command line, and why. */
export type Refuse = (text: string, why: string) => void;

/** Does to the host what a command line does, as far as our kinds can say it. */
export function runCommand(host: HostDraft, line: string, refuse: Refuse): void {
  for (const statement of statementsOf(line)) {
    // A loop is not taken apart.
    if (statement.isControl)
      return void refuse(statement.text, "only a shell can say what it does: it is a loop, a condition or a function");
    runStatement(host, statement, refuse);
  }
}

function runStatement(host: HostDraft, statement: Statement, refuse: Refuse): void {
  const { words, text, needsShell, isOtherwise } = statement;
  const [name = "", ...args] = withoutPrefix(words);
  if (WITHOUT_EFFECT.has(name)) return;
  if (needsShell !== undefined) return void refuse(text, `only a shell can say what it does: ${needsShell}`);
  if (isOtherwise) return void refuse(text, "it runs only where what is before it fails");
  const script = scriptOf(name, args);
  if (script !== undefined) return void runCommand(host, script, refuse);
  try {
    runTool(host, name, new Words(args), statement);
  } catch (error) {
    if (!(error instanceof NoCounterpart)) throw error;
    refuse(text, error.message);
  }
}

/** What only waits, or says how a command ends. */
const WITHOUT_EFFECT = new Set(["true", ":", "sleep", "exit", "set", "wait", "cd"]);

function withoutPrefix(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !["sudo", "exec", "command", "nohup"].includes(word));
  return words.slice(Math.max(0, at)).map((word, index) => (index === 0 ? (word.split("/").at(-1) ?? word) : word));
}

/** The script of `sh -c SCRIPT`. */
function scriptOf(name: string, args: readonly string[]): string | undefined {
  if (!/^(ba|da|a|z|k)?sh$/.test(name)) return undefined;
  const at = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  return at < 0 ? undefined : args[at + 1];
}

function runTool(host: HostDraft, name: string, words: Words, { to }: Statement): void {
  if (name === "ip" || name === "busybox ip") ip(host, words);
  else if (name === "bridge") bridge(host, words);
  else if (name === "sysctl") sysctl(host, words);
  else if (name === "tc") tc(host, words);
  else if (/^iptables(-legacy|-nft)?$/.test(name)) iptables(host, words, false);
  else if (/^ip6tables(-legacy|-nft)?$/.test(name)) iptables(host, words, true);
  else if (name === "brctl") brctl(host, words);
  else if (name === "ifconfig") ifconfig(host, words);
  else if (name === "route") route(host, words);
  else if (name === "arp") arp(host, words);
  else if (name === "ethtool") ethtool(host, words);
  else if (name === "echo") echo(host, words, to);
  else throw new NoCounterpart(why(name));
}

function why(name: string): string {
  if (
    name === "apk" ||
    name === "apt" ||
    name === "apt-get" ||
    name === "yum" ||
    name === "dnf" ||
    name === "pip" ||
    name === "pip3"
  )
    return "hosts of netns have the programs of the machine: install it there";
  if (name === "modprobe" || name === "insmod") return "modules are the machine's: load it there";
  return "it is no command of the network: a Process of the program would run it there";
}

/** What is written into a file of /proc/sys is a sysctl; other output is nobody's. */
function echo(host: HostDraft, words: Words, to: string | undefined): void {
  const text = words
    .rest()
    .filter((word) => !/^-[neE]+$/.test(word))
    .join(" ");
  if (to === undefined) return;
  const key = keyOfFile(to);
  const wrong = key === undefined ? "files of the container have no counterpart" : setSysctl(host, key, text);
  if (wrong !== undefined) throw new NoCounterpart(wrong);
}

const OBJECTS = [
  ...["address", "addrlabel", "maddress", "route", "rule", "neighbor", "neighbour", "ntable", "ntbl", "link", "l2tp"],
  ...["fou", "ila", "macsec", "tunnel", "tunl", "tuntap", "tap", "token", "tcpmetrics", "tcp_metrics", "monitor"],
  ...["xfrm", "mroute", "mrule", "netns", "netconf", "vrf", "sr", "nexthop", "mptcp", "ioam", "help", "stats"],
] as const;

/** `ip …` */
function ip(host: HostDraft, words: Words): void {
  let family: IpFamily;
  while (words.peek()?.startsWith("-")) {
    const option = words.next();
    if (option === "-6") family = "inet6";
    else if (option === "-4") family = "inet";
    else if (option === "-f" || option === "-family") family = words.next() === "inet6" ? "inet6" : "inet";
    else if (["-n", "-netns", "-b", "-batch", "-force"].includes(option))
      throw new NoCounterpart(`it has \`${option}\`: namespaces and files of the container have no counterpart`);
  }
  if (words.isDone) return;
  const word = words.next();
  const object = abbreviated(word, OBJECTS);
  if (object === "address") ipAddress(host, words);
  else if (object === "link") ipLink(host, words);
  else if (object === "route") ipRoute(host, words, family);
  else if (object === "rule") ipRule(host, words, family);
  else if (object === "neighbor" || object === "neighbour") ipNeighbor(host, words);
  else if (object === "tunnel" || object === "tuntap") noDevice(host, words, object);
  else throw new NoCounterpart(`no kind makes what \`ip ${object ?? word}\` does`);
}

/** Commands on the device say then why it is not there. */
function noDevice(host: HostDraft, words: Words, object: string): never {
  const rest = words.rest();
  const name = rest.find((_word, index) => rest[index - 1] === "dev" || rest[index - 1] === "name") ?? rest[1];
  const reason = `we have no kind for a device of \`ip ${object}\``;
  if (abbreviated(rest[0] ?? "", ["add"] as const) && name !== undefined)
    host.addNone(name, `${reason}, which ${name} is`);
  throw new NoCounterpart(reason);
}
