import { constants } from "node:os";
import { NetnsError } from "../errors";

/** The system calls that Node has none of its own for. All but `pollAsync` run on the calling thread, to their end. */
export interface System {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number;
  send(fd: number, bytes: Buffer, length: number, flags: number): number;
  recv(fd: number, bytes: Buffer, length: number, flags: number): number;
  poll(fds: Buffer, count: number, timeoutMs: number): number;
  close(fd: number): number;
  setns(fd: number, type: number): number;
  unshare(flags: number): number;
  flock(fd: number, operation: number): number;
  mount(source: string, target: string, type: string, flags: number, data: null): number;
  umount2(target: string, flags: number): number;
  pollAsync(fds: Buffer, count: number, timeoutMs: number): Promise<number>;
}

/** As in C, but for `poll`, of which koffi makes both. */
const PROTOTYPES = {
  socket: "int socket(int family, int type, int protocol)",
  bind: "int bind(int fd, void *address, uint32_t length)",
  setsockopt: "int setsockopt(int fd, int level, int name, void *value, uint32_t length)",
  send: "intptr_t send(int fd, void *bytes, size_t length, int flags)",
  recv: "intptr_t recv(int fd, void *bytes, size_t length, int flags)",
  poll: "int poll(void *fds, unsigned long count, int timeout)",
  close: "int close(int fd)",
  setns: "int setns(int fd, int type)",
  unshare: "int unshare(int flags)",
  flock: "int flock(int fd, int operation)",
  mount: "int mount(const char *source, const char *target, const char *type, unsigned long flags, void *data)",
  umount2: "int umount2(const char *target, int flags)",
};

let loaded: { calls: System; errno(): number } | undefined;

/** They are loaded at the first operation, for most runs of the plugin need none. */
export function system(): System {
  loaded ??= load();
  return loaded.calls;
}

/** What a call has returned; below 0 it is an error. `what` says what was tried. */
export function checked(result: number, what: string): number {
  if (result < 0) throw failure(what);
  return result;
}

/** Why the last call has failed. */
export function failure(what: string): SystemError {
  return new SystemError(what, loaded?.errno() ?? 0);
}

export class SystemError extends Error {
  /** The name of the errno, such as EPERM. */
  readonly code: string;

  constructor(
    what: string,
    readonly errno: number,
    said?: string,
  ) {
    const code = nameOf(errno);
    super(`${what}: ${said === undefined ? code : `${code}, ${said}`}`);
    this.code = code;
  }
}

/** Of two names of one number the kernel's own. */
const NAMES = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));
NAMES.set(constants.errno.EAGAIN, "EAGAIN").set(constants.errno.EOPNOTSUPP, "EOPNOTSUPP");

function nameOf(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

function load() {
  try {
    // Only here: to load it takes longer than the plugin's start.
    const koffi = require("koffi") as typeof import("koffi");
    // Without a file's name it is what Node itself runs on, glibc or musl.
    const libc = koffi.load(null);
    const calls = Object.fromEntries(Object.entries(PROTOTYPES).map(([name, text]) => [name, libc.func(text)]));
    const pollAsync = (...args: [Buffer, number, number]) =>
      new Promise<number>((resolve, reject) => {
        calls.poll?.async(...args, (error: unknown, result: number) => (error ? reject(error) : resolve(result)));
      });
    return { calls: { ...calls, pollAsync } as unknown as System, errno: koffi.errno };
  } catch (error) {
    throw new NetnsError({
      kind: "unsupported",
      tried: `could not load what speaks to the kernel on ${process.platform} ${process.arch}`,
      said: error instanceof Error ? error.message.split("\n")[0] : String(error),
      todo: "Install the npm package `koffi` with its optional packages for this machine; Linux on x64 and arm64 has them.",
    });
  }
}
