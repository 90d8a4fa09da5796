import type { Kernel } from "../kernel/kernel";
import type { Live } from "../live/live";
import type { Graph } from "../model/graph";
import type { Reach } from "../model/reach/types";
import type { Netlink } from "../netlink/netlink";
import { type Culprit, culpritOf, makerOf } from "./culprit";
import { blameFirewall, countedByFirewall } from "./firewall";
import { nobodyListens } from "./nobodyListens";
import type { Question } from "./question";
import { blamePlace } from "./seenLast";
import type { Trace } from "./trace";
import { turnedTo } from "./turned";
import { type Whereabouts, whereaboutsOf } from "./whereabouts";
import { clause } from "./words";

/** What stops a packet, where, and what makes it so. */
export interface Blame {
  direction: "there" | "back";
  host: string;
  device?: string;
  code: string;
  /** One sentence. */
  why: string;
  culprit?: Culprit;
  /** What was read, asked and counted for it. */
  proof?: string[];
  todo?: string;
  /** What to type, where no resource is to be changed. */
  line?: string;
}

export interface Evidence {
  question: Question;
  /** The address that the packet is for, and its host where one of the lab has it. */
  to: string;
  target: string | undefined;
  model: Reach;
  live: Live;
  sent: Trace | undefined;
  walk(graph: Graph): Reach;
  kernel: Kernel;
  netlink: Netlink;
}

/** The same of a packet that was sent and not answered, with where it was seen last. */
export interface Lost extends Evidence {
  sent: Trace;
  at: Whereabouts;
}

/** From what is certain to what only the packet itself tells. */
export async function blameFor(evidence: Evidence): Promise<Blame | undefined> {
  const { model, sent } = evidence;
  if (model.stop && model.reaches === false) return blameModel(evidence, model.stop);
  if (!sent) return undefined;
  const at = whereaboutsOf(sent, { from: model.source ?? "", to: evidence.to });
  const lost = { ...evidence, sent, at };
  return nobodyListens(lost) ?? (await blameFirewall(lost)) ?? blamePlace(lost);
}

async function blameModel(evidence: Evidence, at: NonNullable<Reach["stop"]>): Promise<Blame> {
  const { live, walk, model } = evidence;
  const { stop, culprit } = culpritOf(live, walk, at);
  const { direction, host, device, code, why, todo } = stop;
  const isProgram = culprit === undefined || culprit.what === "program";
  const turned = isProgram && direction === "there" ? turnedTo(evidence, model.destination) : undefined;
  const maker = turned?.by ? makerOf(live, turned.by) : culprit;
  const proof = await countedByFirewall(evidence, host);
  return {
    ...{ direction, host, ...(device !== undefined && { device }), code },
    why: turned ? `${clause(why)}; ${turned.why}.` : why,
    ...(maker && { culprit: maker }),
    todo: turned?.todo ?? todo,
    ...(proof.length > 0 && { proof }),
  };
}
