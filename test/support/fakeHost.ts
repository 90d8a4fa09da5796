import type { FileFacts, Host, RunOptions, RunResult } from "../../provider/host/host";

export type Answer = Partial<RunResult> | undefined;

/** What `stat` says of a folder, but for what a test says of it. */
export function folderFacts(own: Partial<FileFacts> = {}): FileFacts {
  const facts = { device: 1, inode: 1, bornSeconds: 1, changedMs: 1, size: 0, access: 0o755, isNamespace: false };
  return { ...facts, ...own };
}

/** The same of a namespace. */
export function netnsFacts(inode: number): FileFacts {
  return folderFacts({ device: 4, inode, access: 0o444, isNamespace: true });
}

/** A host of nothing but memory: files in a map, and commands that a function answers. It writes down all it is told. */
export class FakeHost implements Host {
  /** In order: commands as one line each, `write PATH` and `remove PATH`. */
  readonly log: string[] = [];
  readonly argvs: (readonly string[])[] = [];
  readonly stdins: (string | undefined)[] = [];
  readonly files = new Map<string, string>();
  /** What `stat` says besides the plain files. */
  readonly facts = new Map<string, FileFacts>([["/proc/sys/net", folderFacts()]]);
  rights: string[] = [];
  prefix: readonly string[] = [];

  /** Without an answer a command succeeds and prints nothing. */
  constructor(private readonly answer: (argv: readonly string[], options: RunOptions) => Answer = () => undefined) {}

  async run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
    this.log.push(argv.join(" "));
    this.argvs.push(argv);
    this.stdins.push(options.stdin);
    return { stdout: "", stderr: "", exitCode: 0, ...this.answer(argv, options) };
  }

  async readFile(path: string) {
    return this.files.get(path);
  }

  async writeFile(path: string, text: string) {
    this.log.push(`write ${path}`);
    this.files.set(path, text);
  }

  async removeFiles(paths: readonly string[]) {
    for (const path of paths) {
      if (this.files.delete(path)) this.log.push(`remove ${path}`);
    }
  }

  async makeFolder(path: string) {
    this.facts.set(path, folderFacts({ inode: this.facts.size + 1 }));
  }

  foreign: string | undefined;

  async whyForeign() {
    return this.foreign;
  }

  async removeFolder() {}

  async readFolder(path: string) {
    return [...this.files.keys(), ...this.facts.keys()]
      .filter((file) => file.startsWith(`${path}/`))
      .map((file) => file.slice(path.length + 1));
  }

  async stat(path: string) {
    return this.facts.get(path);
  }

  async missingRights() {
    return this.rights;
  }
}
