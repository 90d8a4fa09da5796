import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "../core/check";
import { count, flag } from "../core/fields";
import { joinId, splitId } from "../core/id";
import {
  command,
  environment,
  fileTexts,
  folderPath,
  pattern,
  processName,
  signalName,
  userName,
} from "../core/processFields";
import type { Kernel } from "../kernel/kernel";
import {
  type Command,
  endStep,
  hasMembers,
  listProcesses,
  type ProcessPlace,
  showProcess,
  startStep,
} from "../kernel/process";
import type { Step } from "../kernel/step";
import { type DeepPartial, defineKind, inNamespace, type Seen } from "./kind";

const KIBIBYTE = 1024;
const LOG_BYTES = 1024 * KIBIBYTE;
/** What the host cannot tell. */
const HOW_IT_ENDS = { stopSignal: "TERM", stopTimeoutMs: 10_000 };
const milliseconds = (least: number) =>
  z
    .int({ error: "must be a whole number of milliseconds" })
    .min(least, { error: `is below ${least}` })
    .max(3_600_000, { error: "is above 3600000, which is an hour" });

const ready = z
  .strictObject({
    tcp: count(1, 65_535).optional().meta({
      description: "A TCP port that is listened on in the namespace, whoever does so.",
    }),
    udp: count(1, 65_535).optional().meta({
      description: "A UDP port that is listened on in the namespace, whoever does so.",
    }),
    line: pattern().optional().meta({
      description: "A regular expression, in JavaScript's words, that a line of its output matches.",
    }),
    command: command().optional().meta({
      description:
        "A command that succeeds, with what the process sees: its network and its files. It is run again and again, as root.",
    }),
    timeoutMs: milliseconds(1).optional().meta({
      description: "How long it may take, in milliseconds. Default: 10000.",
    }),
  })
  .meta({ id: "ProcessReady", description: "What shows that a process can be used: all of what is said here." });

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that it runs in"),
  name: processName().meta({
    description:
      "What it is called in its namespace: at most 100 letters, digits, `_`, `.` and `-`, with neither of the last two first. " +
      "Defaults to the resource's logical name, without a random suffix.",
    replaces: true,
  }),
  argv: command().meta({
    description:
      "The program and its words. No shell reads them. The program is looked for on the PATH of the lab host. A change starts " +
      "it anew, as does one of `env`, `cwd`, `user`, `files` and `logBytes`.",
  }),
  env: environment()
    .optional()
    .meta({
      description:
        "Variables of its environment. Besides, it has PATH, HOME, USER, LOGNAME and NETNS_PROCESS, by which the " +
        "provider knows it, and nothing of the environment of Pulumi.",
    }),
  cwd: folderPath().default("/").meta({ description: "The folder that it runs in. Default: `/`.", kernelDefault: "/" }),
  user: userName()
    .optional()
    .meta({
      description:
        "The user of the lab host that it runs as, by name. Absent: root. In a sandbox there may be no other " +
        "(docs/host.md).",
    }),
  files: fileTexts()
    .optional()
    .meta({
      description:
        'Texts that it sees in the place of files, by their absolute paths, such as `{ "/etc/resolv.conf": "nameserver ' +
        '10.0.0.1\\n" }`. Nobody else sees them, and a file need not be there. A text that begins with `#!` can be run. Besides, it sees the files of ' +
        "/etc/netns/NAMESPACE, as with `ip netns exec`.",
    }),
  running: flag().default(true).meta({
    description: "Whether it runs. With `false` it is ended, and its log is kept. Default: true.",
  }),
  ready: ready.optional().meta({
    description:
      "What must be so before its start has succeeded, and what needs it goes on. Absent: it has run for a quarter of a second.",
    policy: true,
  }),
  logBytes: z
    .int({ error: "must be a whole number of bytes" })
    .min(16 * KIBIBYTE, { error: "is below 16384, the least that is kept" })
    .max(KIBIBYTE ** 3, { error: "is above 1073741824, which is 1 GiB" })
    .default(LOG_BYTES)
    .meta({
      description:
        "How much of its output is kept, in bytes, of standard output and standard error together: as soon as `log` has half of " +
        "that, it becomes `log.1`, and the `log.1` before it is gone. It is in memory (/run). Default: 1048576, 1 MiB.",
      kernelDefault: LOG_BYTES,
    }),
  stopSignal: signalName().default(HOW_IT_ENDS.stopSignal).meta({
    description: "The signal that ends it, and all of its children, by its name. Default: `TERM`.",
    policy: true,
  }),
  stopTimeoutMs: milliseconds(0).default(HOW_IT_ENDS.stopTimeoutMs).meta({
    description:
      "How long it may take to end before it is killed with all of its children, in milliseconds. Default: 10000.",
    policy: true,
  }),
});

const outputs = inputs.extend({
  pid: z.int().optional().meta({
    description:
      "Its number, as its lab host has it; where it has gone to the background, that of its oldest child. Absent: it does not run.",
  }),
  exitCode: z.int().optional().meta({
    description: "Of one that has ended: its exit code, and 128 and the signal's number where a signal ended it.",
  }),
  log: z.string().meta({ description: "The file that its output is in, on the lab host; root alone may read it." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

/** What a change of starts it anew. */
const COMMAND = ["argv", "env", "cwd", "user", "files", "logBytes"] as const;

export const process = defineKind({
  type: "Process",
  description:
    "A command that runs in a namespace as long as it is in the stack: a server, a routing daemon, a DHCP client. It runs on when " +
    "Pulumi has ended, has a session, a process group and mounts of its own, and sees of files what `ip netns exec` shows. When it " +
    "is ended, all of its children are, whatever they have done to get away. One that has ended by itself is drift: the next " +
    "`pulumi up` starts it anew.\n\n" +
    "The provider needs util-linux and a shell on the lab host. With the lab host, or the sandbox that it is in, " +
    "it ends, as its namespace does.",
  example: `import * as netns from "pulumi-netns";

const server = new netns.Namespace("server");
const web = new netns.Process("web", {
  namespace: server.name,
  argv: ["python3", "-m", "http.server", "80"],
  ready: { tcp: 80 },
});
export const log = web.log;`,
  inputs,
  outputs,
  autoname: "name",
  crossCheck,
  idForm: "NAMESPACE/NAME (NAME alone without a namespace)",
  id: ({ namespace, name }) => joinId(namespace, name),
  parseId(id): ProcessPlace | undefined {
    const split = splitId(id, 1);
    const name = processName().safeParse(split?.parts[0]).data;
    return name === undefined ? undefined : { name, ...(split?.netns !== undefined && { namespace: split.netns }) };
  },
  where: placeOf,

  observe,
  plan: (want, have, mark) => {
    const start = startStep({
      place: placeOf(want),
      command: commandOf(want),
      ready: want.ready,
      mark,
      isStopped: !want.running,
    });
    const stop = (of: State) => end(of, howItEnds(want), mark, false);
    if (!have) return [start];
    const isSame = isDeepStrictEqual(commandOf(want), commandOf(have));
    if (isSame && want.running === have.running) return [];
    return isSame && !want.running ? [stop(have)] : [stop(have), start];
  },
  remove: (have, seen) => [end(have, howItEnds(have), seen.mark ?? "", true)],

  preview: () => ({}),
  adopt: ({ pid: _, exitCode: __, log: ___, ...rest }) => ({ ...HOW_IT_ENDS, ...rest }),
  facts: () => [],
  bearsMark: true,
  identity: [["pid"]],
  called: ({ name }) => [name],
  list: async (kernel, { namespace }) =>
    (await listProcesses(kernel))
      .filter((place) => namespace === undefined || place.namespace === namespace)
      .map((place) => joinId(place.namespace, place.name)),
});

/** Its record says what it is, and /proc whether it runs. */
async function observe(kernel: Kernel, where: ProcessPlace, mark?: string): Promise<Seen<State> | undefined> {
  const shown = await showProcess(kernel, where);
  const id = joinId(where.namespace, where.name);
  const leftover = (of: string) => [end(where, {}, of, true)];
  if (!shown)
    return mark !== undefined && (await hasMembers(kernel, where, mark))
      ? { what: `the process ${id}, whose folder is gone`, mark, leftover: leftover(mark) }
      : undefined;
  const { record, pid, life, log, isHalf, isElsewhere } = shown;
  const own = { mark: record.mark, what: `the process ${id}${pid === undefined ? "" : ` (${pid})`}` };
  if (isElsewhere) return { ...own, what: `${own.what} of a namespace that is gone`, leftover: leftover(record.mark) };
  if (isHalf) return { ...own, what: `${own.what}, whose start was interrupted`, leftover: leftover(record.mark) };
  const running = pid !== undefined;
  const state = {
    ...placeOf(where),
    ...record.command,
    running,
    ...(running ? { pid } : life.exitCode !== undefined && { exitCode: life.exitCode }),
    log,
  };
  return { ...own, state: state as unknown as State };
}

function end(
  { namespace, name, pid }: ProcessPlace & { pid?: number | undefined },
  given: Partial<typeof HOW_IT_ENDS>,
  mark: string,
  isForgotten: boolean,
): Step {
  const { stopSignal: signal, stopTimeoutMs: patienceMs } = { ...HOW_IT_ENDS, ...given };
  return endStep({ place: placeOf({ namespace, name }), mark, isForgotten, signal, patienceMs }, pid);
}

/** What is said of it: an undefined one, as a state from before may have it, says nothing. */
function howItEnds({ stopSignal, stopTimeoutMs }: Partial<typeof HOW_IT_ENDS>): Partial<typeof HOW_IT_ENDS> {
  return { ...(stopSignal !== undefined && { stopSignal }), ...(stopTimeoutMs !== undefined && { stopTimeoutMs }) };
}

function placeOf({ namespace, name }: ProcessPlace): ProcessPlace {
  return namespace === undefined ? { name } : { name, namespace };
}

/** Only what is said: what is kept of it has no other keys. */
function commandOf(of: Pick<Inputs, (typeof COMMAND)[number]>): Command {
  const said = COMMAND.flatMap((key) => (of[key] === undefined ? [] : [[key, of[key]]]));
  return Object.fromEntries(said) as unknown as Command;
}

function crossCheck({ env }: DeepPartial<Inputs>): Fault[] {
  return env && "NETNS_PROCESS" in env
    ? [{ path: ["env", "NETNS_PROCESS"], reason: "is the variable by which the provider knows it" }]
    : [];
}
