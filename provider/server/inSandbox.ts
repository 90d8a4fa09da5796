import { localHost } from "../host/local";
import { isEmpty } from "../inventory/isEmpty";
import { Kernel } from "../kernel/kernel";
import { SharedReads } from "../kernel/readCache";
import { ip } from "../kernel/step";
import type { Netlink } from "../netlink/netlink";
import { kinds } from "../resources";

/** What a worker does about the sandbox that it is in. */
export class InSandbox {
  private readonly kernel: Kernel;

  constructor(netlink: Netlink) {
    const { signal } = new AbortController();
    this.kernel = new Kernel({ host: localHost, netlink, sharedReads: new SharedReads(), signal, debug() {} });
  }

  /** A machine has its loopback up, which the kernel makes down. */
  async setLoopbackUp(): Promise<void> {
    await this.kernel.execute(
      [ip(undefined, "set lo up", ["link", "set", "dev", "lo", "up"])],
      "the loopback of the sandbox",
    );
  }

  /** Where nothing is left in it, the sandbox ends with the run: with its first process, the kernel ends all in there. */
  async endIfEmpty(): Promise<void> {
    if (await isEmpty(this.kernel, kinds)) process.kill(1, "SIGTERM");
  }
}
