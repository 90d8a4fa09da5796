import { constants } from "node:os";
import type { Host, RunOptions, RunResult } from "../../../provider/host/host";
import { NetlinkError } from "../../../provider/netlink/message";
import { Netlink } from "../../../provider/netlink/netlink";

/** A program that changes the host, by its words; none that looks has one of them. */
const CHANGE = /(?:^|\s)(?:add|del|delete|set|-K)(?:\s|$)/;
const REFUSED: RunResult = { stdout: "", stderr: "refused by the test", exitCode: 2 };

/** The kernel, and the programs beside it, that refuse one of the steps that change the host. What was before it is done. */
export class FailingNetlink extends Netlink {
  private at: number | undefined;
  /** How many steps have come. */
  steps = 0;

  /** From now on the step of this number fails, counted from 1, and no other; undefined: none. */
  failAt(step: number | undefined): void {
    this.at = step;
    this.steps = 0;
  }

  on(host: Host): Host {
    const run = async (argv: readonly string[], options: RunOptions) =>
      CHANGE.test(argv.join(" ")) && this.fails() ? REFUSED : host.run(argv, options);
    return { ...host, run };
  }

  override do(...args: Parameters<Netlink["do"]>) {
    this.step();
    return super.do(...args);
  }

  override makeNamespace(...args: Parameters<Netlink["makeNamespace"]>) {
    this.step();
    return super.makeNamespace(...args);
  }

  override removeNamespace(...args: Parameters<Netlink["removeNamespace"]>) {
    this.step();
    return super.removeNamespace(...args);
  }

  override makeTuntap(...args: Parameters<Netlink["makeTuntap"]>) {
    this.step();
    return super.makeTuntap(...args);
  }

  override writeSysctl(...args: Parameters<Netlink["writeSysctl"]>) {
    this.step();
    return super.writeSysctl(...args);
  }

  override async nft(...[place, commands, signal]: Parameters<Netlink["nft"]>) {
    const isChange = place !== "new" && commands.some(({ text }) => !text.startsWith("list "));
    if (isChange) this.step();
    return super.nft(place, commands, signal);
  }

  private step(): void {
    if (this.fails()) throw new NetlinkError(constants.errno.EINVAL, "refused by the test");
  }

  private fails(): boolean {
    this.steps += 1;
    return this.steps === this.at;
  }
}
