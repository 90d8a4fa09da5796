import { closeSync, openSync } from "node:fs";
import koffi from "koffi";
import type { NftRan } from "../../../provider/netlink/libnftables";
import type { Request } from "../../../provider/netlink/message";
import { type Done, Netlink } from "../../../provider/netlink/netlink";
import { Nftables } from "../../../provider/netlink/nftables";
import type { LabHost } from "../labHost/labHost";

/** linux/sched.h */
const CLONE = { fs: 0x200, newns: 0x20000, newnet: 0x40000000 };
const libc = koffi.load(null);
const setns = libc.func("int setns(int fd, int type)");
const unshare = libc.func("int unshare(int flags)");

/**
 * The kernel by netlink as this thread sees it from inside a lab host; `around` is what each change goes through, and all
 * that nftables is asked for.
 */
export class LabNetlink extends Netlink {
  protected override readonly nftables = new Nftables({ from: (start) => behind(this.lab.pid, start) });

  constructor(
    private readonly lab: LabHost,
    private readonly around: (work: () => Done) => Promise<void>,
  ) {
    super();
  }

  override do(netns: string | undefined, requests: readonly Request[]): Promise<void> {
    return this.around(() => super.do(netns, requests));
  }

  override makeNamespace(file: string, alias: string): Promise<void> {
    return this.around(() => this.inLab(() => super.makeNamespace(file, alias)));
  }

  override removeNamespace(file: string): Promise<void> {
    return this.around(() => this.inLab(() => super.removeNamespace(file)));
  }

  override makeTuntap(...args: Parameters<Netlink["makeTuntap"]>): Promise<void> {
    return this.around(() => this.inLab(() => super.makeTuntap(...args)));
  }

  override writeSysctl(...args: Parameters<Netlink["writeSysctl"]>): Promise<void> {
    return this.around(() => this.inLab(() => super.writeSysctl(...args)));
  }

  override async nft(...args: Parameters<Netlink["nft"]>): Promise<NftRan> {
    let ran: NftRan | undefined;
    await this.around(async () => {
      ran = await super.nft(...args);
    });
    if (!ran) throw new Error("what is around it has left it out");
    return ran;
  }

  override listNamespaces() {
    return this.inLab(() => super.listNamespaces());
  }

  override enter<T extends object>(netns: string | undefined, open: () => T): T {
    return this.inLab(() => super.enter(netns, open));
  }

  override open(file: string) {
    return this.inLab(() => super.open(file));
  }

  protected override readSysctls(...args: Parameters<Netlink["readSysctls"]>) {
    return this.inLab(() => super.readSysctls(...args));
  }

  override readSysctlOfEach(...args: Parameters<Netlink["readSysctlOfEach"]>) {
    return this.inLab(() => super.readSysctlOfEach(...args));
  }

  override listSysctls(netns: string | undefined) {
    return this.inLab(() => super.listSysctls(netns));
  }

  override readSettings(netns: string | undefined) {
    return this.inLab(() => super.readSettings(netns));
  }

  override readNewSettings() {
    return this.inLab(() => super.readNewSettings());
  }

  override readOffloads(...args: Parameters<Netlink["readOffloads"]>) {
    return this.inLab(() => super.readOffloads(...args));
  }

  override readNewOffloads(...args: Parameters<Netlink["readNewOffloads"]>) {
    return this.inLab(() => super.readNewOffloads(...args));
  }

  override countXfrm(netns: string | undefined) {
    return this.inLab(() => super.countXfrm(netns));
  }

  override listLegacyTables(netns: string | undefined) {
    return this.inLab(() => super.listLegacyTables(netns));
  }

  protected override socket(...args: Parameters<Netlink["socket"]>) {
    return this.inLab(() => super.socket(...args));
  }

  private inLab<T extends Done | object | string[] | number>(work: () => T): T {
    return behind(this.lab.pid, work);
  }
}

let isApart = false;

/** Does work with this thread in the mounts and the network of a process, and comes back; all of it at once. */
function behind<T>(pid: number, work: () => T): T {
  // With files of its own the thread may go to other mounts, where the other threads do not.
  if (!isApart) must(unshare(CLONE.fs));
  isApart = true;
  const folder = process.cwd();
  const sorts = ["mnt", "net"].map((name) => (name === "mnt" ? CLONE.newns : CLONE.newnet));
  const open = (who: string) => ["mnt", "net"].map((name) => openSync(`/proc/${who}/ns/${name}`, "r"));
  const [home, there] = [open("thread-self"), open(String(pid))];
  const go = (fds: number[]) => fds.forEach((fd, index) => void must(setns(fd, sorts[index])));
  try {
    go(there);
    return work();
  } finally {
    go(home);
    process.chdir(folder);
    [...home, ...there].forEach(closeSync);
  }
}

function must(result: number): void {
  if (result !== 0) throw new Error("the way into the lab host, or out of it, is closed");
}
