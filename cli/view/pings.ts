import { grouped } from "../../provider/core/values";
import { NetnsError } from "../../provider/errors";
import type { Outcome } from "../../provider/probe/outcome";
import { learntAddresses } from "../learnt";
import { heardBy, isDifferent, isReached, pairsOf, probesOf, type Result } from "../ping/pairs";
import { sendInLab } from "../probing";
import type { Stack } from "../stack";
import type { Cell, Matrix } from "./protocol";

const PACKET = { protocol: "icmp" } as const;
/** A host that answers for others may take most of a second for it (proxy_delay), there and back. */
const PATIENCE_MS = 4000;

/** Each host pings each other one, as `netns ping` has it. */
export async function pingAll(stack: Stack): Promise<Matrix> {
  const learnt = await learntAddresses(stack, [...stack.graph.hosts.keys()]);
  const pairs = pairsOf(stack, ["inet", "inet6"], { options: PACKET, learnt });
  if (pairs.length === 0) throw new NetnsError({ kind: "user", tried: "no two hosts have addresses of one family" });
  const probes = probesOf(pairs, PACKET);
  const outcomes = await sendInLab(stack, { probes, timeoutMs: PATIENCE_MS });
  const results = pairs.map((pair, index): Result => ({ ...pair, outcome: outcomes[index] as Outcome }));
  const hosts = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].sort(
    new Intl.Collator("en", { numeric: true }).compare,
  );
  const byPair = grouped(results, ({ from, to }) => `${from}\0${to}`);
  return { hosts, cells: hosts.map((from) => hosts.map((to) => cellOf(byPair.get(`${from}\0${to}`) ?? []))) };
}

/** Of the families, the one that is worst off. */
function cellOf(results: readonly Result[]): Cell {
  const [worst] = [...results].sort((one, other) => Number(isReached(one)) - Number(isReached(other)));
  if (!worst) return { text: "", isReached: false, isDifferent: false };
  const { outcome, address } = worst;
  return {
    ...(outcome.heard === "answer" && isReached(worst) && { ms: outcome.rttMs }),
    text: `${address}: ${heardBy(worst)}`,
    isReached: isReached(worst),
    isDifferent: results.some(isDifferent),
  };
}
