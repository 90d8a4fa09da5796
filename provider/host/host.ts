/** Where commands run and files are. Knows argv, bytes and exit codes, and no word of networks or of Pulumi. */
export interface Host {
  /** Runs a program to its end. Never throws for what the program does: see `failure`. */
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>;
  /** The text of a small file, undefined when there is none. */
  readFile(path: string): Promise<string | undefined>;
  /** Replaces a file in one move, making its folder. */
  writeFile(path: string, text: string): Promise<void>;
  /** Removes files; those that are not there are fine. */
  removeFiles(paths: readonly string[]): Promise<void>;
  makeFolder(path: string, mode?: number): Promise<void>;
  /** Why a folder is not in this user's hands alone: a link, another's, others may write. Undefined when it is, or is not there. */
  whyForeign(path: string): Promise<string | undefined>;
  /** Removes a folder if it is empty. */
  removeFolder(path: string): Promise<void>;
  /** The names in a folder, none when it is not there. */
  readFolder(path: string): Promise<string[]>;
  stat(path: string): Promise<FileFacts | undefined>;
  /** The capabilities that changing the host needs and that commands run here lack. */
  missingRights(): Promise<string[]>;
}

export interface RunOptions {
  stdin?: string | undefined;
  /** Aborting ends the program: SIGTERM, then SIGKILL. */
  signal: AbortSignal;
}

export interface RunResult {
  stdout: string;
  stderr: string;
  /** Undefined when the program did not end by itself. */
  exitCode: number | undefined;
  /** Why there is no exit code. */
  failure?: "notFound" | "aborted" | "killed";
}

export interface FileFacts {
  device: number;
  inode: number;
  bornSeconds: number;
  /** When it was changed last; of a mounted namespace, when it was mounted. */
  changedMs: number;
  size: number;
  /** Who may read, write and execute it: the last nine bits of its mode. */
  access: number;
  /** A mounted namespace (nsfs), and not a plain file. */
  isNamespace: boolean;
}

/** Where a file is written before it is moved into place: one that a killed process left is written over. */
export function draftOf(path: string): string {
  return `${path}.draft`;
}
