import { readFile } from "node:fs/promises";

/** What the engine's `--event-log` tells of one operation. */
export interface Events {
  /** How many resources had what done to them: `{ create: 5, same: 1 }`. */
  changes: Record<string, number>;
  /** What the engine did with each resource, in its order; `urn` is cut down to `Type name`. */
  steps: Step[];
  /** What came of each: of one that was refreshed, what was found (`same`, `update`, `delete`) and where it differs. */
  results: Step[];
  /** What was said at severity error, warning or info, without the engine's prefix. */
  diagnostics: { severity: string; message: string }[];
}

export interface Step {
  op: string;
  resource: string;
  diff: string[];
}

interface StepEvent {
  metadata: { op: string; urn: string; detailedDiff: object | null };
}

interface EngineEvent {
  summaryEvent?: { resourceChanges: Record<string, number> };
  resourcePreEvent?: StepEvent;
  resOutputsEvent?: StepEvent;
  diagnosticEvent?: { severity: string; message: string };
}

export async function readEvents(file: string): Promise<Events> {
  const text = await readFile(file, "utf8").catch(() => "");
  const all = text
    .split("\n")
    .filter(Boolean)
    .map((line): EngineEvent => JSON.parse(line));
  return {
    changes: all.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    steps: all.flatMap(({ resourcePreEvent: event }) => (event ? [stepOf(event)] : [])),
    results: all.flatMap(({ resOutputsEvent: event }) => (event ? [stepOf(event)] : [])),
    diagnostics: all.flatMap(({ diagnosticEvent: event }) => (event && event.severity !== "debug" ? [event] : [])),
  };
}

function stepOf({ metadata: { op, urn, detailedDiff } }: StepEvent): Step {
  const [, , type = "", name] = urn.split("::");
  return { op, resource: `${type.split(":").at(-1)} ${name}`, diff: Object.keys(detailedDiff ?? {}) };
}
