import { InvalidArgumentError, Option } from "commander";
import { canonicalIp } from "../../provider/core/ip";
import { NetnsError } from "../../provider/errors";
import { type Device, type Graph, graphOf, type Host } from "../../provider/model/graph";
import { ownedBy } from "../../provider/model/inet";
import { whereIs } from "../../provider/place/place";
import { refuseMany } from "../../provider/why/asked";
import type { Finding } from "../../provider/why/question";
import { exitCodes } from "../exitCodes";
import { askHalf } from "../half";
import { HostArgument, hostNamed } from "../hosts";
import { wayInto } from "../lab";
import { readStack, type Stack } from "../stack";
import { printJson } from "../table";
import type { Verb } from "../verb";
import { type Packed, packed } from "../why/packed";
import { printFinding } from "../why/print";

interface Options {
  tcp?: number;
  udp?: number;
  size?: number;
  interface?: string;
  ipv4?: true;
  ipv6?: true;
  wait: number;
  json?: true;
}

export const why: Verb<Options> = {
  name: "why",
  summary: "tell whether a packet gets from one host to another, and if not, what stops it",
  description:
    "Tell whether a packet gets from one host to another, or to an address, and whether the answer comes back. " +
    "It sends one, watches for it on all devices of the lab, and works out the path it should take through the " +
    "kernel as it is now. If it does not get there, the first line says what stops it and what to change; then " +
    "come the path and the evidence. The exit code is 0 if it gets there, 1 if it does not.",
  arguments: [
    new HostArgument("<from>", "the host that sends it: a namespace by its name, by its resource, or by its path"),
    new HostArgument("<to>", "a host, or an address"),
  ],
  options: [
    new Option("--tcp <port>", "open a connection, instead of a ping").argParser(port).conflicts("udp"),
    new Option("--udp <port>", "send a packet to a port, instead of a ping").argParser(port),
    new Option("--size <bytes>", "of the whole packet, which no router may fragment").argParser(bytes),
    new Option("-I, --interface <device>", "send it through this device, whatever the routes say"),
    new Option("-4, --ipv4", "to an IPv4 address of the host").conflicts("ipv6"),
    new Option("-6, --ipv6", "to an IPv6 address of the host"),
    new Option("--wait <seconds>", "how long to wait for the answer").argParser(seconds).default(2),
    new Option("--json", "for programs"),
  ],
  examples: [
    ["netns why h1 h2", "a ping from h1 to h2"],
    ["netns why h1 10.0.0.2 --tcp 80", "a connection to a port"],
    ["netns why h1 h2 --size 1500", "whether 1500 bytes fit all the way"],
    ["netns why h1 h2 || netns why h2 h1", "the way back, if there is none"],
  ],
  async run({ words: [from = "", to = ""], options, at }) {
    const stack = await readStack(at);
    const host = hostNamed(stack, from);
    refuseMany(to, stack.graph);
    const { tcp, udp, size, interface: device, ipv4, ipv6, wait, json } = options;
    const number = tcp ?? udp;
    const question = {
      from: host.name,
      to: canonicalIp(to) ?? hostNamed(stack, to).name,
      protocol: tcp !== undefined ? ("tcp" as const) : udp !== undefined ? ("udp" as const) : ("icmp" as const),
      ...(number !== undefined && { port: number }),
      ...(size !== undefined && { size }),
      ...(device !== undefined && { device }),
      ...(ipv4 && { family: "inet" as const }),
      ...(ipv6 && { family: "inet6" as const }),
    };
    const { resources } = stack.beside(host);
    needBeside(stack, host, graphOf(resources), question.to);
    const asked: Packed = { question, stack: packed(resources), timeoutMs: wait * 1000 };
    const way = await wayInto(stack.configOf(host), "");
    const answer = await askHalf<Finding>(way, "why.js", asked, "could not look at the host");
    if (json) printJson(answer);
    else printFinding(answer);
    return answer.reaches ? 0 : exitCodes.no;
  },
};

/** It watches one machine: what is on another one it neither sees nor knows. */
function needBeside(stack: Stack, { name: from }: Host, { hosts }: Graph, to: string): void {
  const hasAddress = (device: Device) => ownedBy(device).some(({ address }) => address === to);
  const has = (host: Host) => host.name === to || [...host.devices.values()].some(hasAddress);
  const far = [...stack.graph.hosts.values()].find((host) => has(host) && !hosts.has(host.name));
  if (!far || [...hosts.values()].some(has)) return;
  throw new NetnsError({
    kind: "user",
    tried: `${far.name} is in another place than ${from}`,
    said: `${far.name} is ${whereIs(stack.configOf(far)) || "here"}, and \`netns why\` watches one place`,
    todo: `\`netns ping ${from} ${far.name}\` tells whether it gets there; \`netns capture\` shows the frames at both ends.`,
  });
}

function port(text: string): number {
  return within(text, 1, 65_535);
}

/** The least that an IPv6 packet with an echo request takes. */
function bytes(text: string): number {
  return within(text, 60, 65_535);
}

function within(text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
}

function seconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("It is a number of seconds, such as 3 or 0.5.");
}
