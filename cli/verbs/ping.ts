import { InvalidArgumentError, Option } from "commander";
import { canonicalIp } from "../../provider/core/ip";
import { NetnsError } from "../../provider/errors";
import type { Host } from "../../provider/model/graph";
import type { Outcome } from "../../provider/probe/outcome";
import { exitCodes } from "../exitCodes";
import { knowFirewalls } from "../firewalls/know";
import { HostArgument, hostNamed } from "../hosts";
import { learntAddresses } from "../learnt";
import { type Family, isDifferent, isReached, pairsOf, probesOf, type Result } from "../ping/pairs";
import { printLines, printMatrix, printOne } from "../ping/show";
import { sendInLab } from "../probing";
import { EMPTY, readStack, type Stack } from "../stack";
import { printJson } from "../table";
import type { Verb } from "../verb";

interface Options {
  ipv4?: true;
  ipv6?: true;
  tcp?: number;
  udp?: number;
  size?: number;
  dontFragment?: true;
  timeout?: number;
  json?: true;
}

/** Long enough to hear of one that its neighbour is not there, which takes the kernel three seconds. */
const SECONDS = { one: 4, many: 1 };

export const ping: Verb<Options> = {
  name: "ping",
  summary: "send packets to see who reaches whom, and compare that with the program",
  description:
    "Send an echo request from each host to each other one, or from FROM to all, or from FROM to TO, over IPv4 " +
    "and IPv6, all at once, and show who answers. The hosts need neither `ping` nor any other program. Results " +
    "that differ from the program are marked. The exit code is 0 if all is as expected, and 1 if not; with FROM " +
    "and TO, 0 if it " +
    "is reached, else 1.",
  arguments: [
    new HostArgument("[from]", "a host: a namespace by its name, by its resource, or by its path"),
    new HostArgument("[to]", "a host, or an address"),
  ],
  options: [
    new Option("-4, --ipv4", "IPv4 only").conflicts("ipv6"),
    new Option("-6, --ipv6", "IPv6 only"),
    new Option("--tcp <port>", "open a connection instead").argParser(upTo(65_535, 1)).conflicts("udp"),
    new Option("--udp <port>", "send a UDP packet instead, which a service must answer").argParser(upTo(65_535, 1)),
    new Option("--size <bytes>", "bytes of payload, as `ping -s` (default: 56)")
      .argParser(upTo(65_507))
      .conflicts("tcp"),
    new Option("--dont-fragment", "forbid fragmentation, as `ping -M do`").conflicts("tcp"),
    new Option("-W, --timeout <seconds>", "wait this long for answers (default: 1, and 4 with FROM and TO)").argParser(
      seconds,
    ),
    new Option("--json", "everything as JSON"),
  ],
  examples: [
    ["netns ping", "everyone to everyone"],
    ["netns ping h1", "whom h1 reaches"],
    ["netns ping h1 h2 --size 1472 --dont-fragment", "whether packets of 1500 bytes get through"],
    ["netns ping h1 10.0.0.2 --tcp 80", "whether a service accepts connections"],
  ],
  async run({ words: [fromWord, toWord], options, at }) {
    const stack = await readStack(at);
    const from = fromWord === undefined ? undefined : hostNamed(stack, fromWord);
    const to = toWord === undefined ? undefined : (canonicalIp(toWord) ?? hostNamed(stack, toWord));
    await knowFirewalls(stack.graph);
    const families: Family[] = options.ipv4 ? ["inet"] : options.ipv6 ? ["inet6"] : ["inet", "inet6"];
    const packet = packetOf(options);
    const learnt = families.includes("inet6") ? await learntAddresses(stack, asked(stack, from, to)) : new Map();
    const ends = { ...(from && { from }), ...(to !== undefined && { to }) };
    const pairs = pairsOf(stack, families, { ...ends, options: packet, learnt });
    if (pairs.length === 0) throw nobody(stack, from, to);
    const isOne = to !== undefined;
    const timeoutMs = 1000 * (options.timeout ?? (isOne ? SECONDS.one : SECONDS.many));
    const outcomes = await sendInLab(stack, { probes: probesOf(pairs, packet), timeoutMs });
    const results = pairs.map((pair, index): Result => ({ ...pair, outcome: outcomes[index] as Outcome }));
    if (options.json) printJson(results.map(jsonOf));
    else if (!process.stdout.isTTY) printLines(results);
    else if (isOne) printOne(results);
    else printMatrix(results, packet);
    return results.every((one) => (isOne ? isReached(one) : !isDifferent(one))) ? 0 : exitCodes.no;
  },
};

/** The names of those that take part. */
function asked({ graph }: Stack, from: Host | undefined, to: Host | string | undefined): string[] {
  if (!from || to === undefined) return [...graph.hosts.keys()];
  return [from.name, ...(typeof to === "string" ? [] : [to.name])];
}

function packetOf({ tcp, udp, size, dontFragment }: Options) {
  const port = tcp ?? udp;
  return {
    protocol: tcp !== undefined ? ("tcp" as const) : udp !== undefined ? ("udp" as const) : ("icmp" as const),
    ...(port !== undefined && { port }),
    ...(size !== undefined && { size }),
    ...(dontFragment && { dontFragment }),
  };
}

/** What is not known is null. */
function jsonOf(result: Result) {
  const { from, to, address, family, expected, outcome, answers } = result;
  const rttMs = outcome.heard === "answer" ? outcome.rttMs : null;
  const more = answers === undefined ? {} : { answers };
  return {
    from,
    to,
    address,
    family,
    reached: outcome.heard === "refused" ? "refused" : isReached(result),
    expected: expected ?? null,
    rttMs,
    heard: outcome,
    ...more,
  };
}

function nobody({ graph }: Stack, from: Host | undefined, to: Host | string | undefined): NetnsError {
  const tried = "there is nobody to ping";
  if (graph.hosts.size === 0) return new NetnsError({ kind: "user", tried, ...EMPTY });
  if (from !== undefined && from === to) {
    const todo = `Name another host, or an address: \`netns ping ${from.name} 127.0.0.1\`.`;
    return new NetnsError({ kind: "user", tried, said: `${from.name} is the sender and the target`, todo });
  }
  return new NetnsError({
    kind: "user",
    tried,
    said: "no two hosts of the stack have addresses of one family that others can use",
    todo: "`netns ls` shows which addresses there are; a link-local one is reached from its own link only.",
  });
}

function upTo(most: number, least = 0): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

function seconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number of seconds, such as 10 or 0.5.");
}
