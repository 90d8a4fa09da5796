import type { z } from "zod";
import { type Fault, parse, unknownFaults } from "../core/check";
import { fieldAt } from "../core/meta";
import { getAt, type Json, pathText } from "../core/values";
import * as refusal from "../lifecycle/refusal";
import { MARK, PLACE } from "../lifecycle/state";
import { type Definition, token } from "../resources/kind";

/** Refuses inputs that no Check has let through: their words would become words of commands. */
export function needChecked(kind: Definition, values: Json): void {
  const faults = faultsIn(kind.inputs, values);
  if (faults.length > 0) throw refusal.unchecked(token(kind), told(faults));
}

/**
 * Refuses a state that no run of ours has recorded, edited by hand or cut short. One of an older or a newer provider
 * may lack outputs and have more.
 */
export function needRecorded(kind: Definition, id: string, state: Json): void {
  const faults = faultsIn(kind.outputs, withoutInternals(state)).filter(
    ({ path }) =>
      fieldAt(kind.outputs, path) && (getAt(state, path) !== undefined || fieldAt(kind.inputs, path) !== undefined),
  );
  for (const key of [MARK, PLACE]) {
    if (!["string", "undefined"].includes(typeof state[key])) faults.push({ path: [key], reason: "must be a string" });
  }
  if (faults.length > 0) throw refusal.damaged(`${token(kind)} ${id}`, told(faults));
}

function faultsIn(schema: z.ZodObject, values: Json): Fault[] {
  return [...parse(schema, values).faults, ...unknownFaults(values)];
}

export function withoutInternals(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("__")));
}

function told(faults: readonly Fault[]): string {
  return faults.map(({ path, reason }) => `${pathText(path)}: ${reason}`).join("; ");
}
