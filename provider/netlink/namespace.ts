import { closeSync, mkdirSync, openSync, readdirSync, statfsSync, statSync, unlinkSync } from "node:fs";
import path from "node:path";
import { s32, struct, Table, u8, u32 } from "./attributes";
import { inNewNamespace, OWN_NETNS } from "./inNamespace";
import { setLink } from "./link";
import { Format } from "./message";
import type { Netlink } from "./netlink";
import { Socket } from "./socket";
import { checked, failure, MNT_DETACH, MS, system } from "./system";

/** Where namespaces have names, as ip-netns(8) has it. */
export const NETNS_DIR = "/run/netns";
/** NSFS_MAGIC of linux/magic.h: what is no namespace any more is a file of another sort. */
const NSFS_MAGIC = 0x6e736673;
const LOCK_EX = 2;
const LOOPBACK = 1;

const RTM_GETNSID = 90;
/** struct rtgenmsg of linux/rtnetlink.h and NETNSA_… of linux/net_namespace.h. */
const NSID = new Format(
  struct({ family: u8, _1: u8, _2: u8, _3: u8 }),
  new Table("NETNSA_", { nsid: [1, s32], fd: [3, u32] }),
);

/**
 * Makes a namespace with an alias on its `lo` before it has its name: a run that dies leaves none, or a marked one, or
 * an empty file.
 */
export function makeNamespace(file: string, alias: string): void {
  prepareFolder(path.dirname(file));
  closeSync(openSync(file, "wx", 0));
  try {
    inNewNamespace(() => {
      const socket = Socket.open();
      try {
        const [error] = socket.execute([setLink({ index: LOOPBACK, ifalias: alias })]);
        if (error) throw error;
      } finally {
        socket.close();
      }
      checked(system().mount(OWN_NETNS, file, "none", MS.bind, null), `mount ${file}`);
    });
  } catch (error) {
    unlinkSync(file);
    throw error;
  }
}

/** The name goes; the namespace goes with the last that uses it. */
export function removeNamespace(file: string): void {
  // Where another one was quicker it is not mounted any more; whether it can be removed tells all that counts.
  system().umount2(file, MNT_DETACH);
  unlinkSync(file);
}

/** The namespaces that have a name in the folder, by that name, with the number that tells one from any other. */
export function listNamespaces(folder = NETNS_DIR): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of names(folder)) {
    const inode = inodeOf(path.join(folder, name));
    if (inode !== undefined) found.set(name, inode);
  }
  return found;
}

/** The number of the namespace that a file stands for; undefined where it stands for none. */
export function inodeOf(file: string): number | undefined {
  try {
    return statfsSync(file).type === NSFS_MAGIC ? statSync(file).ino : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The number that a namespace has in another one, `netns`; undefined where it has none there. */
export function netnsId(netlink: Netlink, netns: string | undefined, file: string): number | undefined {
  const fd = netlink.open(file);
  try {
    const [answer] = netlink.ask(netns, NSID.request(RTM_GETNSID, 0, { fd }), NSID.read);
    return answer?.nsid === undefined || answer.nsid < 0 ? undefined : answer.nsid;
  } finally {
    closeSync(fd);
  }
}

/** As `ip netns` does it: what is mounted in the folder is seen in all mount namespaces. */
function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  if (makeShared(folder)) return;
  const { mount, flock } = system();
  const lock = openSync(folder, "r");
  try {
    // Two at once would mount it on itself again and again.
    checked(flock(lock, LOCK_EX), `flock ${folder}`);
    if (makeShared(folder)) return;
    checked(mount(folder, folder, "none", MS.bind | MS.rec, null), `mount --bind ${folder}`);
    checked(mount("", folder, "none", MS.private | MS.rec, null), `mount --make-private ${folder}`);
    checked(mount("", folder, "none", MS.shared | MS.rec, null), `mount --make-shared ${folder}`);
  } finally {
    closeSync(lock);
  }
}

/** Whether it is a mount, and a shared one by now. */
function makeShared(folder: string): boolean {
  if (system().mount("", folder, "none", MS.shared | MS.rec, null) === 0) return true;
  const error = failure(`mount --make-shared ${folder}`);
  if (error.code === "EINVAL") return false;
  throw error;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
