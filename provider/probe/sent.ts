import { readFileSync } from "node:fs";
import type { Netlink } from "../netlink/netlink";

/** Of a line of /proc/net/dev, behind the device's name: what was received has 8 columns, then bytes, then packets. */
const SENT_PACKETS = 9;

/** How many packets all devices of a namespace have sent so far. */
export function sentPackets(netlink: Netlink, netns: string | undefined): number {
  const { text } = netlink.enter(netns, () => ({ text: readFileSync("/proc/thread-self/net/dev", "utf8") }));
  const rows = text.split("\n").flatMap((line) => line.split(":")[1]?.trim().split(/\s+/) ?? []);
  return rows.reduce((sum, cell, index) => (index % 16 === SENT_PACKETS ? sum + Number(cell) : sum), 0);
}
