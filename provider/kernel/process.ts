import { joinId } from "../core/id";
import { type ErrorKind, NetnsError } from "../errors";
import type { Host } from "../host/host";
import { type Ending, endProcess } from "../process/end";
import { lifeOf, type Ready, runs } from "../process/ready";
import {
  badgeOf,
  type Command,
  folderOf,
  foldersIn,
  type Life,
  type ProcessPlace,
  type ProcessRecord,
  readRecord,
} from "../process/record";
import { membersOf } from "../process/scan";
import { startProcess, whyEnded } from "../process/start";
import { noNamespace } from "./advice";
import type { Looking } from "./looking";
import { netnsPath, netnsWord } from "./netnsPath";
import { recordsFolder } from "./records";
import type { Step } from "./step";

export type { Command, ProcessPlace };

/** How a process is started: see provider/process. */
export interface StartWish {
  place: ProcessPlace;
  command: Command;
  ready?: Ready | undefined;
  mark: string;
  isStopped: boolean;
}

export type EndWish = Omit<Ending, "folder" | "badge"> & { place: ProcessPlace; mark: string };

export interface ShownProcess {
  record: ProcessRecord;
  life: Life;
  /** Its number, or that of the child that it has left in the background; undefined where it does not run. */
  pid?: number | undefined;
  log: string;
  /** Of one that has ended: how, its last words, and what to do. */
  whyEnded?: { said: string; todo: string } | undefined;
  /** Its start has not come to its end. */
  isHalf: boolean;
  /** The namespace that it was started in is not the one of that name. */
  isElsewhere: boolean;
}

type Door = Looking & { signal: AbortSignal; interrupted(tried: string, said?: string): NetnsError };

export function startStep(wish: StartWish): Step {
  const { place, command, isStopped } = wish;
  const argv = ["setsid", ...command.argv];
  return { netns: place.namespace, argv, what: isStopped ? "record it" : "start it", starts: wish };
}

/** `pid`: as people type it; where that is not known, the id is in its place, which tells one step from another as well. */
export function endStep(wish: EndWish, pid: number | undefined): Step {
  const { namespace, name } = wish.place;
  const argv = ["kill", "-s", wish.signal, String(pid ?? joinId(namespace, name))];
  return { argv, what: "end it", ends: wish, outlives: true };
}

/** What a step does about a process; undefined where it is about none. */
export function processWork({ starts, ends }: Step): ((door: Door, tried: string) => Promise<void>) | undefined {
  if (starts) return (door, tried) => start(door, starts, tried);
  return ends && ((door, tried) => end(door, ends, tried));
}

async function start(door: Door, wish: StartWish, tried: string): Promise<void> {
  const { host, signal } = door;
  const { place, command, mark, ready, isStopped } = wish;
  const { namespace } = place;
  const file = await door.stat(netnsWord(namespace));
  if (!file?.isNamespace) throw new NetnsError({ kind: "notFound", tried, todo: noNamespace(namespace ?? "") });
  const record = { place, mark, inode: file.inode, command };
  const folder = folderOf(await recordsFolder(host), place);
  const namespaceFile = namespace === undefined ? undefined : netnsPath(namespace);
  const refused = await startProcess(host, { record, folder, namespaceFile, ready, isStopped }, signal);
  if (signal.aborted) throw door.interrupted(tried, refused?.said);
  if (refused) throw new NetnsError({ tried, ...refused, at: refused.property });
}

async function end(door: Door, { place, mark, ...ending }: EndWish, tried: string): Promise<void> {
  const { host, signal } = door;
  const folder = folderOf(await recordsFolder(host), place);
  const left = await endProcess(host, { folder, badge: badgeOf({ place, mark }), ...ending }, signal);
  if (signal.aborted) throw door.interrupted(tried);
  if (left.length > 0)
    throw held(
      tried,
      left.map(({ pid }) => pid),
    );
  // The last one takes the folder of all along.
  if (ending.isForgotten) await host.removeFolder(foldersIn(await recordsFolder(host)));
}

function held(tried: string, pids: readonly number[]): NetnsError {
  const kind: ErrorKind = "busy";
  const todo = "The kernel holds them (state D of ps(1)), or they are another user's: find what they wait for.";
  return new NetnsError({ kind, tried, said: `still there after SIGKILL: ${pids.join(", ")}`, todo });
}

/** The process of a place, as its folder and /proc show it. */
export async function showProcess(door: Door, place: ProcessPlace): Promise<ShownProcess | undefined> {
  const { host, signal } = door;
  const folder = folderOf(await recordsFolder(host), place);
  const read = (name: string) => host.readFile(`${folder}/${name}`);
  const [text, ready, life] = await Promise.all([read("record.json"), read("ready"), lifeOf(host, folder)]);
  const record = readRecord(text);
  if (!record) return undefined;
  const pid = await runs(host, badgeOf(record), life, signal);
  const isEnded = life.minder !== undefined && pid === undefined;
  const file = await door.stat(netnsWord(place.namespace));
  const isElsewhere = file?.inode !== record.inode;
  return {
    ...{ record, life, pid, log: `${folder}/log`, isHalf: ready === undefined, isElsewhere },
    ...(isEnded && { whyEnded: await whyEnded(host, folder, life, signal) }),
  };
}

/** Whether anything of a process is there still, where its folder is not. */
export async function hasMembers({ host, signal }: Door, place: ProcessPlace, mark: string): Promise<boolean> {
  return (await membersOf(host, badgeOf({ place, mark }), signal)).length > 0;
}

/** The places of all that are there. */
export async function listProcesses({ host }: { host: Host }): Promise<ProcessPlace[]> {
  const folder = foldersIn(await recordsFolder(host));
  const names = await host.readFolder(folder);
  const records = await Promise.all(names.sort().map((name) => host.readFile(`${folder}/${name}/record.json`)));
  return records.flatMap((text) => readRecord(text)?.place ?? []);
}
