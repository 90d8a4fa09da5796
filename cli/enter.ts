import { closeSync, readdirSync, readFileSync } from "node:fs";
import { NetnsError } from "../provider/errors";
import { netnsPath } from "../provider/kernel/netnsPath";
import { openNamespace } from "../provider/netlink/inNamespace";
import { CLONE_NEW, checked, failure, MNT_DETACH, MS, SystemError, system } from "../provider/netlink/system";

/** Where the files of a namespace are that it sees in the place of those in /etc, as ip-netns(8) has it. */
const ETC_NETNS = "/etc/netns";

/**
 * Takes this thread into a network namespace for good, as `ip netns exec` does: with a /sys that shows its devices, and
 * its files over those in /etc. What cannot be mounted is told by `warn`, as there.
 */
export function enter(namespace: string, warn: (text: string) => void): void {
  const { setns, unshare, mount } = system();
  const fd = open(namespace);
  try {
    checked(setns(fd, CLONE_NEW.net), `setns ${netnsPath(namespace)}`);
    checked(unshare(CLONE_NEW.ns), "unshare the mounts");
    // What is mounted from here on is nobody else's.
    checked(mount("", "/", "none", MS.slave | MS.rec, null), "mount --make-rslave /");
  } catch (error) {
    throw notEntered(namespace, error);
  } finally {
    closeSync(fd);
  }
  mountSys(namespace, warn);
  for (const name of namespace.startsWith("/") ? [] : filesOf(namespace)) {
    const [mine, its] = [`${ETC_NETNS}/${namespace}/${name}`, `/etc/${name}`];
    if (mount(mine, its, "none", MS.bind, null) < 0) warn(failure(`mount --bind ${mine} ${its}`).message);
  }
}

function open(namespace: string): number {
  const file = netnsPath(namespace);
  try {
    return openNamespace(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw notEntered(namespace, error);
    throw new NetnsError({
      kind: "notFound",
      tried: `the host ${namespace} is not there`,
      said: `there is no ${file}`,
      todo: "It is in the stack, so it was there: `pulumi up` makes it again. Is this the machine that the lab is on?",
    });
  }
}

function notEntered(namespace: string, error: unknown): NetnsError {
  const { message, code } = error as Error & { code?: string };
  const isDenied = code === "EPERM" || code === "EACCES";
  const isOther = error instanceof SystemError && code === "EINVAL";
  return new NetnsError({
    kind: isDenied ? "permission" : "kernel",
    tried: `could not enter the host ${namespace}`,
    said: isOther ? `${netnsPath(namespace)} is not a network namespace` : message,
    ...(isDenied && { todo: "That needs CAP_SYS_ADMIN over that namespace and over the mounts here." }),
  });
}

/** A /sys that was read-only must stay so: the kernel refuses another one. */
function mountSys(namespace: string, warn: (text: string) => void): void {
  const { mount, umount2 } = system();
  const isCovered = umount2("/sys", MNT_DETACH) < 0;
  const flags = isCovered && isReadOnly("/sys") ? MS.readOnly : 0;
  if (mount(namespace, "/sys", "sysfs", flags, null) < 0) warn(failure("mount /sys").message);
}

function isReadOnly(path: string): boolean {
  const mounts = readFileSync("/proc/thread-self/mounts", "utf8").split("\n");
  const [, , , options = ""] = mounts.findLast((line) => line.split(" ")[1] === path)?.split(" ") ?? [];
  return options.split(",").includes("ro");
}

function filesOf(namespace: string): string[] {
  try {
    return readdirSync(`${ETC_NETNS}/${namespace}`).sort();
  } catch {
    return [];
  }
}
