import { draftOf, type FileFacts, type Host } from "./host";

const FILE_MS = 10_000;
/** What `stat -f` calls nsfs, by its number in linux/magic.h or by name. */
const NSFS = /^(6e736673|nsfs)$/i;

/**
 * A host where all that is done is a command, files as well: for what is reached through another program, such as
 * sudo, whose words come in front of each command.
 */
export function commandHost({ run, prefix, missingRights }: Pick<Host, "run" | "prefix" | "missingRights">): Host {
  const tell = async (argv: string[], stdin?: string) => {
    const result = await run(argv, { stdin, signal: AbortSignal.timeout(FILE_MS) });
    return { ...result, ok: result.exitCode === 0 };
  };
  const must = async (argv: string[], stdin?: string): Promise<void> => {
    const { ok, stderr, failure } = await tell(argv, stdin);
    if (!ok) throw new Error(`${argv.join(" ")}: ${stderr || failure}`);
  };
  return {
    run,
    prefix,
    missingRights,
    readFile: async (path) => {
      const { ok, stdout } = await tell(["cat", "--", path]);
      return ok ? stdout : undefined;
    },
    writeFile: async (path, text) => {
      const draft = draftOf(path);
      await must(["install", "-D", "-m", "600", "/dev/null", draft]);
      await must(["dd", "status=none", `of=${draft}`], text);
      await must(["mv", "-T", "--", draft, path]);
    },
    removeFiles: (paths) => (paths.length === 0 ? Promise.resolve() : must(["rm", "-f", "--", ...paths])),
    makeFolder: (path) => must(["install", "-d", "-m", "755", path]),
    removeFolder: async (path) => void (await tell(["rmdir", "--", path])),
    readFolder: async (path) => {
      const { ok, stdout } = await tell(["ls", "-A1", "--", path]);
      return ok ? stdout.split("\n").filter((name) => name !== "") : [];
    },
    stat: async (path): Promise<FileFacts | undefined> => {
      const [file, system] = await Promise.all([
        tell(["stat", "-L", "-c", "%d %i %W", "--", path]),
        tell(["stat", "-f", "-c", "%t", "--", path]),
      ]);
      if (!file.ok || !system.ok) return undefined;
      const [device = 0, inode = 0, bornSeconds = 0] = file.stdout.trim().split(" ").map(Number);
      return { device, inode, bornSeconds, isNamespace: NSFS.test(system.stdout.trim()) };
    },
  };
}
