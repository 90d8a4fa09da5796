import { constants } from "node:os";
import { NetnsError } from "../errors";

/** Of linux/sched.h and linux/mount.h. */
export const CLONE_NEW = { net: 0x40000000, ns: 0x20000 };
export const MS = { readOnly: 1, bind: 0x1000, rec: 0x4000, private: 1 << 18, slave: 1 << 19, shared: 1 << 20 };
export const MNT_DETACH = 2;

/** The system calls that Node has none of its own for. All but `pollAsync` run on the calling thread, to their end. */
export interface System {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Buffer, length: number): number;
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number;
  getsockopt(fd: number, level: number, name: number, value: Buffer, length: Buffer): number;
  connect(fd: number, address: Buffer, length: number): number;
  send(fd: number, bytes: Buffer, length: number, flags: number): number;
  sendto(fd: number, bytes: Buffer, length: number, flags: number, to: Buffer, toLength: number): number;
  recv(fd: number, bytes: Buffer, length: number, flags: number): number;
  recvfrom(fd: number, bytes: Buffer, length: number, flags: number, from: Buffer, fromLength: Buffer): number;
  recvmsg(fd: number, message: Buffer, flags: number): number;
  poll(fds: Buffer, count: number, timeoutMs: number): number;
  close(fd: number): number;
  setns(fd: number, type: number): number;
  unshare(flags: number): number;
  flock(fd: number, operation: number): number;
  prctl(option: number, argument: number): number;
  memfd_create(name: string, flags: number): number;
  mount(source: string, target: string, type: string, flags: number, data: null): number;
  umount2(target: string, flags: number): number;
  strerror(errno: number): string;
  fcntl(fd: number, command: number, argument: number): number;
  /** 0 is the default, 1 to ignore it. */
  signal(number: number, handler: number): number;
  getpgrp(): number;
  setpgid(pid: number, group: number): number;
  tcsetpgrp(fd: number, group: number): number;
  execvp(file: string, argv: readonly (string | null)[]): number;
  ioctl(fd: number, request: number, argument: Buffer): number;
  ioctlNumber(fd: number, request: number, argument: number): number;
  if_nametoindex(name: string): number;
  clock_gettime(clock: number, time: Buffer): number;
  /** Where a buffer is, for structures that point to it: it must live as long as they are used. */
  addressOf(buffer: Buffer): bigint;
  getpwnam(name: string): { id: number } | null;
  getgrnam(name: string): { id: number } | null;
  pollAsync(fds: Buffer, count: number, timeoutMs: number): Promise<number>;
}

/** As in C, but for `poll`, of which koffi makes both. */
const PROTOTYPES = {
  socket: "int socket(int family, int type, int protocol)",
  bind: "int bind(int fd, void *address, uint32_t length)",
  setsockopt: "int setsockopt(int fd, int level, int name, void *value, uint32_t length)",
  getsockopt: "int getsockopt(int fd, int level, int name, void *value, void *length)",
  connect: "int connect(int fd, void *address, uint32_t length)",
  send: "intptr_t send(int fd, void *bytes, size_t length, int flags)",
  sendto: "intptr_t sendto(int fd, void *bytes, size_t length, int flags, void *to, uint32_t toLength)",
  recv: "intptr_t recv(int fd, void *bytes, size_t length, int flags)",
  recvfrom: "intptr_t recvfrom(int fd, void *bytes, size_t length, int flags, void *from, void *fromLength)",
  recvmsg: "intptr_t recvmsg(int fd, void *message, int flags)",
  poll: "int poll(void *fds, unsigned long count, int timeout)",
  close: "int close(int fd)",
  setns: "int setns(int fd, int type)",
  unshare: "int unshare(int flags)",
  flock: "int flock(int fd, int operation)",
  prctl: "int prctl(int option, unsigned long argument)",
  memfd_create: "int memfd_create(const char *name, unsigned int flags)",
  mount: "int mount(const char *source, const char *target, const char *type, unsigned long flags, void *data)",
  umount2: "int umount2(const char *target, int flags)",
  strerror: "const char *strerror(int errnum)",
  fcntl: "int fcntl(int fd, int command, intptr_t argument)",
  signal: "intptr_t signal(int number, intptr_t handler)",
  getpgrp: "int getpgrp()",
  setpgid: "int setpgid(int pid, int group)",
  tcsetpgrp: "int tcsetpgrp(int fd, int group)",
  execvp: "int execvp(const char *file, const char **argv)",
  ioctl: "int ioctl(int fd, unsigned long request, void *argument)",
  if_nametoindex: "unsigned int if_nametoindex(const char *name)",
  clock_gettime: "int clock_gettime(int clock, void *time)",
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

/** What the system says of an error, as strerror(3) does; node:fs counts them downwards. */
export function errorText(errno: number): string {
  return system().strerror(Math.abs(errno));
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
    // As much as is asked for of struct passwd and struct group, which begin in the same way.
    const entry = koffi.struct({ name: "char *", password: "char *", id: "uint32_t" });
    const more = {
      ioctlNumber: libc.func("ioctl", "int", ["int", "unsigned long", "intptr_t"]),
      getpwnam: lookUp(libc.func("getpwnam", koffi.pointer(entry), ["const char *"])),
      addressOf: (buffer: Buffer) => koffi.address(buffer),
      getgrnam: lookUp(libc.func("getgrnam", koffi.pointer(entry), ["const char *"])),
    };
    const pollAsync = (...args: [Buffer, number, number]) =>
      new Promise<number>((resolve, reject) => {
        calls.poll?.async(...args, (error: unknown, result: number) => (error ? reject(error) : resolve(result)));
      });
    function lookUp(find: (name: string) => unknown) {
      return (name: string) => {
        const found = find(name);
        return found === null ? null : koffi.decode(found, entry);
      };
    }
    return { calls: { ...calls, ...more, pollAsync } as unknown as System, errno: koffi.errno };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new NetnsError({
      kind: "unsupported",
      tried: "could not load what speaks to the kernel",
      said: `koffi does not load on ${process.platform} ${process.arch}: ${why}`,
      todo: "Install the npm package `koffi` with its optional packages for this machine; Linux on x64 and arm64 has them.",
    });
  }
}
