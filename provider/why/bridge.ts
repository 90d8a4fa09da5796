import { type Device, deviceAt, deviceLabel, type Graph } from "../model/graph";
import type { Lost } from "./blame";
import { type Culprit, makerOf } from "./culprit";
import type { Seen } from "./trace";
import { capital, inHost, resourceText } from "./words";

/** A bridge that has got a frame for somebody else and does not pass it on, and what is to be said of that. */
export interface Kept {
  bridge: Device;
  /** The ports that it came in by, and should have left by as far as that is known. */
  ports: readonly Device[];
  why: string;
  todo: string;
  /** Of Open vSwitch what a bridge does is in its flows, which no kind has. */
  culprit?: Culprit;
}

/** The bridge that keeps the frame, if one does: by the way that the model knows, or where it was seen last. */
export function keptBy({ at, model, live }: Lost): Kept | undefined {
  const { what, last, seen, direction } = at;
  if (!last || (what !== "packet" && what !== "question")) return undefined;
  // An answer to who has an address goes the other way than the question.
  const frames = seen.filter(({ answers }) => !answers === !last.answers);
  const isIn = (one: Device) => frames.some(({ isOut, ...at }) => !isOut && isAt(one, at));
  // A question goes out by all ports.
  const hasLeft = (by: Device) =>
    frames.some(
      ({ isOut, asks, ...at }) => isOut && (asks ? isAt(by, at) : port(at.host, at.device)?.bridge === by.bridge),
    );
  const port = (host: string, name = "") => portAt(live.graph, host, name);
  const ways = [...model.there, ...model.back].flatMap((hop) => {
    const [one, other] = [port(hop.host, hop.in), port(hop.host, hop.out)];
    return one && other
      ? ([
          [one, other],
          [other, one],
        ] as const)
      : [];
  });
  const end = last.isForOthers && !last.isOut ? port(last.host, last.device) : undefined;
  const ports = ways.find(([from, to]) => isIn(from) && !hasLeft(to)) ?? (end ? [end] : []);
  const [from, to] = ports;
  if (!from?.bridge) return undefined;
  const { bridge } = from;
  const { name, host, by } = bridge;
  const isOvs = isOfOvs(live.graph, from);
  const frame = what === "question" ? questionText(last) : direction === "there" ? "the packet" : "the answer";
  const shown = isOvs
    ? `\`ovs-ofctl dump-flows ${name}\` shows its flows, and \`pgrep ovs-vswitchd\` whether the switch runs`
    : `\`${inHost(host.name, "bridge -d link")}\` shows its ports`;
  return {
    ...{ bridge, ports },
    why: `${bridgeText(bridge)} does not pass on ${frame}, from ${from.name}${to ? ` to ${to.name}` : ""}.`,
    todo: `Look there: ${shown}.`,
    ...(isOvs && by && { culprit: makerOf(live, by) }),
  };
}

/** Whether a bridge of Open vSwitch has the device for a port. */
export function isOfOvs({ ovsBridges }: Graph, { bridge }: Device): boolean {
  return ovsBridges.some(({ device }) => device === bridge);
}

export function portAt(graph: Graph, host: string, name: string): Device | undefined {
  const device = deviceAt(graph, { namespace: host || undefined, name });
  return device?.bridge && device;
}

function isAt({ name, host }: Device, at: Pick<Seen, "host" | "device">): boolean {
  return at.host === host.name && at.device === name;
}

function questionText({ asks, answers }: Seen): string {
  return answers ? `the answer to who has ${answers.about}` : `the question who has ${asks?.about}`;
}

function bridgeText(bridge: Device): string {
  return bridge.by ? capital(resourceText(bridge.by)) : `The bridge ${deviceLabel(bridge)}`;
}
