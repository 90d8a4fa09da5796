import { getAt, type Json, mapLeaves, pathText } from "../core/values";
import { type Inventory, inWords, type Thing } from "../inventory/thing";
import { token } from "../resources/kind";
import { version } from "../version";
import { asWritten } from "./inputs";
import { namesOf, variableFor } from "./names";
import { pinnedMacs } from "./pinnedMacs";
import { type AllNeeds, inOrder, type Needs, needsOf, type Reference } from "./references";
import { call, Expression, templateText } from "./typescript";

/** A program in TypeScript, and what `pulumi import --file` takes for it. */
export interface Program {
  text: string;
  imports: { resources: Import[] };
}

interface Import {
  type: string;
  name: string;
  id: string;
  /** Of the provider, as the library says it as well: so both mean the same one. */
  version: string;
}

export const NETNS = 'import * as netns from "pulumi-netns";\n';
const PULUMI = 'import * as pulumi from "@pulumi/pulumi";\n';

/** A resource for each thing, after those that it takes something from. */
export function programOf({ things, uncovered }: Inventory): Program {
  const needs = needsOf(things);
  const order = inOrder(things, needs);
  const names = namesOf(order);
  const variables = variablesOf(order, needs, names);
  const pinned = pinnedMacs(order, needs);
  const lines = order.map((thing, index) => {
    const gap = index > 0 && order[index - 1]?.kind !== thing.kind ? "\n" : "";
    const inputs = asWritten(thing.kind, pinned.get(thing) ?? thing.inputs);
    return `${gap}${statement(thing, inputs, { names, variables, needs: needs.get(thing) as Needs })}\n`;
  });
  const body = lines.join("");
  return {
    text: `${body.includes("pulumi.interpolate") ? PULUMI : ""}${NETNS}\n${notes(uncovered.map(inWords))}${body}`,
    imports: { resources: order.map((thing) => importOf(thing, names.get(thing) ?? "")) },
  };
}

/** What the program leaves out, where whoever reads it sees it. */
export function notes(uncovered: readonly string[]): string {
  if (uncovered.length === 0) return "";
  const lines = uncovered.map((what) => `// - ${what.replace(/\s+/g, " ")}\n`);
  return `// What no resource describes, so that it is not here:\n${lines.join("")}\n`;
}

function importOf({ kind, id }: Thing, name: string): Import {
  return { type: token(kind), name, id, version };
}

/** Of those that others take something from, or come after. */
function variablesOf(order: readonly Thing[], needs: AllNeeds, names: ReadonlyMap<Thing, string>): Map<Thing, string> {
  const named = new Set(
    [...needs.values()].flatMap(({ taken, after }) => [...[...taken.values()].map(({ thing }) => thing), ...after]),
  );
  const taken = new Set<string>();
  return new Map(
    order
      .filter((thing) => named.has(thing))
      .map((thing) => [thing, variableFor(thing, names.get(thing) ?? "", taken)]),
  );
}

interface Context {
  names: ReadonlyMap<Thing, string>;
  variables: ReadonlyMap<Thing, string>;
  needs: Needs;
}

function statement(thing: Thing, inputs: Json, { names, variables, needs }: Context): string {
  const { kind } = thing;
  const after = new Set(needs.after);
  const values = mapLeaves(inputs, (value, path) => {
    const reference = needs.taken.get(pathText(path));
    if (!reference) return value;
    const taken = expression(value, reference, variables);
    if (taken === undefined) after.add(reference.thing);
    return taken ?? value;
  }) as Json;
  const name = names.get(thing) ?? "";
  // Its name in the kernel is the logical one where the program gives none.
  if (kind.autoname !== undefined && values[kind.autoname] === name) delete values[kind.autoname];
  const dependsOn = [...after].map((other) => new Expression(variables.get(other) ?? ""));
  const args = [
    name,
    ...(Object.keys(values).length > 0 || dependsOn.length > 0 ? [values] : []),
    ...(dependsOn.length > 0 ? [{ dependsOn }] : []),
  ];
  const variable = variables.get(thing);
  return call(`${variable === undefined ? "" : `const ${variable} = `}new netns.${kind.type}`, args);
}

/** The property of the other thing, or a text with it; undefined where that would not give this value. */
function expression(
  value: unknown,
  { thing, path }: Reference,
  variables: ReadonlyMap<Thing, string>,
): Expression | undefined {
  const text = `${variables.get(thing)}.${path.join(".")}`;
  const its = getAt(thing.seen.state, path);
  if (value === its) return new Expression(text);
  const [before, behind, ...more] = String(value).split(`.${its}.`);
  if (behind === undefined || more.length > 0) return undefined;
  return new Expression(`pulumi.interpolate\`${templateText(`${before}.`)}\${${text}}${templateText(`.${behind}`)}\``);
}
