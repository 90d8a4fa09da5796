import type { Blame, Lost } from "./blame";
import { listenersIn } from "./listeners";
import { fileOf } from "./trace";

const FOR_ALL = ["0.0.0.0", "::"];

/** Of a port that refuses, where the host itself has nobody for it: who else refuses is a firewall. */
export function nobodyListens({
  question: { protocol, port = 0 },
  to,
  target,
  sent,
  netlink,
}: Lost): Blame | undefined {
  if (sent.outcome.heard !== "refused" || protocol === "icmp" || target === undefined) return undefined;
  const on = listenersIn(netlink, fileOf(target), protocol).filter((one) => one.port === port);
  if (on.some(({ address }) => address === to || FOR_ALL.includes(address))) return undefined;
  const what = `${protocol.toUpperCase()} port ${port}`;
  const others = on.length === 0 ? "" : `, only at ${on.map(({ address }) => address).join(", ")}`;
  return {
    ...{ direction: "there", host: target, code: "nobody-listens" },
    why: `Nobody on ${target} listens on ${what} of ${to}${others}.`,
    todo: `Start a program on ${target} that listens there.`,
    proof: [`/proc/net/${protocol} of ${target} has no such socket.`],
  };
}
