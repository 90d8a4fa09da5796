import { canonicalIp, familyOf } from "../../provider/core/ip";
import type { Host } from "../../provider/model/graph";
import { addressOf, isAstray, type ReachOptions, reach } from "../../provider/model/reach/reach";
import { type Outcome, outcomeText } from "../../provider/probe/outcome";
import type { Probe } from "../../provider/probe/probe";
import type { Stack } from "../stack";

export type Family = "inet" | "inet6";

/** One host that is to reach another one, or an address, by one family. */
export interface Pair {
  from: string;
  to: string;
  address: string;
  family: Family;
  /** What the program makes of it; undefined where it does not tell. */
  expected: boolean | undefined;
  /** Who answers by the program where that is another host than the one that is meant: it has the address as well. */
  answers?: string;
}

export interface Result extends Pair {
  outcome: Outcome;
}

const ORDER = new Intl.Collator("en", { numeric: true });
/** So many hosts with so many speak at once: few, so that the kernel need not know too many neighbours. */
const TILE = 14;

/** Whom to try: a host and where it sends to, or all hosts where one is left out. */
export function pairsOf(
  stack: Stack,
  families: readonly Family[],
  { from, to, options, learnt = new Map() }: Wanted,
): Pair[] {
  const all = [...stack.graph.hosts.values()].map(({ name }) => name).filter((name) => name !== "");
  const hosts = all.sort(ORDER.compare);
  const froms = from ? [from.name] : hosts;
  const tos = to === undefined ? hosts : [typeof to === "string" ? to : to.name];
  return tiled(froms, tos).flatMap(([one, other]) => pairs(stack, families, [one, other], { options, learnt }));
}

interface Wanted {
  from?: Host;
  to?: Host | string;
  options: ReachOptions;
  /** Addresses of IPv6 that hosts have and the program does not tell of. */
  learnt?: ReadonlyMap<string, string>;
}

/** Those near each other in the list are between few hosts. */
function tiled(froms: readonly string[], tos: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let row = 0; row < froms.length; row += TILE)
    for (let column = 0; column < tos.length; column += TILE)
      for (const from of froms.slice(row, row + TILE))
        for (const to of tos.slice(column, column + TILE)) if (from !== to) found.push([from, to]);
  return found;
}

function pairs(
  { graph }: Stack,
  families: readonly Family[],
  [from, to]: [string, string],
  { options, learnt }: Pick<Wanted, "options"> & Required<Pick<Wanted, "learnt">>,
): Pair[] {
  const isAddress = canonicalIp(to) !== undefined;
  return families.flatMap((family): Pair[] => {
    const [near, far] = [from, to].map((name) => (family === "inet6" ? learnt.get(name) : undefined));
    const address = isAddress ? to : (far ?? addressOf(graph, from, to, family));
    if (address === undefined || familyOf(address) !== family) return [];
    // Who has no address of this family takes no part in it.
    if (!isAddress && near === undefined && addressOf(graph, to, from, family) === undefined) return [];
    // What routers tell of ways, the program does not.
    if (near !== undefined || far !== undefined) return [{ from, to, address, family, expected: undefined }];
    const found = reach(graph, from, to, { ...options, family });
    const expected = found.reaches === "unknown" ? undefined : found.reaches;
    return [{ from, to, address, family, expected, ...(isAstray(found) && { answers: found.stop?.host ?? "" }) }];
  });
}

export function probesOf(pairs: readonly Pair[], options: Pick<Probe, "protocol" | "port" | "size" | "dontFragment">) {
  return pairs.map(({ from, address }): Probe => ({ ...options, netns: from, to: address }));
}

export function isReached({ outcome, answers }: Result): boolean {
  return outcome.heard === "answer" && answers === undefined;
}

/** Whether it is otherwise than the program has it. A port that nobody listens on has been reached as well: who listens, it does not tell. */
export function isDifferent(result: Result): boolean {
  const { expected, outcome } = result;
  const hasArrived = isReached(result) || outcome.heard === "refused";
  return expected !== undefined && (expected ? !hasArrived : isReached(result));
}

/** What was heard, in words, and of whom where that is not the host that is meant. */
export function heardBy({ from, address, outcome, answers }: Result): string {
  if (outcome.heard !== "answer" || answers === undefined) return outcomeText(outcome);
  const who = answers === from ? `${from} itself, which has ${address} too` : answers;
  return `${outcomeText(outcome)}, but from ${who}`;
}
