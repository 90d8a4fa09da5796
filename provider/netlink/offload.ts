import { inNewNamespace, within } from "./inNamespace";
import { addLink } from "./link";
import { Socket } from "./socket";
import { checked, system } from "./system";

/** ETHTOOL_G… of linux/ethtool.h: what a device does in the kernel's place, a question for each. */
const GET = { rx: 0x14, tx: 0x16, tso: 0x1e, gso: 0x23, gro: 0x2b };
/** linux/sockios.h; struct ifreq of linux/if.h: a name of IFNAMSIZ bytes, then a pointer to struct ethtool_value. */
const SIOCETHTOOL = 0x8946;
const IFREQ = { size: 40, pointer: 16 };
const VALUE = 4;
const AF_INET = 2;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;

type Offloads = { [K in keyof typeof GET]?: boolean };

/** Which offloads of devices are on, by their names; of one that is not there, or cannot tell, none. */
export function readOffloads(netns: string | undefined, names: readonly string[]): Map<string, Offloads> {
  return within(netns, () => offloadsOf(names));
}

/** Which are on of a new device of each of these kinds, and of a new `lo`, by their names; of what the kernel does not have none. */
export function readNewOffloads(kinds: readonly string[]): Map<string, Offloads> {
  return inNewNamespace(() => {
    const socket = Socket.open();
    try {
      socket.execute(kinds.map((kind) => addLink({ ifname: kind, linkinfo: { kind } })));
      return offloadsOf(["lo", ...kinds]);
    } finally {
      socket.close();
    }
  });
}

function offloadsOf(names: readonly string[]): Map<string, Offloads> {
  const { close, socket } = system();
  const fd = checked(socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket");
  try {
    return new Map(
      names.map((name) => {
        const values = Object.entries(GET).map(([key, command]) => [key, offloadOf(fd, name, command)] as const);
        const known = values.filter(([, value]) => value !== undefined);
        return [name, Object.fromEntries(known.map(([key, value]) => [key, value !== 0]))];
      }),
    );
  } finally {
    close(fd);
  }
}

function offloadOf(fd: number, device: string, command: number): number | undefined {
  const { addressOf, ioctl } = system();
  const value = Buffer.from(Uint32Array.of(command, 0).buffer);
  const request = Buffer.alloc(IFREQ.size);
  request.write(device);
  request.writeBigUInt64LE(addressOf(value), IFREQ.pointer);
  return ioctl(fd, SIOCETHTOOL, request) === 0 ? value.readUInt32LE(VALUE) : undefined;
}
