import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { joinId, splitId } from "../core/id";
import { processName } from "../core/processFields";
import { HOW_IT_ENDS, processInputs } from "../core/processInputs";
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
import { defineKind, inNamespace, type Seen } from "./kind";

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that it runs in"),
  name: processName().meta({
    description:
      "What it is called in its namespace: at most 100 letters, digits, `_`, `.` and `-`, with neither of the last two first. " +
      "Defaults to the resource's logical name, without a random suffix.",
    replaces: true,
  }),
  ...processInputs,
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
  const { record, pid, life, log, whyEnded, isHalf, isElsewhere } = shown;
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
  const why = whyEnded && { running: { tried: "it has ended after its start", ...whyEnded } };
  return { ...own, state: state as unknown as State, ...(why && { why }) };
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
