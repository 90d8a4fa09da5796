import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { NetnsError } from "../errors";
import type { Place } from "./place";
import { sudoFailure, throughSudo } from "./sudo";

/** A program, as a process of this one's is started. */
export interface Start {
  file: string;
  words: readonly string[];
  env: NodeJS.ProcessEnv;
}

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
  /** The error that says why it did not come up. */
  failure: Fails;
  /** What is to be done when it has ended. */
  ended(exitCode: number | null): Promise<void>;
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
  const failure = failureIn(place);
  const folder = await privateFolder(place).catch((error: Error) => Promise.reject(failure(error.message, "kernel")));
  const hide = () => rm(folder, { recursive: true, force: true });
  try {
    const socket = join(folder, "socket");
    const { file, words, env } = throughSudo(workerWords(process.execPath, opening.main, socket));
    opening.debug(["sudo", ...words].join(" "));
    const child = spawn(file, words, { env, cwd: "/" });
    return { child, socket, isFar: false, where: "that is root through sudo", failure, ended: async () => {}, hide };
  } catch (error) {
    await hide();
    throw error;
  }
}

function workerWords(node: string, main: string, socket: string): string[] {
  return [node, main, `--worker=${socket}`];
}

function failureIn(_place: Place): Fails {
  return sudoFailure;
}

/** For who is known by a socket's folder, which takes few letters; and where a sandbox is not below /run, of which it has another. */
async function privateFolder({ sandbox }: Place): Promise<string> {
  const within = (folder: string) => mkdtemp(join(resolve(folder), "netns-"));
  const runtime = process.env.XDG_RUNTIME_DIR;
  if (!runtime || sandbox !== undefined) return within(tmpdir().length > MOST_OF_PATH ? "/tmp" : tmpdir());
  return within(runtime).catch(() => within(tmpdir()));
}
