import { netnsPath } from "./netnsPath";
import type { Step } from "./step";
import { slashed } from "./sysctl";
import type { Job } from "./waves";

/** A word that `ip -batch` reads as it is: nothing in it is a blank, a quote, a comment or a line's end. */
const BATCHABLE = /^[A-Za-z0-9_.:/@%+,=-]+$/;
/** The kernel takes words of a command up to 128 KiB (MAX_ARG_STRLEN), and 2 MiB of them (execve(2)). */
const LONGEST_TEXT = 100 * 1024;
const LONGEST_ARGV = 1024 * 1024;
/** More than this in one go would leave other processors idle at the end. */
const MOST_JOBS = 128;

export function isPlain(word: string): boolean {
  return BATCHABLE.test(word);
}

/** A line of a batch begins with the object: it has no options. */
function isBatchable({ argv }: Step): boolean {
  return argv[0] === "ip" && !argv[1]?.startsWith("-") && argv.every(isPlain);
}

/** Whether the steps of a job can go out as one batch in its namespace. */
export function isOneBatch({ netns, steps }: Job): boolean {
  const [first, ...others] = steps;
  const isMaking = first?.makes && isPlain(first.makes.name) && isPlain(first.makes.alias);
  return (
    netns !== undefined &&
    (isMaking ? others : steps).every((step) => isBatchable(step) && !step.makes) &&
    textOf(steps).length < LONGEST_TEXT
  );
}

/**
 * Runs a batch of `ip` in each of many namespaces, one after the other, and shows after each what is in there: a line of
 * JSON for each that succeeded. A shell, since it starts a process in a third of the time that Node takes. Of a batch
 * it is told the namespace's file, or nothing and the name for a new one, and the lines before and after that gets its
 * name; no line of it becomes a part of the script. The pid that `ip netns attach` wants is that of the batch itself.
 */
const SCRIPT = `job=
trap 'kill "$job" 2>/dev/null; exit 143' TERM
while [ $# -gt 0 ]; do
  if [ -n "$1" ]; then
    nsenter --net="$1" -- ip -j -d -batch - <<END &
$4
addr show
END
  else
    { read -r pid rest </proc/self/stat; exec unshare --net -- ip -j -d -batch - <<END
$3
netns attach $2 $pid
$4
addr show
END
    } &
  fi
  job=$!
  wait "$job" || exit
  shift 4
done`;

/** The command that runs these jobs, each of which must be one batch. */
export function batchesOf(jobs: readonly Job[]): string[] {
  const words = jobs.flatMap(({ netns, steps: [first, ...others] }) => {
    if (first?.makes) return ["", first.makes.name, `link set dev lo alias ${first.makes.alias}`, textOf(others)];
    return [netnsPath(netns as string), "", "", textOf(first ? [first, ...others] : [])];
  });
  return ["sh", "-c", SCRIPT, "sh", ...words];
}

/** Even shares of the jobs, none of them too much for one command. */
export function shares(jobs: readonly Job[], workers: number): Job[][] {
  const size = Math.max(1, Math.min(MOST_JOBS, Math.ceil(jobs.length / workers)));
  const all: Job[][] = [];
  let bytes = 0;
  for (const job of jobs) {
    const length = textOf(job.steps).length;
    const share = all.at(-1);
    if (share && share.length < size && bytes + length < LONGEST_ARGV) share.push(job);
    else all.push([job]);
    bytes = share === all.at(-1) ? bytes + length : length;
  }
  return all;
}

/** The lines of a batch. */
export function textOf(steps: readonly Step[]): string {
  return steps.map((step) => step.argv.slice(1).join(" ")).join("\n");
}

/** Neighbours that can go out in one command go together: those that run `ip` in one namespace, and sysctls of one. */
export function batches(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    const isSameSort = before && ((isBatchable(before) && isBatchable(step)) || areSettings(before, step));
    if (last && isSameSort && before.netns === step.netns) last.push(step);
    else groups.push([step]);
  }
  return groups;
}

function isSetting({ argv: [program, option = ""] }: Step): boolean {
  return program === "sysctl" && /^-e?w$/.test(option);
}

function areSettings(one: Step, other: Step): boolean {
  return isSetting(one) && isSetting(other) && one.argv[1] === other.argv[1];
}

/** The command for a group of `batches`, and what it is given to read. */
export function commandFor(batch: readonly Step[]): { argv: readonly string[]; text?: string } {
  const [first, ...others] = batch;
  if (!first) return { argv: [] };
  if (others.length === 0) return { argv: first.argv, ...(first.stdin !== undefined && { text: first.stdin }) };
  if (isSetting(first)) return { argv: [...first.argv, ...others.flatMap((step) => step.argv.slice(2))] };
  return { argv: ["ip", "-batch", "-"], text: `${textOf(batch)}\n` };
}

/** Which step of a job of `batchesOf` has failed: making takes two lines. */
export function stepAt({ steps }: Job, stderr: string): Step | undefined {
  const line = failedLine(stderr) ?? 1;
  return steps[0]?.makes ? steps[Math.max(0, line - 2)] : steps[line - 1];
}

function failedLine(stderr: string): number | undefined {
  const line = /^Command failed -:(\d+)/m.exec(stderr)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Which step of a batch has failed, by what was printed: the first where nothing says so. */
export function failedStep(batch: readonly Step[], stderr: string): Step | undefined {
  const line = failedLine(stderr);
  if (line !== undefined) return batch[line - 1] ?? batch[0];
  const named = batch.find((step) => isSetting(step) && names(stderr, step.argv[2] ?? ""));
  return named ?? batch[0];
}

/** sysctl(8) names the key that it could not write in one of its two notations, or by its file. */
function names(stderr: string, setting: string): boolean {
  const key = setting.slice(0, setting.indexOf("="));
  return stderr.includes(key) || stderr.includes(slashed(key));
}
