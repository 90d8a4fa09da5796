import type { Thing } from "../inventory/thing";

/** What is no name of a variable, or is another one's in each program. */
const TAKEN = new Set([
  ...["break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum"],
  ...["export", "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "null"],
  ...["return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield"],
  ...["await", "let", "static", "implements", "interface", "package", "private", "protected", "public", "arguments"],
  ...["eval", "netns", "pulumi", "undefined", "module", "exports", "require", "process", "console", "globalThis"],
]);

/**
 * Logical names as a person would give them, each once in its kind: the shortest that tells all of a kind apart, which may
 * begin with the namespace; the id where nothing does.
 */
export function namesOf(things: readonly Thing[]): Map<Thing, string> {
  const names = new Map<Thing, string>();
  for (const type of new Set(things.map(({ kind }) => kind.type))) {
    const all = things.filter(({ kind }) => kind.type === type);
    const ways = all.map(waysToCall);
    const least = isEachOnce(ways.map(([short]) => short)) ? 0 : 1;
    const taken = new Set<string>();
    for (const [index, thing] of all.entries()) {
      const name = ways[index]?.slice(least).find((way, own) => {
        const isAmbiguous = ways.some((other, at) => at !== index && other[least + own] === way);
        return !isAmbiguous && !taken.has(way);
      });
      names.set(thing, numbered(name ?? plain(thing.id), taken));
    }
  }
  return names;
}

/** From the shortest on. */
function waysToCall({ kind, id, inputs, seen: { state } }: Thing): string[] {
  const own = kind.autoname === undefined ? (kind.called?.(state) ?? [id]) : [String(inputs[kind.autoname])];
  const { namespace } = state;
  const [first = id] = own;
  const within = typeof namespace === "string" ? own.map((way) => `${namespace}-${way}`) : own;
  return [first, ...within].map(plain);
}

/** Without what a name has no use for: `10.0.0.0/8` as `10.0.0.0-8`. */
function plain(text: string): string {
  return text.replace(/[^\w.]+/g, "-").replace(/^-+|-+$/g, "") || "it";
}

function isEachOnce(all: readonly unknown[]): boolean {
  return new Set(all).size === all.length;
}

function numbered(name: string, taken: Set<string>): string {
  let own = name;
  for (let number = 2; taken.has(own); number += 1) own = `${name}-${number}`;
  taken.add(own);
  return own;
}

/** A name for a variable that nobody has yet: of the logical name, and of the kind where another kind has that. */
export function variableFor({ kind: { type } }: Thing, name: string, taken: Set<string>): string {
  const short = camelCase(name);
  const isTaken = (one: string) => taken.has(one) || TAKEN.has(one);
  let own = isTaken(short) ? `${short}${type}` : short;
  for (let number = 2; isTaken(own); number += 1) own = `${short}${type}${number}`;
  taken.add(own);
  return own;
}

/** `h1-switch` is `h1Switch`, `10.0.1.1` is `_10_0_1_1`. */
function camelCase(name: string): string {
  const [first = "", ...rest] = name.split(/[^A-Za-z0-9]+/).filter((part) => part !== "");
  const joined = rest.reduce((text, part) => text + (/^\d/.test(part) ? `_${part}` : capital(part)), first);
  return /^[A-Za-z]/.test(joined) ? joined.charAt(0).toLowerCase() + joined.slice(1) : `_${joined}`;
}

function capital(part: string): string {
  return part.charAt(0).toUpperCase() + part.slice(1);
}
