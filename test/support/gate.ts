import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "./project";
import { until } from "./until";

/** At most this many looks, 50 ms apart: a test that dies leaves nothing that runs for ever. */
const LOOKS = 1200;

/** An `ip` for the front of PATH that stops before a command of a certain form until it is told to go on. */
export class Gate {
  private constructor(readonly folder: string) {}

  /**
   * `pattern` is one of sh's `case`, matched against the words of `ip`. What stands there may be deaf to SIGTERM. With
   * `file`, only one command is stopped: the first when that is there.
   */
  static async before(pattern: string, { isDeaf = false, file = "" } = {}): Promise<Gate> {
    const gate = new Gate(await scratch("gate"));
    const at = (name: string) => path.join(gate.folder, name);
    const when = file === "" ? "true" : `[ -e ${file} ] && [ ! -e ${at("reached")} ]`;
    const script = [
      "#!/bin/sh",
      `if ${when}; then case "$*" in ${pattern})`,
      ...(isDeaf ? ["  trap '' TERM"] : []),
      `  [ -e ${at("open")} ] || echo $$ > ${at("reached")}`,
      `  looks=0; while [ ! -e ${at("open")} ] && [ $looks -lt ${LOOKS} ]; do sleep 0.05; looks=$((looks + 1)); done ;;`,
      "esac; fi",
      'exec /usr/sbin/ip "$@"',
    ];
    await writeFile(at("ip"), `${script.join("\n")}\n`);
    await chmod(at("ip"), 0o755);
    return gate;
  }

  get path(): string {
    return `${this.folder}:${process.env.PATH}`;
  }

  /** Resolves with the process that stands at the gate. */
  reached(): Promise<number> {
    return until("the command at the gate", async () => {
      const text = await readFile(path.join(this.folder, "reached"), "utf8").catch(() => "");
      return text.endsWith("\n") && Number(text);
    });
  }

  open(): Promise<void> {
    return writeFile(path.join(this.folder, "open"), "");
  }

  close(): Promise<void> {
    return remove(this.folder);
  }
}
