import type { FileFacts, Host } from "../host/host";
import type { Netlink } from "../netlink/netlink";
import type { Device } from "./linkRow";

/** The part of `Kernel` by which one looks: what looks knows nothing of what executes steps. */
export interface Looking {
  readonly host: Host;
  stat(path: string): Promise<FileFacts | undefined>;
  look<T>(
    netns: string | undefined,
    argv: readonly string[],
    look: (netlink: Netlink, file: string | undefined) => T | Promise<T>,
  ): Promise<T | undefined>;
  devices(netns: string | undefined): Promise<Device[] | undefined>;
  device(netns: string | undefined, name: string): Promise<Device[] | undefined>;
}
