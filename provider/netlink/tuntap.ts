import { closeSync, constants, openSync } from "node:fs";
import { inNewNamespace } from "./inNamespace";
import { setLink } from "./link";
import { Socket } from "./socket";
import { checked, system } from "./system";

const DEVICE = "/dev/net/tun";
/** linux/if_tun.h */
const TUN = { setIff: 0x400454ca, setPersist: 0x400454cb, setOwner: 0x400454cc, setGroup: 0x400454ce };
const IFF = { tun: 1, tap: 2, multiQueue: 0x100, noPi: 0x1000, exclusive: 0x8000 };
/** struct ifreq of linux/if.h: a name of IFNAMSIZ bytes, then the flags. */
const IFREQ = { size: 40, flags: 16 };

export interface Tuntap {
  name: string;
  mode: "tap" | "tun";
  /** By number. */
  owner?: number | undefined;
  group?: number | undefined;
  multiQueue?: boolean | undefined;
}

/**
 * Makes such a device with an alias before anybody can see it: aside, in a namespace without a name, from where it goes
 * to the one that `fd` stands for.
 */
export function makeTuntap({ name, mode, owner, group, multiQueue }: Tuntap, alias: string, fd: number): void {
  inNewNamespace(() => {
    const tun = openSync(DEVICE, constants.O_RDWR);
    const socket = Socket.open();
    try {
      const request = Buffer.alloc(IFREQ.size);
      request.write(name);
      request.writeUInt16LE(IFF[mode] | IFF.noPi | IFF.exclusive | (multiQueue ? IFF.multiQueue : 0), IFREQ.flags);
      const { ioctl, ioctlNumber } = system();
      checked(ioctl(tun, TUN.setIff, request), "TUNSETIFF");
      if (owner !== undefined) checked(ioctlNumber(tun, TUN.setOwner, owner), "TUNSETOWNER");
      if (group !== undefined) checked(ioctlNumber(tun, TUN.setGroup, group), "TUNSETGROUP");
      checked(ioctlNumber(tun, TUN.setPersist, 1), "TUNSETPERSIST");
      const steps = [setLink({ ifname: name, ifalias: alias }), setLink({ ifname: name, netNsFd: fd })];
      for (const step of steps) {
        const [error] = socket.execute([step]);
        if (error) throw error;
      }
    } finally {
      socket.close();
      closeSync(tun);
    }
  });
}
