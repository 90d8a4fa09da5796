import { isLinux, needLinux } from "../provider/host/linux";
import { listSandboxes, removeSandbox, type Sandbox, sandboxNamed } from "../provider/place/sandbox";
import type { Wish } from "./goInto";
import { intoSandbox } from "./intoSandbox";
import { overSsh, sandboxedOn } from "./overSsh";
import { replaceBy } from "./replace";
import { runToEnd } from "./runToEnd";
import { shellToEnd } from "./terminal";
import { behind } from "./way";

/** The sandboxes of this user on a machine. */
export interface Sandboxes {
  list(): Promise<Sandbox[]>;
  /** Ends all that runs in one. */
  remove(name: string): Promise<void>;
  /** A command in one takes the place of this process, or else a shell. Returns only where none can: the exit code. */
  enter(name: string, argv: readonly string[]): Promise<number>;
}

export function sandboxesOn(host: string | undefined): Sandboxes {
  if (host !== undefined) return sandboxesThere(host);
  needLinux();
  return {
    list: listSandboxes,
    remove: async (name) => removeSandbox(await sandboxNamed(name)),
    async enter(name, argv) {
      const words = await intoSandbox(name);
      if (argv.length > 0) return replaceBy(words(argv));
      const shell = behind(words).half("inside.js", shellIn(name));
      return hasTerminal() ? shellToEnd(shell) : replaceBy(shell);
    },
  };
}

function sandboxesThere(host: string): Sandboxes {
  return {
    list: async () => JSON.parse(await sandboxedOn(host, ["--list"])) as Sandbox[],
    remove: async (name) => void (await sandboxedOn(host, ["--remove", name])),
    async enter(name, argv) {
      const way = await overSsh({ host, sandbox: name }, { tty: hasTerminal() });
      const words = way.half("inside.js", argv.length > 0 ? { namespace: "", argv } : shellIn(name));
      return isLinux ? replaceBy(words) : runToEnd(words);
    },
  };
}

function shellIn(label: string): Wish {
  return { namespace: "", argv: [], isShell: true, label };
}

function hasTerminal(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}
