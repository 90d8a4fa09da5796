import { AF, familyOf, ipBytes, ipText } from "../netlink/ip";
import { failure, system } from "../netlink/system";

/** struct sockaddr_in and sockaddr_in6 of linux/in.h and linux/in6.h. */
const IN = { length: 16, address: 4 };
const IN6 = { length: 28, address: 8, scope: 24 };
export const SOCKADDR_LENGTH = IN6.length;

/** Where to send. The device of `fe80::1%veth0` is one of the namespace that the thread is in. */
export function sockaddr(to: string, port = 0): Buffer {
  const [address = "", device] = to.split("%");
  const family = familyOf(address);
  const { length, address: at } = family === AF.inet6 ? IN6 : IN;
  const bytes = Buffer.alloc(length);
  bytes.writeUInt16LE(family);
  bytes.writeUInt16BE(port, 2);
  ipBytes(address).copy(bytes, at);
  if (device !== undefined) bytes.writeUInt32LE(indexOf(device), IN6.scope);
  return bytes;
}

/** The address in one; undefined where it has none. */
export function addressIn(bytes: Buffer): string | undefined {
  const family = bytes.length < IN.length ? 0 : bytes.readUInt16LE();
  if (family === AF.inet) return ipText(bytes.subarray(IN.address, IN.address + 4));
  return family === AF.inet6 ? ipText(bytes.subarray(IN6.address, IN6.address + 16)) : undefined;
}

function indexOf(device: string): number {
  const index = system().if_nametoindex(device);
  if (index === 0) throw failure(`if_nametoindex ${device}`);
  return index;
}
