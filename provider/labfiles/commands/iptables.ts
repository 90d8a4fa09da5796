import { familyOf } from "../../core/ip";
import type { Chain, HostDraft } from "../host";
import { type Match, matchOf } from "./iptablesMatch";
import { NoCounterpart, unknownWord, type Words } from "./words";

/** `iptables …` as chains of nft, one table of ours for each of its tables. */

const HOOKS: Record<string, Record<string, string>> = {
  filter: {
    INPUT: "type filter hook input priority 0",
    FORWARD: "type filter hook forward priority 0",
    OUTPUT: "type filter hook output priority 0",
  },
  nat: {
    PREROUTING: "type nat hook prerouting priority -100",
    INPUT: "type nat hook input priority 100",
    OUTPUT: "type nat hook output priority -100",
    POSTROUTING: "type nat hook postrouting priority 100",
  },
  mangle: {
    PREROUTING: "type filter hook prerouting priority -150",
    INPUT: "type filter hook input priority -150",
    FORWARD: "type filter hook forward priority -150",
    OUTPUT: "type route hook output priority -150",
    POSTROUTING: "type filter hook postrouting priority -150",
  },
};

interface Command {
  table: string;
  verb: string;
  chain: string | undefined;
  number: number | undefined;
  policy: string | undefined;
  matches: string[];
  verdict: string | undefined;
}

export function iptables(host: HostDraft, words: Words, isIpv6: boolean): void {
  const command = read(host, words, isIpv6);
  const { table, verb, chain: name } = command;
  if (["-L", "-S", "-Z", "-C"].includes(verb)) return;
  const hooks = HOOKS[table];
  if (!hooks) throw new NoCounterpart(`its table ${table} is none that we know`);
  const family = isIpv6 ? "ip6" : "ip";
  const key = `${family} iptables_${table}`;
  const made = host.tables.get(key) ?? { family, name: `iptables_${table}`, chains: new Map<string, Chain>() };
  if (verb === "-F" || verb === "-X") {
    for (const [own, chain] of made.chains) {
      if (name !== undefined && own !== name) continue;
      if (verb === "-F") chain.rules.length = 0;
      else if (!chain.hook) made.chains.delete(own);
    }
    return;
  }
  if (name === undefined) throw new NoCounterpart("it names no chain");
  const chain = made.chains.get(name) ?? { ...(hooks[name] !== undefined && { hook: hooks[name] }), rules: [] };
  change(chain, command);
  made.chains.set(name, chain);
  host.tables.set(key, made);
}

function change(chain: Chain, { verb, number, policy, matches, verdict }: Command): void {
  const rule = [...matches, ...(verdict === undefined ? ["counter"] : [verdict])].join(" ");
  if (verb === "-A") chain.rules.push(rule);
  else if (verb === "-I") chain.rules.splice((number ?? 1) - 1, 0, rule);
  else if (verb === "-R" && number !== undefined) chain.rules.splice(number - 1, 1, rule);
  else if (verb === "-D") {
    const at = number === undefined ? chain.rules.indexOf(rule) : number - 1;
    if (at < 0) throw new NoCounterpart("the file adds no such rule");
    chain.rules.splice(at, 1);
  } else if (verb === "-P" && policy !== undefined) chain.policy = policy.toLowerCase();
  else if (verb !== "-N") throw unknownWord(verb);
}

const VERBS: Record<string, string> = {
  ...{ "--append": "-A", "--insert": "-I", "--delete": "-D", "--replace": "-R", "--policy": "-P", "--flush": "-F" },
  ...{
    "--new-chain": "-N",
    "--new": "-N",
    "--delete-chain": "-X",
    "--list": "-L",
    "--list-rules": "-S",
    "--zero": "-Z",
  },
};

function read(host: HostDraft, words: Words, isIpv6: boolean): Command {
  const command: Command = {
    ...{ table: "filter", verb: "", chain: undefined, number: undefined, policy: undefined },
    ...{ matches: [], verdict: undefined },
  };
  const match: Match = { family: isIpv6 ? "ip6" : "ip", protocol: undefined };
  let isNot = false;
  while (!words.isDone) {
    const word = words.next();
    const verb = VERBS[word] ?? word;
    if (word === "!") {
      isNot = true;
      continue;
    }
    if (word === "-t" || word === "--table") command.table = words.next();
    else if (/^-[AIDRPFNXLSZC]$/.test(verb)) {
      command.verb = verb;
      const isChain = !words.isDone && !words.peek()?.startsWith("-");
      if (isChain) command.chain = words.next();
      if (isChain && verb === "-P") command.policy = words.next();
      else if (isChain && /^\d+$/.test(words.peek() ?? "")) command.number = words.number();
    } else if (word === "-j" || word === "--jump" || word === "-g") command.verdict = verdict(words, match);
    else if (word === "-w" || word === "-n" || word === "-v" || word === "-nvL") continue;
    else command.matches.push(...matchOf(word, words, match, isNot, host));
    isNot = false;
  }
  if (command.verb === "") throw new NoCounterpart("it names no change of a chain");
  return command;
}

const PLAIN: Record<string, string> = { ACCEPT: "accept", DROP: "drop", RETURN: "return", MASQUERADE: "masquerade" };

function verdict(words: Words, { family }: Match): string {
  const target = words.next();
  const plain = PLAIN[target];
  const option = (...names: string[]) => (words.take(...names) ? words.next() : undefined);
  if (target === "MASQUERADE") {
    const flags = ["--random", "--random-fully"].find((flag) => words.take(flag));
    return flags ? `masquerade ${flags === "--random" ? "random" : "fully-random"}` : "masquerade";
  }
  if (plain !== undefined) return plain;
  if (target === "REJECT") {
    const how = option("--reject-with");
    if (how === undefined || how === "icmp-port-unreachable") return "reject";
    return how === "tcp-reset"
      ? "reject with tcp reset"
      : `reject with ${family === "ip" ? "icmp" : "icmpv6"} ${how.replace(/^icmp6?-/, "")}`;
  }
  if (target === "SNAT" || target === "DNAT") {
    const to = option("--to-source", "--to-destination", "--to");
    if (to === undefined) throw new NoCounterpart(`${target} says no address`);
    const isPort = to.includes(":") && (family === "ip" || to.startsWith("["));
    if (!isPort && !to.includes("-") && (familyOf(to) === "inet") !== (family === "ip")) throw unknownWord(to);
    return `${target.toLowerCase()} to ${to}`;
  }
  if (target === "REDIRECT") return `redirect to :${option("--to-ports", "--to-port") ?? "0"}`;
  if (target === "MARK") return `meta mark set ${option("--set-mark", "--set-xmark")?.split("/")[0] ?? "0"}`;
  if (target === "LOG") {
    const prefix = option("--log-prefix");
    return prefix === undefined ? "log" : `log prefix ${JSON.stringify(prefix)}`;
  }
  if (target === "TCPMSS") {
    const size = option("--set-mss");
    return words.take("--clamp-mss-to-pmtu")
      ? "tcp option maxseg size set rt mtu"
      : `tcp option maxseg size set ${size}`;
  }
  if (/^[A-Z]+$/.test(target)) throw new NoCounterpart(`we know no target ${target}`);
  return `jump ${target}`;
}
