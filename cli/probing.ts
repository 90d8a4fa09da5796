import type { Config } from "../provider/core/config";
import { grouped } from "../provider/core/values";
import { NetnsError } from "../provider/errors";
import { netnsPath } from "../provider/kernel/netnsPath";
import type { Host } from "../provider/model/graph";
import { Netlink } from "../provider/netlink/netlink";
import type { Outcome } from "../provider/probe/outcome";
import { type Probe, probe } from "../provider/probe/probe";
import { askHalf } from "./half";
import { wayToRoot } from "./lab";
import type { Stack } from "./stack";

/** Packets to send; `netns` is the name of a host. */
export interface Job {
  probes: readonly Probe[];
  timeoutMs: number;
}

/** Sends packets between hosts of a lab, each from where its host is, and tells what became of each. */
export async function sendInLab(stack: Stack, { probes, timeoutMs }: Job): Promise<Outcome[]> {
  const outcomes = new Map<Probe, Outcome | undefined>();
  const places = grouped(probes, ({ netns = "" }) =>
    JSON.stringify(stack.configOf(stack.graph.hosts.get(netns) as Host)),
  );
  const send = async ([place, some]: [string, Probe[]]) => {
    const answers = await sendAt(JSON.parse(place) as Config, { probes: some, timeoutMs });
    some.forEach((one, index) => void outcomes.set(one, answers[index]));
  };
  await Promise.all([...places].map(send));
  return probes.map((one) => outcomes.get(one) ?? { heard: "nothing" });
}

async function sendAt(config: Config, job: Job): Promise<Outcome[]> {
  const way = await wayToRoot(config);
  if (!way) return sendHere(new Netlink(), job);
  return askHalf(way, "probes.js", job, "could not send packets in the lab");
}

export async function sendHere(netlink: Netlink, { probes, timeoutMs }: Job): Promise<Outcome[]> {
  try {
    const placed = probes.map((one) => ({ ...one, ...(one.netns !== undefined && { netns: netnsPath(one.netns) }) }));
    return await probe(netlink, placed, { timeoutMs });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new NetnsError({
      kind: "permission",
      tried: "could not send packets in the lab",
      said: error.message,
      todo: "It needs CAP_SYS_ADMIN and CAP_NET_RAW, which root has, but not in every container.",
    });
  }
}
