import type { Seen, Trace } from "./trace";

/** How far a packet came, as it was seen. */
export interface Whereabouts {
  direction: "there" | "back";
  /** `question`: not the packet, but who has the address that it is to go to next; `error`: of what ICMP says of it. */
  what: "packet" | "question" | "error" | "nothing";
  last?: Seen;
  /** All that was seen of it, and the places of that, in their order. */
  seen: readonly Seen[];
  places: readonly string[];
}

/** Who sends to whom. */
export interface Ends {
  from: string;
  to: string;
}

/** Where a packet that was not answered was seen last, on its way there or, if that was answered, on the way back. */
export function whereaboutsOf({ seen }: Trace, ends: Ends): Whereabouts {
  const [there, back] = [seen.filter((one) => isThere(one, ends)), seen.filter((one) => isBack(one, ends))];
  const [direction, packets] = back.length > 0 ? (["back", back] as const) : (["there", there] as const);
  const last = packets.at(-1);
  const asking = unanswered(
    seen.filter((one) => isAsking(one) && one.at >= (last?.at ?? 0n)),
    last,
  );
  if (asking.length > 0) return found(last && isDelivered(last, ends) ? "back" : direction, "question", asking);
  const errors = seen.filter(({ packet }) => packet?.inner?.to === ends.to || packet?.inner?.from === ends.from);
  const [error] = errors;
  if (error) {
    // Who sends it has got the packet before.
    const got = packets.findLast(({ host, isOut }) => host === error.host && !isOut);
    return { ...found(direction, "error", packets), last: got ?? error };
  }
  return last ? found(direction, "packet", packets) : { direction, what: "nothing", seen: [], places: [] };
}

function isDelivered({ packet, isOut, isForOthers }: Seen, { to }: Ends): boolean {
  return packet?.to === to && !isOut && !isForOthers;
}

export function placeOf({ host, device }: Pick<Seen, "host" | "device">): string {
  return host === "" ? device : `${host}/${device}`;
}

function found(direction: "there" | "back", what: Whereabouts["what"], ones: readonly Seen[]): Whereabouts {
  const last = ones.at(-1);
  return { direction, what, ...(last && { last }), seen: ones, places: [...new Set(ones.map(placeOf))] };
}

function isAsking({ asks, answers }: Seen): boolean {
  return (asks ?? answers) !== undefined;
}

/** The first question that who asked it heard no answer to, and whatever was seen of it: it is of the host that has the packet. */
function unanswered(asking: readonly Seen[], holder: Seen | undefined): Seen[] {
  const first = asking.find(({ asks, isOut, host }) => asks && isOut && (holder === undefined || host === holder.host));
  if (!first?.asks) return [];
  const { about } = first.asks;
  const isAnswered = asking.some(
    ({ answers, host, device, isOut }) =>
      answers?.about === about && host === first.host && device === first.device && !isOut,
  );
  return isAnswered ? [] : asking.filter(({ asks, answers }) => asks?.about === about || answers?.about === about);
}

function isThere({ packet, asks, answers }: Seen, { from, to }: Ends): boolean {
  if (!packet || asks || answers || packet.inner) return false;
  return packet.to === to || (packet.from === from && packet.to !== from);
}

function isBack({ packet, asks, answers }: Seen, { from, to }: Ends): boolean {
  if (!packet || asks || answers || packet.inner) return false;
  return (packet.from === to || packet.to === from) && packet.to !== to;
}
