import { AF } from "../netlink/ip";
import { checked, system } from "../netlink/system";
import { type Family, SOL } from "./socket";

/** linux/in.h, linux/in6.h: the device that a socket sends by; answers may come in by any, as with `ping -I`. */
const UNICAST_IF = { [AF.inet]: { level: SOL.ip, name: 50 }, [AF.inet6]: { level: SOL.ipv6, name: 76 } };
/** Of a connection: what comes in by another device is not for it. */
const SO_BINDTODEVICE = 25;

/** Has a socket send by a device of the namespace that the thread is in, whatever the routes say. */
export function sendBy(device: string, fd: number, { family, isTcp }: { family: Family; isTcp: boolean }): void {
  const { setsockopt, if_nametoindex } = system();
  if (isTcp) {
    const name = Buffer.from(`${device}\0`);
    checked(setsockopt(fd, SOL.socket, SO_BINDTODEVICE, name, name.length), `setsockopt SO_BINDTODEVICE ${device}`);
    return;
  }
  const index = Buffer.alloc(4);
  index.writeUInt32BE(checked(if_nametoindex(device) || -1, `if_nametoindex ${device}`));
  const { level, name } = UNICAST_IF[family];
  checked(setsockopt(fd, level, name, index, index.length), `setsockopt UNICAST_IF ${device}`);
}
