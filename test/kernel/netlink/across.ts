import { monitorEventLoopDelay } from "node:perf_hooks";
import { addLink, type LinkValues, setLink } from "../../../provider/netlink/link";
import { withOpen } from "../../../provider/netlink/namespace";
import type { Netlink } from "../../../provider/netlink/netlink";
import { listRoutes } from "../../../provider/netlink/route";
import { system } from "../../../provider/netlink/system";

/** What takes more than one call of the ring. */

/** A pair with its ends in two namespaces. */
export async function addPair(
  netlink: Netlink,
  a: [netns: string, link: LinkValues],
  b: [netns: string, link: LinkValues],
) {
  return withOpen([a[0], b[0]], async ([here, there]) => {
    const peer = { ...b[1], netNsFd: there };
    const pair = { ...a[1], netNsFd: here, linkinfo: { kind: "veth", data: { peer } } };
    const [error] = await netlink.execute(undefined, [addLink(pair)]);
    if (error) throw error;
  });
}

/** Whether something is heard of a group while work is done, and when all is quiet again. */
export async function heard(netlink: Netlink, netns: string, group: number, name: string): Promise<boolean[]> {
  const ear = netlink.listen(netns, [group]);
  try {
    const before = await ear.hears(0);
    const [, during] = await Promise.all([
      netlink.execute(netns, [addLink({ ifname: name, linkinfo: { kind: "bridge" } })]),
      ear.hears(5000),
    ]);
    return [before, during, await ear.hears(0)];
  } finally {
    ear.close();
  }
}

/** Whether a socket for which so much was to hear that it lost some has heard of it, and again when all is quiet. */
export async function overheard(netlink: Netlink, netns: string, group: number): Promise<boolean[]> {
  const ear = netlink.listen(netns, [group]);
  try {
    const links = Array.from({ length: 10_000 }, (_, index) => ({ index: 1, ifalias: `alias ${index}` }));
    await netlink.execute(netns, links.map(setLink));
    return [await ear.hears(0), await ear.hears(0)];
  } finally {
    ear.close();
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
