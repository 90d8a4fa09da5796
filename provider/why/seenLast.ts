import { familyOf } from "../core/ip";
import { isObject, leaves } from "../core/values";
import type { Live } from "../live/live";
import { deviceAt } from "../model/graph";
import { notForwarding } from "../model/reach/walk";
import type { Resource } from "../model/resources";
import { outcomeText } from "../probe/outcome";
import type { Blame, Lost } from "./blame";
import { keptBy } from "./bridge";
import { type Culprit, makerOf, resourceOf } from "./culprit";
import { type Answer, type Asking, answerText, askForWay } from "./fib";
import { turnedTo } from "./turned";
import { placeOf } from "./whereabouts";
import { capital, clause, driftText, hostText, inHost } from "./words";

/** What the kernel counts that it does not take or pass on. */
const TELLING = /drop|discard|error|filter|noroute|noport|addrerr|fail|truncated|toobig|overflow|unres|csum|hdr/i;
const MOST_SUSPECTS = 5;

/** What the kernel means by it where it is asked for a way, see ip-route(8). */
const REFUSALS: Readonly<Record<string, string>> = {
  ENETUNREACH: "there is no route",
  EHOSTUNREACH: "the route is of type unreachable, or it does not forward",
  EACCES: "the route or a rule prohibits it",
  EINVAL: "the route is of type blackhole, or packets from that address cannot come from there",
  EXDEV: "rp_filter: the route back to the sender uses another device",
};

/** Where a packet was seen last, what the kernel there says, and what is unusual there. */
export function blamePlace(lost: Lost): Blame {
  const { at, question, live, sent } = lost;
  const kept = keptBy(lost);
  const host = kept?.bridge.host.name ?? at.last?.host ?? question.from;
  const device = kept?.ports[0]?.name ?? at.last?.device;
  const said = kept ? undefined : askThere(lost, host);
  // An error tells of something that may have begun before: of that all hosts speak that the packet has passed.
  const passed = at.what === "error" ? [...new Set(sent.seen.map((one) => one.host))].reverse() : [];
  const devices = kept ? [...kept.ports, kept.bridge].map(({ name }) => name) : device === undefined ? [] : [device];
  const suspects = [...new Set([host, ...passed])].flatMap((one) => suspectsAt(live, one, devices));
  const [suspect] = suspects;
  const turned = at.what === "question" ? turnedTo(lost, at.last?.asks?.about) : undefined;
  const by = said?.by ?? turned?.by;
  const culprit = by ? makerOf(live, by) : (suspect?.culprit ?? kept?.culprit);
  const counted = (sent.counted.get(host) ?? []).filter(([name]) => TELLING.test(name));
  const seen = said?.why ?? kept?.why ?? whatIsSeen(lost, host);
  const unusual = suspect && !suspect.culprit ? `unusual there: ${suspect.text}` : undefined;
  const why = [clause(seen), turned?.why ?? unusual].filter(Boolean).join("; ");
  return {
    ...{ direction: said?.direction ?? at.direction, host, code: said ? "kernel-refuses" : `seen-last-${at.what}` },
    ...(device !== undefined && { device }),
    why: `${why}.`,
    ...(culprit && { culprit }),
    proof: [
      ...(said?.proof ?? []),
      at.places.length > 0
        ? `It was seen at ${at.places.join(", ")}.`
        : `It was seen nowhere: ${hostText(host)} has not sent it.`,
      ...(counted.length > 0
        ? [`${hostText(host)} counted meanwhile: ${counted.map(([name, by]) => `${name} +${by}`).join(", ")}.`]
        : []),
      ...suspects.slice(0, MOST_SUSPECTS).map(({ text }) => `Unusual there: ${text}.`),
    ],
    todo:
      said?.todo ??
      turned?.todo ??
      kept?.todo ??
      `Look there: \`${inHost(host, "ip -s -d addr")}\` shows the devices and what they have dropped.`,
  };
}

/** In words, how far it came. */
function whatIsSeen({ at: { last, what, direction, places }, sent, to, target }: Lost, host: string): string {
  const packet = direction === "there" ? "the packet" : "the answer";
  if (!last || what === "nothing") return `${hostText(host)} does not send the packet: ${outcomeText(sent.outcome)}.`;
  const place = placeOf(last);
  if (what === "question") {
    const about = last.asks?.about ?? last.answers?.about;
    const heard = places.length > 1 ? `, and seen at ${places.slice(1).join(", ")}` : ", and seen nowhere else";
    return last.answers
      ? `The answer to who has ${about} gets lost after ${place}.`
      : `Nobody answers the question who has ${about}, sent at ${places[0]}${heard}.`;
  }
  if (what === "error") return `${hostText(host)} sends an error back: ${outcomeText(sent.outcome)}.`;
  if (last.isOut) return `${capital(packet)} leaves by ${place} but does not arrive at the other end.`;
  if (last.isForOthers)
    return `${capital(packet)} comes to ${place} with the MAC address ${last.macs.to}, which is not that of the device.`;
  if (direction === "there" && host === target)
    return `${hostText(host)} gets the packet for ${to} by ${place}, but sends no answer.`;
  return `${hostText(host)} gets ${packet} by ${place}, but does not forward it.`;
}

/** What the kernel answers where the packet was seen last, if that tells why it goes no further. */
function askThere({ at, to, target, model: { source }, live, netlink }: Lost, host: string): Said | undefined {
  const { last, what, direction } = at;
  if (what === "question" || last?.isOut || last?.isForOthers || source === undefined) return undefined;
  const indexes = new Map([...(live.facts.get(host) ?? [])].map(([name, { index }]) => [name, index]));
  const ask = (words: Omit<Asking, "host">) => askForWay(netlink, { host, ...words }, indexes);
  const said = (why: string, answer: Answer, on = direction): Said => ({
    ...{ direction: on, why },
    proof: [`\`${answer.line}\` → ${answerText(answer)}.`],
  });
  const refusal = ({ refused = "" }: Answer, address: string) =>
    `The kernel of ${hostText(host)} has no way for the packet to ${address}: ${REFUSALS[refused] ?? refused}.`;
  const [from, goal] = direction === "there" ? [source, to] : [to, source];
  const on = ask({ to: goal, ...(last && { from, in: last.device }) });
  const isHere = host === target && direction === "there";
  if (isHere && !on.isLocal) return said(`${hostText(host)} does not take ${to} for its own address.`, on);
  const device = deviceAt(live.graph, { namespace: host || undefined, name: last?.device ?? "" });
  const ends = { family: familyOf(goal), source: from, destination: goal };
  const closed = device && on.refused === "EHOSTUNREACH" ? notForwarding(device, ends) : undefined;
  if (closed && !closed.isOpen) return { ...said(closed.why, on), by: closed.by.find(Boolean), todo: closed.todo };
  if (on.refused !== undefined) return said(refusal(on, goal), on);
  const back = isHere ? ask({ to: source, from: to }) : undefined;
  return back?.refused === undefined ? undefined : said(refusal(back, source), back, "back");
}

interface Said {
  direction: "there" | "back";
  why: string;
  proof: string[];
  /** What makes it so, where that is known, and what would be changed. */
  by?: Resource | undefined;
  todo?: string | undefined;
}

interface Suspect {
  text: string;
  culprit?: Culprit;
}

/**
 * What is otherwise there than the stack says or a new host has: what is of the devices first. Of what else is in the
 * provider's own namespace, the most is of this machine and not of the lab.
 */
function suspectsAt({ drift, foreign, uncovered }: Live, host: string, devices: readonly string[]): Suspect[] {
  const namespace = host || undefined;
  const found: Suspect[] = [
    ...drift
      .filter(({ resource }) => isOn(resource, host))
      .map((one) => ({ text: driftText(one), culprit: { what: "drift" as const, drift: one } })),
    ...[...foreign]
      .filter(([resource]) => resource.values.namespace === namespace)
      .map(([resource, what]) => ({
        text: "value" in resource.values ? `${what} is ${resource.values.value}` : what,
        culprit: { what: "foreign" as const, resource },
      })),
    ...uncovered.filter((one) => one.namespace === namespace).map(({ what }) => ({ text: what })),
  ];
  const isOfDevice = ({ text, culprit }: Suspect) =>
    text.split(/[^\w.@-]+/).some((word) => devices.includes(word)) ||
    (culprit && leaves(resourceOf(culprit).values).some(({ value }) => devices.includes(String(value))));
  const [near, others] = [found.filter(isOfDevice), found.filter((one) => !isOfDevice(one))];
  return host === "" ? near : [...near, ...others];
}

/** Whether a host has it, or an end of it. */
function isOn({ values }: Resource, host: string): boolean {
  const ends = [values, ...Object.values(values)].filter(isObject);
  return ends.some(({ namespace = "" }) => namespace === host) || values.name === host;
}
