import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { findingsOf } from "../../provider/model/findings";
import { type Graph, graphOf } from "../../provider/model/graph";
import { addressOf, type From, reach } from "../../provider/model/reach/reach";
import { resourcesOf } from "../../provider/model/resources";
import type { Probe } from "../../provider/probe/probe";
import { LabStack } from "../support/engine/labStack";
import { BROKEN_LABS } from "../support/inputs/brokenLabs";
import { topologyOfLines } from "../support/inputs/labLines";
import type { LabHost } from "../support/labHost/labHost";
import { Ovs } from "../support/labHost/ovs";
import { answered, type Ping } from "../support/labHost/pings";
import { type Answered, refuted } from "../support/model/refuted";
import { type ConnectedLab, connectedLabs } from "../support/programs/connectedLabs";
import { OVS, OVS_FOLDER } from "../support/programs/ovsNetwork";
import type { Recorded } from "../support/provider/rpcs";
import { has, needs } from "../support/suites/needs";
import { cases, sample } from "../support/suites/soak";
import { until } from "../support/suites/until";

const LABS = cases(10, 300);
const FAULTS = Math.min(cases(3, BROKEN_LABS.length), BROKEN_LABS.length);
/** Of all that is asked about labs without a firewall. */
const MOST_UNKNOWN = 0.05;
const TWO = 2;

interface Tally {
  labs: number;
  refused: number;
  pings: number;
  reached: number;
  unknown: number;
  /** The same of labs with a firewall. */
  opaque: number;
  why: Map<string, number>;
  wrong: string[];
  /** What findings say of a pair that was answered. */
  refuted: string[];
}

describe("What reach says", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  const tally: Tally = {
    ...{ labs: 0, refused: 0, pings: 0, reached: 0, unknown: 0, opaque: 0 },
    ...{ why: new Map(), wrong: [], refuted: [] },
  };
  before(needs("root", "nsenter", "ip", "ping"));
  before(async () => {
    for (let count = 0; count < TWO; count++) {
      const stack = await LabStack.start();
      stacks.push(stack);
      await switchOn(stack);
    }
  });

  it(`is what ping sees, for every pair of hosts of ${LABS} random labs, in IPv4 and IPv6`, async () => {
    const labs = fc.sample(connectedLabs, LABS);
    const left = [...labs.entries()];
    await Promise.all(
      stacks.map(async (stack) => {
        for (let next = left.shift(); next; next = left.shift()) await compare(stack, next, tally);
      }),
    );
    console.log(
      `      ${tally.labs} labs (${tally.refused} more were refused), ${tally.pings} pings, ${tally.reached} answered, ${tally.unknown} unknown, ${tally.opaque} more with firewalls`,
      Object.fromEntries(tally.why),
    );
    assert.deepEqual(tally.wrong, []);
    assert.ok(tally.unknown <= MOST_UNKNOWN * tally.pings, `${tally.unknown} of ${tally.pings} are unknown`);
    assert.ok(tally.labs > 0 && tally.reached > 0 && tally.reached < tally.pings);
  });

  it("is refuted by no ping where a finding says that it is certain to fail", () => {
    assert.deepEqual(tally.refuted, []);
  });

  it(`of labs with one fault is so, and of the same labs without it, for ${FAULTS} faults`, async () => {
    const [stack] = stacks as [LabStack];
    const labs = sample(
      BROKEN_LABS.filter(({ needs: part }) => part === undefined),
      FAULTS,
    );
    for (const { code, how, wrong, right, from = "a", to = "b", options } of labs) {
      for (const [lines, isWhole] of [
        [wrong, false],
        [right, true],
      ] as const) {
        const lists = topologyOfLines(lines) as ConnectedLab["lists"];
        const made = await make(stack, { hosts: [], more: [], lists });
        // Some faults the kernel refuses to be built.
        if (!made && !isWhole) {
          await renew(stack);
          continue;
        }
        assert.ok(made, `${code}, ${how}: the kernel did not take it`);
        await settled(stack);
        const graph = graphOfState(made);
        const { reaches, destination = to, stop } = reach(graph, from, to, options);
        const { host, device: by } = typeof from === "string" ? ({ host: from } as From) : from;
        const ping = { from: host, to: destination, by, size: options?.size };
        const [seen] = stop?.code === "no-address" ? [false] : await answered(stack.host, [ping], 1);
        assert.deepEqual([reaches, seen], [isWhole, isWhole], `${code}, ${how}: ${stop?.why}`);
        await takeAway(stack, made);
      }
    }
  });

  after(async () => {
    for (const stack of stacks) {
      await switchOff(stack);
      await stack.stop();
    }
  });
});

const switches = new Map<LabHost, Ovs>();

/** Open vSwitch in a namespace of its own, where it can be. */
async function switchOn({ host }: LabStack): Promise<void> {
  if (!has("ovs-vswitchd")) return;
  await host.ip(`netns add ${OVS}`);
  await host.ip(`-n ${OVS} link set lo up`);
  switches.set(host, await Ovs.start(host, { folder: OVS_FOLDER, namespace: OVS }));
}

/** In another namespace it does not end with the host. */
async function switchOff({ host }: LabStack): Promise<void> {
  await switches.get(host)?.stop();
  switches.delete(host);
}

/** Takes all away after what could not be made. */
async function renew(stack: LabStack): Promise<void> {
  await switchOff(stack);
  await stack.renew();
  await switchOn(stack);
}

async function compare(stack: LabStack, [index, lab]: [number, ConnectedLab], tally: Tally): Promise<void> {
  const made = await make(stack, lab);
  if (!made) {
    tally.refused++;
    await renew(stack);
    return;
  }
  tally.labs++;
  const graph = { ...graphOfState(made), rulesets: await rulesetsOf(stack.host, lab) };
  await settled(stack);
  const asked = questions(graph, lab);
  const said = asked.map(({ from, ping }) => reach(graph, from, ping.to, optionsOf(ping)));
  const seen = await answered(
    stack.host,
    asked.map(({ ping }) => ping),
    0.3,
  );
  for (const [at, one] of asked.entries()) {
    const { reaches, stop } = said[at] ?? { reaches: "unknown" as const };
    tally.pings++;
    if (seen[at]) tally.reached++;
    if (reaches === "unknown") {
      if (lab.lists.firewalls) tally.opaque++;
      else tally.unknown++;
      tally.why.set(stop?.code ?? "", (tally.why.get(stop?.code ?? "") ?? 0) + 1);
    } else if (reaches !== seen[at]) {
      const [again] = await answered(stack.host, [one.ping], 2);
      if (reaches === again) continue;
      const asked = JSON.stringify(one.ping);
      tally.wrong.push(`lab ${index}: ${asked}: said ${reaches} ${stop?.why ?? ""}\n${JSON.stringify(lab.lists)}`);
    }
  }
  const ways = asked.flatMap(({ from, ping: { to } }, at): Answered[] => {
    const went = said[at];
    return seen[at] && went?.reaches === true ? [{ from: typeof from === "string" ? from : from.host, to, went }] : [];
  });
  const refutedHere = refuted(findingsOf(graph), ways, graph);
  tally.refuted.push(...refutedHere.map((one) => `lab ${index}: ${one}\n${JSON.stringify(lab.lists)}`));
  await compareByProbes(stack, [index, lab], graph, tally);
  await takeAway(stack, made);
}

/** TCP, where an answer that nobody listens has come all the way as well. */
async function compareByProbes(stack: LabStack, [index, lab]: [number, ConnectedLab], graph: Graph, tally: Tally) {
  if (!lab.lists.firewalls) return;
  const asked = lab.hosts.flatMap((from) =>
    lab.hosts.flatMap((to) =>
      (["inet", "inet6"] as const).flatMap((family) =>
        [80, 22].flatMap((port) => {
          const address = from === to ? undefined : addressOf(graph, from, to, family);
          return address === undefined ? [] : [{ from, to: address, protocol: "tcp" as const, port }];
        }),
      ),
    ),
  );
  await stack.host.run(["sh", "-c", FLUSH]);
  const probes = asked.map(({ from, ...rest }) => ({ netns: `/run/netns/${from}`, ...rest }));
  const outcomes = await stack.provider.probe(probes, 500);
  for (const [at, one] of asked.entries()) {
    const { heard } = outcomes[at] ?? { heard: "nothing" };
    const { reaches, stop } = reach(graph, one.from, one.to, one);
    tally.pings++;
    if (reaches === "unknown") {
      tally.opaque++;
      continue;
    }
    const seen = heard === "answer" || heard === "refused";
    if (seen) tally.reached++;
    // A firewall that refuses looks like a port that nobody listens on.
    if (seen === reaches || (seen && stop?.code === "firewall-reject")) continue;
    // The others that were sent at once have taught their neighbours.
    await stack.host.run(["sh", "-c", FLUSH]);
    const [again] = await stack.provider.probe([probes[at] as Probe], 2000);
    if ((again?.heard === "answer" || again?.heard === "refused") === reaches) continue;
    tally.wrong.push(
      `lab ${index}: ${JSON.stringify(one)}: said ${reaches} ${stop?.why ?? ""}, heard ${heard}\n${JSON.stringify(lab.lists)}`,
    );
  }
}

const FLUSH = "for n in /run/netns/*; do nsenter --net=$n ip neigh flush all; done";

/** What nftables says of the rules of each host that has some. */
async function rulesetsOf(host: LabHost, { lists }: ConnectedLab): Promise<Map<string, unknown>> {
  const names = new Set((lists.firewalls ?? []).map(({ namespace }) => String(namespace)));
  const argv = (name: string) => ["nsenter", `--net=/run/netns/${name}`, "nft", "-j", "list", "ruleset"];
  const pairs = [...names].map(async (name) => [name, await host.json(argv(name))] as const);
  return new Map(await Promise.all(pairs));
}

async function make({ provider }: LabStack, { lists }: ConnectedLab): Promise<Recorded | undefined> {
  await provider.begin();
  try {
    return await provider.create("Topology", "lab", lists);
  } catch (error) {
    if (process.env.NETNS_REFUSED) console.log(String(error).slice(0, 600));
    return undefined;
  } finally {
    await provider.end();
  }
}

async function takeAway({ provider }: LabStack, recorded: Recorded): Promise<void> {
  await provider.begin();
  await provider.delete("Topology", "lab", recorded);
  await provider.end();
}

function graphOfState({ inputs, state }: Recorded): Graph {
  const of = (type: string) => ({ type: `netns:index:${type}`, urn: `urn:pulumi:lab::labs::netns:index:${type}::lab` });
  const lab = { ...of("Topology"), inputs, outputs: state as Json };
  const isSwitched = inputs.ovsBridges !== undefined;
  return graphOf(resourcesOf([...(isSwitched ? [{ ...of("Namespace"), inputs: { name: OVS } }] : []), lab]));
}

/** Until the kernel has found out of all link-local addresses that nobody else has them, where it can. */
async function settled({ host }: LabStack): Promise<void> {
  const script = "for n in /run/netns/*; do nsenter --net=$n ip -6 -j addr show up tentative; done";
  await until("the end of duplicate address detection", async () => {
    const text = await host.run(["sh", "-c", script]);
    const links = text.split("\n").flatMap((line) => (line ? JSON.parse(line) : []));
    return links.every(({ flags = [] }: { flags?: string[] }) => !flags.includes("LOWER_UP"));
  });
}

interface Question {
  from: string | From;
  ping: Ping;
}

function questions(graph: Graph, { hosts, more }: ConnectedLab): Question[] {
  const asked = more.map(({ from, to, by }): Question => {
    const bound = by === undefined ? {} : by.includes(".") ? { source: by } : { device: by };
    return { from: { host: from, ...bound }, ping: { from, to, by } };
  });
  const pairs = hosts.flatMap((from) =>
    hosts.flatMap((to): Question[] =>
      (["inet", "inet6"] as const).flatMap((family): Question[] => {
        const address = addressOf(graph, from, to, family);
        if (address === undefined) return [];
        const plain = { from, ping: { from, to: address } };
        return from === to || family === "inet6" ? [plain] : [plain, { from, ping: { ...plain.ping, size: 1372 } }];
      }),
    ),
  );
  return [...asked, ...pairs];
}

function optionsOf({ size }: Ping) {
  return size === undefined ? {} : { size, dontFragment: true };
}
