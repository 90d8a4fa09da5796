import type { Json } from "../core/values";
import { NETNS } from "../program/program";
import { call, Expression } from "../program/typescript";
import type { Chosen } from "./choose";
import type { Lists } from "./elements";
import type { Left } from "./labFile";

/** The program of a lab, with what it leaves out at its end. */
export function programText({ lab, beside, isFree }: Chosen, file: string, left: readonly Left[]): string {
  const free = isFree ? "// The file says no addresses: those here, and the routes, follow from the names.\n" : "";
  const made = Object.entries(beside).filter(([, all]) => all.length > 0);
  const body = lab ? withLab(lab, made) : `${call("new netns.Topology", ["lab", Object.fromEntries(made)])}\n`;
  return `${NETNS}\n${free}${body}${notes(file, left)}`;
}

function withLab(lab: Json, made: [string, Json[]][]): string {
  const head = `${call("const { topology } = netns.labOutput", [lab])}\n`;
  if (made.length === 0) return `${head}new netns.Topology("lab", topology);\n`;
  const lists = made.map(([name, all]) => [
    name,
    OF_LAB.has(name) ? [new Expression(`...its.${name}`), ...all.map(exact)] : all.map(exact),
  ]);
  const text = call("const lists = topology.apply", [Object.fromEntries(lists)])
    .replace(
      /^(const lists = topology\.apply\()\{(\s*)/,
      (_, begin: string, gap: string) => `${begin}(its) => ({${gap}...its,${gap}`,
    )
    .replace(/\}\);$/, "}));");
  return `${head}\n// What the words of \`lab\` do not say.\n${text}\nnew netns.Topology("lab", lists);\n`;
}

/** Words of a set are to stay those for the compiler, which takes them for any text in a function's result. */
function exact(element: Json): Json {
  const entries = Object.entries(element).map(([key, value]) =>
    ENUMS.has(key) && typeof value === "string"
      ? [key, new Expression(`${JSON.stringify(value)} as const`)]
      : [key, value],
  );
  return Object.fromEntries(entries);
}

const ENUMS = new Set(["family", "action", "type", "scope", "kind", "protocol", "mode", "datapathType"]);

/** The lists that `lab` gives itself. */
const OF_LAB = new Set<keyof Lists>([
  ...["namespaces", "vethPairs", "bridges", "bridgePorts", "ovsBridges", "ovsPorts", "linkSettings", "sysctls"],
  ...["addresses", "routes", "qdiscs", "firewalls"],
]);

function notes(file: string, left: readonly Left[]): string {
  if (left.length === 0) return "";
  const lines = leftLines(left).map((line) => `// - ${line}\n`);
  return `\n// What of ${file} has no counterpart here:\n${lines.join("")}`;
}

/** A line each; those of the same sort and for the same reason together. */
export function leftLines(left: readonly Left[]): string[] {
  const groups = new Map<string, Left[]>();
  for (const one of left) {
    const key = one.text === undefined ? `${sortOf(one.path)} ${one.why}` : `${one.path} ${one.text} ${one.why}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((all) => {
    const [first, ...more] = all as [Left, ...Left[]];
    const lines = [...new Set(all.map(({ line }) => line))];
    const at = `${lines.length > 1 ? "lines" : "line"} ${lines.join(", ")}`;
    const what = `${more.length > 0 ? sortOf(first.path) : first.path}${first.text === undefined ? "" : `, \`${oneLine(first.text)}\``}`;
    return `${at}: ${what}: ${first.why}`;
  });
}

/** `topology.nodes.r1.image` as `topology.nodes.*.image`. */
function sortOf(path: string): string {
  return path
    .replace(/^((?:topology\.)?(?:nodes|kinds|groups))(?:\.[^.[]+|\["[^"]*"\])/, "$1.*")
    .replace(/\[\d+\]/g, "[*]");
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ").replaceAll("`", "'");
  return line.length > 100 ? `${line.slice(0, 97)}…` : line;
}
