import { digest } from "../host/words";

/** Where a process is, by its namespace and a name in there. */
export interface ProcessPlace {
  namespace?: string | undefined;
  name: string;
}

/** What is started. */
export interface Command {
  argv: readonly string[];
  env?: Readonly<Record<string, string>> | undefined;
  cwd: string;
  user?: string | undefined;
  /** Texts that it sees in the place of files, by their paths. */
  files?: Readonly<Record<string, string>> | undefined;
  logBytes: number;
}

/** What is kept of a process on its host, for root alone, written before it is started. */
export interface ProcessRecord {
  place: ProcessPlace;
  mark: string;
  /** The number of the namespace that it was started in, which tells that from a later one of the same name. */
  inode: number;
  command: Command;
}

/** What a process bears, and its children, and no other one: several may have one mark, as all of a Topology do. */
export function badgeOf({ place: { namespace = "", name }, mark }: Pick<ProcessRecord, "place" | "mark">): string {
  return `${mark}.${digest(`${namespace}\n${name}`)}`;
}

/** The variable that has the badge, in the environment of the process and of its children. */
export const MARK_VARIABLE = "NETNS_PROCESS";

const FOLDER = "processes";
/** What a file may be called is shorter than what `encodeURIComponent` can make of a namespace. */
const MOST_LETTERS = 120;

export function foldersIn(records: string): string {
  return `${records}/${FOLDER}`;
}

/** The folder of a process: its record, its life and its log. */
export function folderOf(records: string, { namespace = "", name }: ProcessPlace): string {
  const encoded = encodeURIComponent(namespace);
  return `${foldersIn(records)}/${encoded.length > MOST_LETTERS ? `+${digest(namespace)}` : encoded}:${name}`;
}

/** What the minder has written down. */
export interface Life {
  /** The minder, which leads the session of those that are there for the process. */
  minder?: number;
  pid?: number;
  /** When the process was started, in the clock ticks of proc_pid_stat(5). */
  started?: string;
  exitCode?: number;
  /** What was in its log before: so many lines of the file of that number. */
  before?: { inode: number; lines: number };
}

export function readLife(text = ""): Life {
  const minder = /^by (\d+)$/m.exec(text)?.[1];
  const [, pid, started] = /^up (\d+) (\d+)$/m.exec(text) ?? [];
  const ended = /^ended (\d+)$/m.exec(text)?.[1];
  const [, inode, lines] = /^after (\d+) (\d+)$/m.exec(text) ?? [];
  return {
    ...(minder !== undefined && { minder: Number(minder) }),
    ...(pid !== undefined && { pid: Number(pid), started }),
    ...(ended !== undefined && { exitCode: Number(ended) }),
    ...(inode !== undefined && { before: { inode: Number(inode), lines: Number(lines) } }),
  };
}

/** What a file of that form says; undefined where it is none of ours. */
export function readRecord(text: string | undefined): ProcessRecord | undefined {
  try {
    const record = JSON.parse(text ?? "") as Partial<ProcessRecord> | null;
    return record?.place && typeof record.mark === "string" && record.command ? (record as ProcessRecord) : undefined;
  } catch {
    return undefined;
  }
}
