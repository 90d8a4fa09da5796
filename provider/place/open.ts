import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { NetnsError } from "../errors";
import { needLinux } from "../host/linux";
import { type Place, whereIs } from "./place";
import { ensureSandbox, wordsInto } from "./sandbox";
import { forwardedSocket, openOverSsh } from "./ssh";
import { sshFailure } from "./sshFailure";
import { asRoot, sudoFailure, throughSudo } from "./sudo";

/** A program, as a process of this one's is started. */
export interface Start {
  file: string;
  words: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** The error of what did not come up. */
type Fails = (said: string, kind: "kernel" | "timeout") => NetnsError;

/** A worker that has been started and is about to listen. */
export interface Started {
  child: ChildProcessWithoutNullStreams;
  /** Where it is reached from here. */
  socket: string;
  /** Its end, or ours, may not be seen from the other side: a network is in between. */
  isFar: boolean;
  /** Where it is, behind "the provider's process". */
  where: string;
  failure: Fails;
  /** Takes the socket away, as soon as the one connection stands. */
  hide(): Promise<void>;
}

export interface Opening {
  /** The file that the plugin is started by. */
  main: string;
  signal: AbortSignal;
  debug(line: string): void;
}

/** Longer than this, with what comes behind it, is no address of a socket: sun_path of unix(7). */
const MOST_OF_PATH = 80;

/**
 * Starts a worker of the plugin where a lab is. It listens on a socket in a folder that nobody else can enter, says so by
 * a line on its stdout, and ends with its stdin.
 */
export async function openWorker(place: Place, opening: Opening): Promise<Started> {
  if (place.host === undefined) needLinux();
  const failure = failureIn(place);
  const folder = await privateFolder(place).catch((error: Error) => Promise.reject(failure(error.message, "kernel")));
  const hide = () => rm(folder, { recursive: true, force: true });
  try {
    const socket = join(folder, "socket");
    const isFar = place.host !== undefined;
    const child = await (isFar ? startFar(place, opening, socket) : startHere(place, opening, socket));
    return { child, socket, isFar, where: whereIs(place), failure, hide };
  } catch (error) {
    await hide();
    throw error;
  }
}

type Running = ChildProcessWithoutNullStreams;

async function startFar(place: Place, { main, signal, debug }: Opening, local: string): Promise<Running> {
  const { host = "", sudo } = place;
  const remote = forwardedSocket();
  const argv = ({ folder, node }: { folder: string; node: string }) => {
    const there = { node, main: join(folder, "plugin", basename(main)), socket: remote.socket };
    const words = wordsThere(place, there);
    return sudo ? asRoot(words) : words;
  };
  return openOverSsh({ host, plugin: dirname(main), argv, forward: { local, remote }, signal, debug });
}

async function startHere(place: Place, { main, signal, debug }: Opening, socket: string): Promise<Running> {
  const there = { node: process.execPath, main, socket };
  if (place.sudo) return launch(throughSudo(wordsThere(place, there)), debug);
  const { sandbox } = await ensureSandbox(place.sandbox ?? "", { signal });
  const [file = "", ...words] = wordsInto(sandbox, workerWords(place, there));
  return launch({ file, words, env: process.env }, debug);
}

function launch({ file, words, env }: Start, debug: Opening["debug"]): Running {
  debug([basename(file), ...words].join(" "));
  // In a group of its own: the engine ends ours before it may be done, and Ctrl-C is for the engine.
  return spawn(file, words, { env, cwd: "/", detached: true });
}

interface There {
  node: string;
  /** The file that the plugin is started by, there. */
  main: string;
  socket: string;
}

function workerWords({ sandbox }: Place, { node, main, socket }: There): string[] {
  return [node, main, `--worker=${socket}`, ...(sandbox === undefined ? [] : ["--in-sandbox"])];
}

/** The same behind what gets into a sandbox there. */
function wordsThere(place: Place, there: There): string[] {
  const worker = workerWords(place, there);
  if (place.sandbox === undefined) return worker;
  return [there.node, join(dirname(there.main), "sandboxed.js"), place.sandbox, "--", ...worker];
}

function failureIn(place: Place): Fails {
  const { host, sudo } = place;
  return (said, kind) => {
    const onTheWay = host === undefined ? undefined : sshFailure(host, said);
    if (onTheWay) return onTheWay;
    if (sudo) return sudoFailure(said, kind, host);
    return new NetnsError({
      kind,
      tried: `could not start the provider's process ${whereIs(place)}`,
      said,
      todo: "See that this user can write in TMPDIR, and that nsenter of util-linux is there.",
    });
  };
}

/** For who is known by a socket's folder, which takes few letters; and where a sandbox is not below /run, of which it has another. */
async function privateFolder({ sandbox }: Place): Promise<string> {
  const within = (folder: string) => mkdtemp(join(resolve(folder), "netns-"));
  const runtime = process.env.XDG_RUNTIME_DIR;
  // A sandbox has a /run of its own.
  const isNoPlace = tmpdir().length > MOST_OF_PATH || (sandbox !== undefined && /^\/run(\/|$)/.test(resolve(tmpdir())));
  if (!runtime || sandbox !== undefined) return within(isNoPlace ? "/tmp" : tmpdir());
  return within(runtime).catch(() => within(tmpdir()));
}
