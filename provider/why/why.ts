import { canonicalIp, familyOf } from "../core/ip";
import type { Kernel } from "../kernel/kernel";
import { listNetns } from "../kernel/netns";
import { type Live, readLive } from "../live/live";
import { devicesOf, type Graph, graphOf } from "../model/graph";
import { addressOf, type From, isAstray, type ReachOptions, reach } from "../model/reach/reach";
import type { Reach } from "../model/reach/types";
import type { Resource } from "../model/resources";
import type { Netlink } from "../netlink/netlink";
import { refuseDevice } from "./asked";
import { type Blame, blameFor } from "./blame";
import { findingOf } from "./finding";
import type { Finding, Question } from "./question";
import { fileOf, type Trace, trace } from "./trace";

export interface WhyOptions {
  kernel: Kernel;
  netlink: Netlink;
  /** What the stack has; where that is not known, nothing on the host counts as somebody else's. */
  stack?: readonly Resource[];
  /** How long an answer is waited for. */
  timeoutMs: number;
}

/** The headers of IP and of what is in it, without options. */
const HEADERS = { inet: { icmp: 28, udp: 28, tcp: 40 }, inet6: { icmp: 48, udp: 48, tcp: 60 } };

/** Whether a packet gets there and its answer back on the host as it is now, and if not, what stops it first. */
export async function why(question: Question, options: WhyOptions): Promise<Finding> {
  const { kernel, netlink, stack, timeoutMs } = options;
  const plan = graphOf(stack ?? []);
  const hosts = stack ? plan.hosts.keys() : await listNetns(kernel);
  const live = await readLive(kernel, stack, [...new Set([...hosts, question.from])]);
  refuseDevice(question, plan, live);
  const to = targetOf(question, plan, live.graph);
  const target = canonicalIp(question.to) === undefined ? { target: question.to } : {};
  const packet = { ...optionsOf(question, to), ...target };
  const from: From = { host: question.from, ...(question.device !== undefined && { device: question.device }) };
  const walk = (graph: Graph): Reach => reach(graph, from, to, packet);
  const gone = goneHost(question, plan, live);
  if (gone) return findingOf({ question, to, model: walk(plan), live, sent: undefined, blame: gone, kernel });
  const model = walk(live.graph);
  const sent = await send(question, to, { model, live, netlink, timeoutMs });
  // Whoever else has the address answers as well.
  const isWell = sent?.outcome.heard === "answer" && !isAstray(model);
  const evidence = {
    question,
    to,
    target: targetHost(question, to, live.graph),
    model,
    live,
    sent,
    walk,
    kernel,
    netlink,
  };
  const blame = isWell ? undefined : await blameFor(evidence);
  return findingOf({ question, to, model, live, sent, blame, kernel });
}

/** Of a host that is gone all that was in it is gone, too. */
function goneHost({ from, to }: Question, plan: Graph, { drift }: Live): Blame | undefined {
  for (const host of [from, to]) {
    const by = plan.hosts.get(host)?.by;
    const gone = drift.find(({ resource, path }) => resource === by && !path);
    if (gone)
      return {
        direction: "there",
        host,
        code: "no-host",
        why: `The host ${host} is not there.`,
        culprit: { what: "drift", drift: gone },
      };
  }
  return undefined;
}

/** The host that has the address: the one that is asked for, or the one that has it by now. */
function targetHost({ to: name }: Question, to: string, live: Graph): string | undefined {
  if (live.hosts.has(name)) return name;
  return devicesOf(live).find(({ addresses }) => addresses.some(({ address }) => String(address).split("/")[0] === to))
    ?.host.name;
}

/** The address to send to: of a host the one that the stack gives it, whether it is there or not. */
function targetOf({ from, to, family }: Question, plan: Graph, live: Graph): string {
  return canonicalIp(to) ?? addressOf(plan, from, to, family) ?? addressOf(live, from, to, family) ?? to;
}

function optionsOf({ protocol, port, size, family }: Question, to: string): ReachOptions {
  const payload = size === undefined ? undefined : size - HEADERS[canonicalIp(to) ? familyOf(to) : "inet"][protocol];
  return {
    protocol,
    ...(port !== undefined && { port }),
    ...(payload !== undefined && { size: payload, dontFragment: true }),
    ...(family !== undefined && { family }),
  };
}

/** Nothing can be sent to what has no address. */
async function send(
  { from, protocol, port, size, device }: Question,
  to: string,
  { model, live, netlink, timeoutMs }: { model: Reach; live: Live; netlink: Netlink; timeoutMs: number },
): Promise<Trace | undefined> {
  if (canonicalIp(to) === undefined) return undefined;
  const hosts = new Map(
    [...live.facts].map(([host, devices]) => [host, new Map([...devices].map(([name, { index }]) => [index, name]))]),
  );
  const ends = [to, ...(model.source === undefined ? [] : [model.source])];
  const payload = size === undefined ? {} : { size: size - HEADERS[familyOf(to)][protocol], dontFragment: true };
  const probe = {
    netns: fileOf(from),
    protocol,
    to,
    ...(port !== undefined && { port }),
    ...payload,
    ...(device !== undefined && { device }),
  };
  return trace(probe, { netlink, hosts, ends, timeoutMs });
}
