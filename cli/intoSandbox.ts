import { searchPath } from "../provider/host/searchPath";
import { sandboxNamed, wordsInto } from "../provider/place/sandbox";

/**
 * As if it had been started in there: from the folder of this process, where there is one of that name, and ended by what
 * ends this process's child, though that only waits for it.
 */
const STARTED = ["setpriv", "--pdeathsig=TERM", "sh", "-c", 'cd -- "$0" 2>/dev/null; exec "$@"'];

/** The words that run a command in a sandbox of this user, as its root. */
export async function intoSandbox(name: string): Promise<(argv: readonly string[]) => string[]> {
  const sandbox = await sandboxNamed(name);
  // Who is root in there finds what root does.
  const found = ["env", `PATH=${searchPath()}`];
  return (argv) => wordsInto(sandbox, [...found, ...STARTED, process.cwd(), ...argv]);
}
