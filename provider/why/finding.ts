import { pathText } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Live } from "../live/live";
import type { Reach } from "../model/reach/types";
import { outcomeText } from "../probe/outcome";
import type { Blame } from "./blame";
import { type Culprit, placeInProgram } from "./culprit";
import { linesToRemove, linesToSetBack } from "./mend";
import type { Change, Finding, Question } from "./question";
import type { Trace } from "./trace";
import { clause, driftText, lower, resourceText, wayText } from "./words";

export interface Found {
  question: Question;
  to: string;
  model: Reach;
  live: Live;
  sent: Trace | undefined;
  blame: Blame | undefined;
  kernel: Kernel;
}

/** What has been found out, in words. */
export async function findingOf(found: Found): Promise<Finding> {
  const { model, blame, sent } = found;
  const way = { there: wayText(model.there), back: wayText(model.back) };
  const heard = sent ? [`A packet was sent${ofWhat(found)}; what was heard: ${outcomeText(sent.outcome)}.`] : [];
  if (!blame) return { reaches: true, sentence: answered(found), ...way, proof: heard };
  const { direction, host, device, code, why, culprit, proof = [], todo, line } = blame;
  const change = culprit ? await changeOf(culprit, found) : line === undefined ? undefined : { lines: [line] };
  return {
    reaches: false,
    sentence: `${[clause(why), ...changeText(culprit, change, todo)].join(": ")}.`,
    ...{ direction, host, code, ...way },
    ...(device !== undefined && { device }),
    ...(change && { change }),
    proof: [...heard, ...proof],
    ...(todo !== undefined && { todo: todoOf(culprit, todo) }),
  };
}

function answered({ question: { from }, to, model, sent }: Found): string {
  const rtt = sent?.outcome.heard === "answer" ? ` in ${sent.outcome.rttMs} ms` : "";
  const text = `${from} reaches ${to}: the answer came${rtt}`;
  if (model.reaches !== false || !model.stop) return `${text}.`;
  return `${text}, though the model of the host says that it does not: ${clause(model.stop.why)}. Please report that.`;
}

function ofWhat({ question: { protocol, port, size }, to }: Found): string {
  const what = port === undefined ? protocol : `${protocol} port ${port}`;
  return ` to ${to} (${what}${size === undefined ? "" : `, ${size} bytes that may not be fragmented`})`;
}

function changeText(culprit: Culprit | undefined, change: Change | undefined, todo: string | undefined): string[] {
  switch (culprit?.what) {
    case "drift":
      return [[driftText(culprit.drift), ...(culprit.drift.isUnsaid ? [setBackText(change)] : [])].join(", and ")];
    case "foreign":
      return [
        `${change?.what} is not of the stack, ` +
          `${change?.lines[0] === undefined ? lower(clause(todo ?? "take it away")) : `and \`${change.lines[0]}\` ${culprit.resource.kind.setting ? "puts it back" : "takes it away"}`}`,
      ];
    case "program":
      if (culprit.path) {
        const said = `\`${pathText(culprit.path)}: false\` of ${resourceText(culprit.resource)}`;
        return [`the program keeps it down (${said}); ${lower(clause(todo ?? ""))}`];
      }
      return [`${todo === undefined ? "see" : `${lower(clause(todo))}, see`} ${resourceText(culprit.resource)}`];
    default:
      return change?.lines[0] === undefined ? (todo === undefined ? [] : [lower(clause(todo))]) : [change.lines[0]];
  }
}

/** What a program does not say, `up` leaves as it is. */
function setBackText(change: Change | undefined): string {
  const [line] = change?.lines ?? [];
  return line === undefined ? "`pulumi up` leaves it so" : `\`${line}\` sets it back`;
}

async function changeOf(culprit: Culprit, { live, kernel }: Found): Promise<Change> {
  if (culprit.what === "drift") {
    const { drift } = culprit;
    const lines = drift.isUnsaid ? linesToSetBack(kernel, live.resources, drift) : ["pulumi up"];
    return { resource: placeInProgram(drift), lines };
  }
  const { resource } = culprit;
  if (culprit.what === "program") return { resource: placeInProgram(culprit), lines: [] };
  return { what: live.foreign.get(resource) ?? resourceText(resource), lines: await linesToRemove(kernel, resource) };
}

function todoOf(culprit: Culprit | undefined, todo: string): string {
  if (culprit?.what === "drift")
    return culprit.drift.isUnsaid
      ? "Set it back, or say it in the program: `pulumi up` keeps only what the program says."
      : "`pulumi up` restores what the program says.";
  return todo;
}
