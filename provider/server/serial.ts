import { readFileSync } from "node:fs";
import { isLinux } from "../host/linux";

/** The words of `pulumi` that say how many steps it does side by side. */
const PARALLEL = /^(?:--parallel|-p)(?:=?(\d+))?$/;

/**
 * Whether who has started us, Pulumi's engine, does one step at a time (`--parallel 1`, PULUMI_PARALLEL): no call says that.
 * Where it cannot be told, it is taken to do more.
 */
export function isSerial(pid = process.ppid, env: NodeJS.ProcessEnv = process.env): boolean {
  return (parallelIn(wordsOf(pid)) ?? env.PULUMI_PARALLEL) === "1";
}

/** The number that the words of a command line give, as it is written; the last of several counts. */
export function parallelIn(words: readonly string[]): string | undefined {
  const given = words.flatMap((word, index) => {
    const found = PARALLEL.exec(word);
    return found ? [found[1] ?? words[index + 1]] : [];
  });
  return given.at(-1);
}

function wordsOf(pid: number): string[] {
  if (!isLinux) return [];
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}
