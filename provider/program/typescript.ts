/** Values as the text of TypeScript, laid out as Biome and Prettier lay it out. */

const WIDTH = 80;
const INDENT = "  ";

/** Text that stands in a program as it is: a name, a property of a variable. */
export class Expression {
  constructor(readonly text: string) {}
}

/** `head(arguments);` in one line where that fits, else the last argument over several, else each on lines of its own. */
export function call(head: string, args: readonly unknown[]): string {
  const flat = args.map(inOneLine);
  if (flat.every((text) => text !== undefined)) {
    const line = `${head}(${flat.join(", ")});`;
    if (line.length <= WIDTH) return line;
  }
  const last = args.at(-1);
  const first = `${head}(${flat
    .slice(0, -1)
    .map((text) => `${text}, `)
    .join("")}`;
  const isAlone = !flat.slice(0, -1).includes(undefined) && args.filter((one) => typeof one === "object").length === 1;
  const hugged = `${first}${written(last, 0)});`;
  if (isAlone && (hugged.split("\n")[0] ?? "").length <= WIDTH) return hugged;
  return `${head}(\n${args.map((one) => `${INDENT}${written(one, 1, INDENT.length)},\n`).join("")});`;
}

/** `depth`: how far in it stands; `taken`: what stands in its line before it, and the sign behind it. */
function written(value: unknown, depth: number, taken = WIDTH): string {
  const line = inOneLine(value);
  if (line !== undefined && taken + line.length + 1 <= WIDTH) return line;
  const inner = INDENT.repeat(depth + 1);
  const close = INDENT.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    const lines = value.map((one) => `${inner}${written(one, depth + 1, inner.length)},\n`);
    return `[\n${lines.join("")}${close}]`;
  }
  if (!isPlain(value)) return scalar(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, one]) => {
    const head = `${inner}${keyText(key)}: `;
    return `${head}${written(one, depth + 1, head.length)},\n`;
  });
  return `{\n${lines.join("")}${close}}`;
}

/** Undefined where it takes several lines in any case. */
function inOneLine(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    // Several objects, of which one at least says more than one thing, stand one above the other.
    const areObjects = value.length > 1 && value.every((one) => isPlain(one) && sizeOf(one) > 1);
    const parts = value.map(inOneLine);
    return areObjects || parts.includes(undefined) ? undefined : `[${parts.join(", ")}]`;
  }
  if (!isPlain(value)) {
    const text = scalar(value);
    return text.includes("\n") ? undefined : text;
  }
  const parts = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => [keyText(key), inOneLine(one)] as const);
  if (parts.some(([, text]) => text === undefined)) return undefined;
  return parts.length === 0 ? "{}" : `{ ${parts.map((part) => part.join(": ")).join(", ")} }`;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(value instanceof Expression);
}

function sizeOf(object: object): number {
  return Object.values(object).filter((one) => one !== undefined).length;
}

function keyText(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : textLiteral(key);
}

function scalar(value: unknown): string {
  if (value instanceof Expression) return value.text;
  return typeof value === "string" ? textLiteral(value) : String(value);
}

/** In the quotes that need fewer signs to be escaped; text of several lines as a template. */
function textLiteral(text: string): string {
  if (text.includes("\n")) return `\`${templateText(text)}\``;
  const quoted = JSON.stringify(text);
  const [doubles, singles] = ['"', "'"].map((quote) => text.split(quote).length - 1) as [number, number];
  if (doubles <= singles) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** What stands between the signs of a template. */
export function templateText(text: string): string {
  return text.replace(/[\\`]|\$\{/g, "\\$&");
}
