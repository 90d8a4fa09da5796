import path from "node:path";
import type { Library } from "../../../provider/netlink/libnftables";
import { NLMSG_DONE, NLMSG_ERROR, unpacked } from "../../../provider/netlink/message";
import type { System } from "../../../provider/netlink/system";
import { linkIn, textOfChange } from "./changeText";
import type { FaultPlan, Kill } from "./faultPlan";

/**
 * Loaded into every Node process of a run before its own code, and of effect in the plugin alone and in its process for
 * nftables: stands between these and the calls by which they change the host, or ask nftables. Logs each, and kills, holds
 * or refuses the one that it is told of.
 */
const fs = require("node:fs") as typeof import("node:fs");
const Module = require("node:module") as { _load(request: string, ...rest: unknown[]): unknown };

/** A breakpoint that nobody resumes from is passed after so many looks, 20 ms apart: a test that dies leaves nothing for ever. */
const LOOKS = 3000;
const SYSCTLS = "/proc/sys/";
const RTM_NEWLINK = 16;
/** An rtnetlink message of no sort that there is. */
const UNKNOWN_TYPE = 0xfff0;

interface Change {
  words: string;
  call(): number;
  /** Makes the call one that is refused. */
  spoil?(): void;
  /** Whoever reads the answer calls it; without it the answer comes with the call's return. */
  onAnswer?(then: () => void): void;
}

let plan: FaultPlan;
const text = process.env.LAB_FAULTS;
const program = path.basename(process.argv[1] ?? "");
const isNft = program === "nftablesChild.js";
if (text !== undefined && (isNft || program === "pulumi-resource-netns")) {
  plan = JSON.parse(text);
  watchKoffi();
  watchSysctls();
}

const at = (name: string) => `${plan.folder}/${name}`;
const plugin = isNft ? process.ppid : process.pid;
/** Of a process whose parent is gone it would be another one. */
const engine = parentOf(plugin);
const isThere = (name: string) => fs.existsSync(at(name));
let count = 0;
let isRefused = false;

function change({ words, call, spoil, onAnswer }: Change): number {
  fs.appendFileSync(at("log"), `${words}\n`);
  const { hold, kill, refuse } = plan;
  if (hold && words.match(hold) && !isThere("reached")) stop();
  if (refuse && words.match(refuse) && !isRefused) {
    isRefused = true;
    spoil?.();
  }
  if (kill?.words !== words) return call();
  count += 1;
  if (count !== kill.at) return call();
  if (kill.moment === "before") strike(kill);
  if (kill.moment === "answered") (onAnswer ?? queueMicrotask)(() => strike(kill));
  const result = call();
  if (kill.moment === "after") strike(kill);
  return result;
}

function stop(): void {
  fs.writeFileSync(at("reached"), `${process.pid}\n`);
  waitFor(() => isThere("resume"));
}

/** Only a kill that met all of its victims counts. */
function strike({ victim }: Kill): void {
  if (victim !== "provider") {
    process.kill(engine, "SIGKILL");
    waitFor(() => parentOf(plugin) !== engine);
  }
  fs.writeFileSync(at("fired"), "");
  if (victim === "engine") return;
  process.kill(plugin, "SIGKILL");
  // What the plugin has started goes with it.
  waitFor(() => false);
}

function parentOf(pid: number): number {
  return Number(/\) \S (\d+)/.exec(fs.readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
}

/** Without the event loop: what the plugin does here is in the middle of something. */
function waitFor(isSo: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let looks = 0; looks < LOOKS && !isSo(); looks += 1) Atomics.wait(never, 0, 0, 20);
}

function watchKoffi(): void {
  const load = Module._load;
  Module._load = (request, ...rest) => {
    const loaded = load(request, ...rest);
    if (request !== "koffi") return loaded;
    const koffi = loaded as typeof import("koffi");
    return { ...koffi, load: (file: string | null) => watched(koffi.load(file), koffi) };
  };
}

/** libc, whose errno is still that of the call when something else has come in between. */
function watched(libc: import("koffi").LibraryHandle, koffi: typeof import("koffi")) {
  return {
    func(...declaration: Parameters<typeof libc.func>) {
      const real = libc.func(...declaration);
      const name = /\w+(?=\(|$)/.exec(declaration[0])?.[0] ?? "";
      const instead = INSTEAD[name as keyof Calls] as ((call: typeof real, ...args: unknown[]) => number) | undefined;
      if (!instead) return real;
      return (...args: unknown[]) => {
        let errno = 0;
        const call = (...given: unknown[]) => {
          const result = real(...given);
          errno = koffi.errno();
          return result;
        };
        const result = instead(call as typeof real, ...args);
        koffi.errno(errno);
        return result;
      };
    },
  };
}

/** The namespace that the thread is in, and the one that each socket is of. */
let place = "host";
const places = new Map<number, string>();
/** Of each socket, the links that it has heard of: who changes a link has asked for its number before. */
const links = new Map<number, Map<number, string>>();
/** Whose answers are waited for, and how many more. */
let awaited: { fd: number; left: number; then(): void } | undefined;

type Instead<C> = C extends (...args: infer A) => number ? (call: C, ...args: A) => number : never;
type Calls = System & Pick<Library, "nft_run_cmd_from_buffer" | "nft_run_cmd_from_filename">;
const INSTEAD: { [Name in keyof Calls]?: Instead<Calls[Name]> } = {
  setns(call, fd, type) {
    place = placeOf(fd);
    return call(fd, type);
  },
  unshare(call, flags) {
    place = "new";
    // Of what nftables is asked for there the text says more.
    return isNft ? call(flags) : change({ words: "unshare", call: () => call(flags) });
  },
  socket(call, ...args) {
    const fd = call(...args);
    places.set(fd, place);
    links.set(fd, new Map());
    return fd;
  },
  send(call, fd, bytes, length, flags) {
    const messages = [...unpacked(bytes.subarray(0, length))];
    const words = messages.flatMap((message) => textOfChange(message, links.get(fd) ?? new Map()) ?? []);
    if (words.length === 0) return call(fd, bytes, length, flags);
    return change({
      words: [places.get(fd), ...words].join(" "),
      call: () => call(fd, bytes, length, flags),
      spoil: () => bytes.writeUInt16LE(UNKNOWN_TYPE, 4),
      onAnswer: (then) => {
        awaited = { fd, left: messages.length, then };
      },
    });
  },
  recv(call, fd, bytes, room, flags) {
    const length = call(fd, bytes, room, flags);
    if (length <= 0 || room === 0) return length;
    for (const message of unpacked(bytes.subarray(0, length))) {
      if (message.type === RTM_NEWLINK) links.get(fd)?.set(...linkIn(message));
      if (awaited?.fd === fd && [NLMSG_ERROR, NLMSG_DONE].includes(message.type)) awaited.left -= 1;
    }
    if (awaited?.left !== 0) return length;
    const { then } = awaited;
    awaited = undefined;
    then();
    return length;
  },
  mount(call, source, target, type, flags, data) {
    const words = `mount target=${target} flags=${flags}`;
    return change({ words, call: () => call(source, target, type, flags, data) });
  },
  umount2(call, target, flags) {
    return change({ words: `umount2 target=${target}`, call: () => call(target, flags) });
  },
  ioctl(call, fd, request, argument) {
    return change({ words: `ioctl ${request}`, call: () => call(fd, request, argument) });
  },
  nft_run_cmd_from_buffer(call, context, command) {
    return change({ words: nftWords(command), call: () => call(context, command) });
  },
  nft_run_cmd_from_filename(call, context, file) {
    return change({ words: nftWords(fs.readFileSync(file, "utf8")), call: () => call(context, file) });
  },
};

/** In one line, without what is another one in each run. */
function nftWords(command: string): string {
  return `${place} nft ${command
    .trim()
    .replace(/:[0-9a-f]{18}/g, ":TOKEN")
    .replaceAll("\n", " ")}`;
}

/** The name of a namespace; the plugin's own comes without a file of it. */
function placeOf(fd: number): string {
  const file = fs.readlinkSync(`/proc/self/fd/${fd}`);
  return file.startsWith("/") ? path.basename(file) : "host";
}

function watchSysctls(): void {
  const keys = new Map<number, string>();
  const { openSync, writeSync } = fs;
  fs.openSync = (file, ...rest) => {
    const fd = openSync(file, ...rest);
    keys.delete(fd);
    if (String(file).startsWith(SYSCTLS)) keys.set(fd, String(file).slice(SYSCTLS.length));
    return fd;
  };
  fs.writeSync = ((fd: number, value: string, ...rest: never[]) => {
    const call = () => writeSync(fd, value, ...rest);
    const key = keys.get(fd);
    return key === undefined ? call() : change({ words: `${place} ${key}=${value.trimEnd()}`, call });
  }) as typeof fs.writeSync;
}
