import { closeSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { addLink, type LinkValues, setLink } from "../../../provider/netlink/link";
import type { Netlink } from "../../../provider/netlink/netlink";
import { listRoutes } from "../../../provider/netlink/route";
import { system } from "../../../provider/netlink/system";

/** What takes more than one request. */

/** A pair with its ends in two namespaces. */
export async function addPair(
  netlink: Netlink,
  a: [netns: string, link: LinkValues],
  b: [netns: string, link: LinkValues],
) {
  const [here, there] = [netlink.open(a[0]), netlink.open(b[0])];
  try {
    const peer = { ...b[1], netNsFd: there };
    await netlink.do(undefined, [addLink({ ...a[1], netNsFd: here, linkinfo: { kind: "veth", data: { peer } } })]);
  } finally {
    [here, there].forEach(closeSync);
  }
}

/** Whether something is heard of a group while work is done, and when all is quiet again. */
export async function notifiedOf(netlink: Netlink, netns: string, group: number, name: string): Promise<boolean[]> {
  const listener = netlink.listen(netns, [group]);
  try {
    const before = await listener.hears(0);
    const [, during] = await Promise.all([
      netlink.execute(netns, [addLink({ ifname: name, linkinfo: { kind: "bridge" } })]),
      listener.hears(5000),
    ]);
    return [before, during, await listener.hears(0)];
  } finally {
    listener.close();
  }
}

/** Whether a socket for which so much was to hear that it lost some has heard of it, and again when all is quiet. */
export async function overrun(netlink: Netlink, netns: string, group: number): Promise<boolean[]> {
  const listener = netlink.listen(netns, [group]);
  try {
    const links = Array.from({ length: 10_000 }, (_, index) => ({ index: 1, ifalias: `alias ${index}` }));
    await netlink.execute(netns, links.map(setLink));
    return [await listener.hears(0), await listener.hears(0)];
  } finally {
    listener.close();
  }
}

/** How many milliseconds the event loop has waited at most, while much was done. */
export async function longestPause(netlink: Netlink, netns: string): Promise<number> {
  const links = Array.from({ length: 10_000 }, (_, index) => ({ index: 1, ifalias: `alias ${index}` }));
  return pauseOf(() => netlink.execute(netns, links.map(setLink)));
}

/** The same, while all routes are read. */
export async function longestPauseReading(netlink: Netlink, netns: string): Promise<number> {
  return pauseOf(() => listRoutes(netlink, netns, { family: 2 }));
}

async function pauseOf(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  await work();
  histogram.disable();
  return histogram.max / 1e6;
}

/** How many IPv4 routes are read where the kernel says of the first readings that something changed meanwhile. */
export async function readInterrupted(netlink: Netlink, netns: string, times: number): Promise<number> {
  const calls = system();
  const { send, recv } = calls;
  let sends = 0;
  calls.send = (...args) => {
    sends += 1;
    return send(...args);
  };
  calls.recv = (fd, bytes, length, flags) => {
    const got = recv(fd, bytes, length, flags);
    if (length > 0 && sends <= times) bytes.writeUInt16LE(bytes.readUInt16LE(FLAGS) | NLM_F_DUMP_INTR, FLAGS);
    return got;
  };
  try {
    return (await listRoutes(netlink, netns, { family: 2 })).length;
  } finally {
    Object.assign(calls, { send, recv });
  }
}

/** Where they are in a message, and the one that says so. */
const FLAGS = 6;
const NLM_F_DUMP_INTR = 0x10;
