import { NetnsError } from "../../../provider/errors";
import { whyForeign } from "../../../provider/host/foreign";
import { draftOf, type FileFacts, type Host, type RunResult } from "../../../provider/host/host";
import { run } from "../../../provider/host/run";
import { SLOWNESS } from "../suites/slow";

const MISSING = /No such file or directory|Not a directory/;
const FILE_MS = 10_000 * SLOWNESS;
/** What `stat -f` calls nsfs, by its number in linux/magic.h or by name. */
const NSFS = /^(6e736673|nsfs)$/i;

/** Runs programs behind the words that lead to a lab host. */
export function behind(door: readonly string[]): Host["run"] {
  return (argv, options) => run([...door, ...argv], options);
}

/** A host where all that is done is a command, files as well: for one that this process is not on. */
export function commandHost(run: Host["run"]): Host {
  /** What a reading command says; undefined when the file is not there. Any other failure is no answer, but an error. */
  const read = async (argv: string[]): Promise<string | undefined> => {
    const result = await tell(argv);
    if (result.ok) return result.stdout;
    if (MISSING.test(result.stderr)) return undefined;
    throw failed(argv, result);
  };
  const tell = async (argv: string[], stdin?: string) => {
    const result = await run(argv, { stdin, signal: AbortSignal.timeout(FILE_MS) });
    return { ...result, ok: result.exitCode === 0 };
  };
  const must = async (argv: string[], stdin?: string): Promise<void> => {
    const result = await tell(argv, stdin);
    if (!result.ok) throw failed(argv, result);
  };
  return {
    run,
    missingRights: async () => [],
    readFile: (path) => read(["cat", "--", path]),
    writeFile: async (path, text) => {
      const draft = draftOf(path);
      await must(["install", "-D", "-m", "600", "/dev/null", draft]);
      try {
        await must(["dd", "status=none", `of=${draft}`], text);
        await must(["mv", "-T", "--", draft, path]);
      } catch (error) {
        await tell(["rm", "-f", "--", draft]);
        throw error;
      }
    },
    removeFiles: (paths) => (paths.length === 0 ? Promise.resolve() : must(["rm", "-f", "--", ...paths])),
    makeFolder: (path, mode = 0o755) => must(["install", "-d", "-m", mode.toString(8), path]),
    whyForeign: async (path) => {
      // The folder of the process that asks belongs to its user.
      const text = await read(["stat", "-c", "%u %a %F", "--", "/proc/self/", path]);
      if (text === undefined) return undefined;
      const [own = "", found = ""] = text.split("\n");
      const [uid, mode = "", ...type] = found.split(" ");
      const facts = { isFolder: type.join(" ") === "directory", uid: Number(uid), mode: Number.parseInt(mode, 8) };
      return whyForeign(facts, Number.parseInt(own, 10));
    },
    removeFolder: async (path) => void (await tell(["rmdir", "--", path])),
    readFolder: async (path) => {
      const text = await read(["ls", "-A1", "--", path]);
      return (text ?? "").split("\n").filter((name) => name !== "");
    },
    stat: async (path): Promise<FileFacts | undefined> => {
      const [file, system] = await Promise.all([
        read(["stat", "-L", "-c", "%d %i %W %.3Z %s %a", "--", path]),
        read(["stat", "-f", "-c", "%t", "--", path]),
      ]);
      if (file === undefined || system === undefined) return undefined;
      const words = file.trim().split(" ");
      const [device = 0, inode = 0, bornSeconds = 0, changed = 0, size = 0] = words.map(Number);
      const changedMs = Math.round(changed * 1000);
      const access = Number.parseInt(words[5] ?? "", 8);
      return { device, inode, bornSeconds, changedMs, size, access, isNamespace: NSFS.test(system.trim()) };
    },
  };
}

function failed(argv: string[], { stderr, failure }: RunResult): NetnsError {
  const kind = failure === "aborted" ? "timeout" : "kernel";
  return new NetnsError({ kind, tried: `could not run \`${argv.join(" ")}\``, said: stderr.trim() || failure });
}
