import { getAt, type Json, leaves, mapLeaves } from "../../provider/core/values";

/** A resource of a program as plain data. `${net0.name}` in a text is the output of another resource. */
export interface Resource {
  type: string;
  /** The logical name, which is also that of its variable in the printed program. */
  name: string;
  inputs: Json;
}

/** A program, in an order in which each resource comes after those that it names. */
export type Topology = readonly Resource[];

const OUTPUT = /\$\{(\w+)\.([\w.]+)\}/g;

/** The names of the resources whose outputs it takes. */
export function needsOf({ inputs }: Resource): string[] {
  const named = leaves(inputs).flatMap(({ value }) =>
    [...String(value).matchAll(OUTPUT)].map((match) => match[1] ?? ""),
  );
  return [...new Set(named)];
}

/** The inputs with the values of the outputs that they name. */
export function resolved({ inputs }: Resource, outputsOf: (name: string) => Json): Json {
  return mapLeaves(inputs, (leaf) =>
    typeof leaf === "string"
      ? leaf.replace(OUTPUT, (_, name: string, path: string) => String(getAt(outputsOf(name), path.split("."))))
      : leaf,
  ) as Json;
}

/** Those that need nobody, those that need only these, and so on: the engine does what is in one level side by side. */
export function levels<T extends { name: string; needs: readonly string[] }>(all: readonly T[]): T[][] {
  const levelOf = new Map<string, number>();
  const byLevel: T[][] = [];
  for (const one of all) {
    const level = Math.max(0, ...one.needs.map((name) => (levelOf.get(name) ?? -1) + 1));
    levelOf.set(one.name, level);
    byLevel[level] = [...(byLevel[level] ?? []), one];
  }
  return byLevel;
}

/** The program in TypeScript, as anyone can run it. */
export function printed(topology: Topology): string {
  const lines = topology.map(
    ({ type, name, inputs }) => `const ${name} = new netns.${type}("${name}", ${expression(inputs)});`,
  );
  return lines.join("\n");
}

function expression(value: unknown): string {
  if (typeof value === "string") return textExpression(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(expression).join(", ")}]`;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries.length === 0
    ? "{}"
    : `{ ${entries.map(([key, inner]) => `${key}: ${expression(inner)}`).join(", ")} }`;
}

function textExpression(text: string): string {
  const alone = /^\$\{([\w.]+)\}$/.exec(text)?.[1];
  if (alone !== undefined) return alone;
  return text.includes("${") ? `pulumi.interpolate\`${text}\`` : JSON.stringify(text);
}
