import type { FileFacts, Host, RunOptions, RunResult } from "../../../provider/host/host";
import { Kernel, type KernelOptions } from "../../../provider/kernel/kernel";
import { SharedReads } from "../../../provider/kernel/readCache";
import type { Definition } from "../../../provider/resources/kind";
import { Engine } from "../../../provider/server/engine";
import { Plugin } from "../../../provider/server/plugin";
import { FakeNetlink } from "./fakeNetlink";

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

/**
 * A host of nothing but memory, with its kernel: files in a map, and commands that a function answers. It writes down
 * all it is told.
 */
export class FakeHost implements Host {
  /** In order: commands as one line each, `write PATH` and `remove PATH`. */
  readonly log: string[] = [];
  readonly argvs: (readonly string[])[] = [];
  readonly stdins: (string | undefined)[] = [];
  readonly files = new Map<string, string>();
  /** What `stat` says besides the plain files. */
  readonly facts = new Map<string, FileFacts>([["/proc/sys/net", folderFacts()]]);
  rights: string[] = [];

  /** Without an answer a command succeeds and prints nothing. */
  constructor(
    private readonly answer: (argv: readonly string[], options: RunOptions) => Answer = () => undefined,
    readonly netlink = new FakeNetlink(),
  ) {}

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
    const files = new Set([...this.files.keys(), ...this.facts.keys(), ...this.netlink.namespaces.keys()]);
    return [...files].filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1));
  }

  async stat(path: string) {
    const netns = this.netlink.namespaces.get(path);
    return this.facts.get(path) ?? (netns && netnsFacts(netns.inode));
  }

  async missingRights() {
    return this.rights;
  }

  /** All that it was asked and told, its kernel as well. */
  get touched(): unknown[] {
    return [...this.log, ...this.netlink.looks, ...this.netlink.changes];
  }
}

/** A kernel behind such a host. */
export function kernelOn(host: FakeHost, more: Partial<KernelOptions> = {}): Kernel {
  const { signal } = new AbortController();
  return new Kernel({ host, netlink: host.netlink, sharedReads: new SharedReads(), signal, debug: () => {}, ...more });
}

/** A plugin whose machine is such a host. */
export function pluginOn(host: FakeHost, kinds: readonly Definition[]): Plugin {
  return new Plugin(kinds, "provider", host, host.netlink, new Engine());
}
