import fc from "fast-check";
import { manualChangesOf } from "./manualChanges";
import { type Program, type Resource, resolved } from "./program";

/** What somebody does by hand to one resource of a program: the choice of it, and of what is done. */
export interface Choice {
  which: number;
  what: number;
}

export const choices: fc.Arbitrary<Choice[]> = fc.uniqueArray(
  // Small numbers are no likelier than others: 0 is the namespace that goes with all that is in it.
  fc.record({ which: fc.noBias(fc.nat(23)), what: fc.noBias(fc.nat(29)) }),
  { minLength: 1, maxLength: 3, selector: ({ which }) => which },
);

/** The commands of these choices, each for another resource. */
export function manualChangesFor(program: Program, chosen: readonly Choice[]): string[] {
  if (program.length === 0) return [];
  const texts = byName(program);
  const doing = new Map(chosen.map(({ which, what }) => [texts[which % texts.length] as Resource, what]));
  return [...doing].flatMap(([resource, what]) => {
    const changes = manualChangesOf(resource, texts);
    return changes[what % changes.length] ?? [];
  });
}

/** The program with the names that its texts have in the kernel: all outputs that one names are inputs of another. */
export function byName(program: Program): Resource[] {
  const found: Resource[] = [];
  for (const resource of program) {
    const outputs = (name: string) => ({ name, ...found.find((one) => one.name === name)?.inputs });
    found.push({ ...resource, inputs: resolved(resource, outputs) });
  }
  return found;
}
