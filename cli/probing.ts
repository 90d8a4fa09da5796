import { join } from "node:path";
import type { Config } from "../provider/core/config";
import { NetnsError } from "../provider/errors";
import { netnsPath } from "../provider/kernel/netnsPath";
import { Netlink } from "../provider/netlink/netlink";
import type { Outcome } from "../provider/probe/outcome";
import { type Probe, probe } from "../provider/probe/probe";
import { wayInto } from "./lab";

/** The half of the command that sends where its user may not: built beside the other. */
const PROBES = join(__dirname, "probes.js");

/** Packets to send; `netns` is the name of a host. */
export interface Job {
  probes: readonly Probe[];
  timeoutMs: number;
}

/** Sends packets between hosts of a lab, here or as root, and tells what became of each. */
export async function sendInLab(config: Config, job: Job): Promise<Outcome[]> {
  const command = [process.execPath, PROBES];
  const argv = (await wayInto(config, ""))(command);
  if (argv.length === command.length) return sendHere(new Netlink(), job);
  const { execa } = await import("execa");
  const [file = "", ...rest] = argv;
  const ran = await execa(file, rest, { input: JSON.stringify(job), reject: false, maxBuffer: 1e9 });
  if (ran.exitCode === 0) return JSON.parse(ran.stdout) as Outcome[];
  throw new NetnsError({
    kind: "permission",
    tried: "could not send packets in the lab as root",
    said: ran.stderr?.trim() || ran.originalMessage,
    todo: `sudo must allow \`${command.join(" ")}\` without a password: see docs/host.md.`,
  });
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
      todo: "It takes CAP_SYS_ADMIN and CAP_NET_RAW, which root has, but not in every container.",
    });
  }
}
