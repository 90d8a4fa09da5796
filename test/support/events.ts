import { readFile } from "node:fs/promises";

/** What the engine's `--event-log` tells of one operation. */
export interface Events {
  /** How many resources had what done to them: `{ create: 5, same: 1 }`. */
  changes: Record<string, number>;
  /** What the engine did with each resource, in its order; `urn` is cut down to `Type name`. */
  steps: { op: string; resource: string; diff: string[] }[];
  /** What was said at severity error, warning or info, without the engine's prefix. */
  diagnostics: { severity: string; message: string }[];
}

interface EngineEvent {
  summaryEvent?: { resourceChanges: Record<string, number> };
  resourcePreEvent?: { metadata: { op: string; urn: string; detailedDiff: object | null } };
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
    steps: all.flatMap(({ resourcePreEvent }) => {
      if (!resourcePreEvent) return [];
      const { op, urn, detailedDiff } = resourcePreEvent.metadata;
      const [, , type = "", name] = urn.split("::");
      return [{ op, resource: `${type.split(":").at(-1)} ${name}`, diff: Object.keys(detailedDiff ?? {}) }];
    }),
    diagnostics: all.flatMap(({ diagnosticEvent: event }) => (event && event.severity !== "debug" ? [event] : [])),
  };
}
