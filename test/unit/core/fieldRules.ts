import assert from "node:assert/strict";
import type { z } from "zod";

export interface FieldRules {
  field: z.ZodType;
  /** What it takes as it is. */
  takes: unknown[];
  /** What it refuses, and the whole of what it says then. */
  faults: [value: unknown, reason: string][];
}

/** A suite for each field. */
export function fieldSuites(rules: Record<string, FieldRules>): void {
  for (const [name, { field, takes, faults }] of Object.entries(rules)) {
    describe(`the field ${name}`, () => {
      for (const value of takes) {
        it(`takes ${show(value)} as it is`, () => assert.equal(field.parse(value), value));
      }
      for (const [value, reason] of faults) {
        it(`says of ${show(value)}: ${reason}`, () => {
          assert.deepEqual(
            field.safeParse(value).error?.issues.map(({ message }) => message),
            [reason],
          );
        });
      }
    });
  }
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `a string of ${String(value).length}` : text;
}
