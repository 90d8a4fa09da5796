import { NetnsError } from "../errors";
import type { Kernel } from "./kernel";
import type { Step } from "./step";

/** The offloads by the names that `ethtool -K` takes, and those that `ethtool -k` shows them by. */
const SHOWN_AS = {
  tx: "tx-checksumming",
  rx: "rx-checksumming",
  tso: "tcp-segmentation-offload",
  gso: "generic-segmentation-offload",
  gro: "generic-receive-offload",
} as const;

export type Offloads = { [K in keyof typeof SHOWN_AS]?: boolean | undefined };
type Row = { ifname: string } & Record<string, { active: boolean }>;

/** Which offloads of a device are on; undefined when device or namespace is not there. */
export async function showOffloads(
  kernel: Kernel,
  netns: string | undefined,
  device: string,
): Promise<Offloads | undefined> {
  const text = await kernel.ask(netns, ["ethtool", "--json", "-k", device], `read the offloads of ${device}`);
  if (text === undefined) return undefined;
  const [row] = JSON.parse(text) as Row[];
  const entries = Object.entries(SHOWN_AS).map(([key, name]) => [key, row?.[name]?.active]);
  return Object.fromEntries(entries.filter(([, isOn]) => isOn !== undefined));
}

/** The same, but undefined where ethtool is missing as well. */
export async function showOffloadsIfAble(
  kernel: Kernel,
  netns: string | undefined,
  device: string,
): Promise<Offloads | undefined> {
  return showOffloads(kernel, netns, device).catch((error: unknown) => {
    if (error instanceof NetnsError && error.kind === "unsupported") return undefined;
    throw error;
  });
}

export function setOffloads(netns: string | undefined, device: string, offloads: Offloads): Step {
  const words = Object.entries(offloads).flatMap(([key, isOn]) => [key, isOn ? "on" : "off"]);
  return { netns, argv: ["ethtool", "-K", device, ...words], what: "set the offloads", property: ["offloads"] };
}
