import { getAt, type Json, leaves, mapLeaves } from "../../../provider/core/values";

/** A resource of a program as plain data. `${net0.name}` in a text is the output of another resource. */
export interface Resource {
  type: string;
  /** The logical name, which is also that of its variable in the printed program. */
  name: string;
  inputs: Json;
  /** The resources that it names by plain texts, as in the option `dependsOn`. */
  after?: readonly string[];
}

/** A program, in an order in which each resource comes after those that it names. */
export type Program = readonly Resource[];

const OUTPUT = /\$\{(\w+)\.([\w.]+)\}/g;

/** The names of the resources that it comes after. */
export function needsOf({ inputs, after = [] }: Resource): string[] {
  return [...new Set([...leaves(inputs).flatMap(({ value }) => namesIn(value)), ...after])];
}

/** The properties that take outputs of these. */
export function takenFrom(inputs: Json, names: ReadonlySet<string>): string[] {
  const isTaken = (value: unknown) =>
    leaves({ value }).some((leaf) => namesIn(leaf.value).some((name) => names.has(name)));
  return Object.keys(inputs).filter((property) => isTaken(inputs[property]));
}

/** Inputs of which these properties are not known yet, as the engine writes that (sdk/go/common/resource/plugin/rpc.go). */
export function withUnknowns(inputs: Json, properties: readonly string[]): Json {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  return { ...inputs, ...Object.fromEntries(properties.map((property) => [property, unknown])) };
}

function namesIn(value: unknown): string[] {
  return [...String(value).matchAll(OUTPUT)].map((match) => match[1] ?? "");
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
export function printed(topology: Program): string {
  const lines = topology.map(({ type, name, inputs, after = [] }) => {
    const options = after.length === 0 ? "" : `, { dependsOn: [${after.join(", ")}] }`;
    return `const ${name} = new netns.${type}("${name}", ${expression(inputs)}${options});`;
  });
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
