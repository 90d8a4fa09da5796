import { isObject } from "../core/values";
import { type Check, checked } from "./checked";
import { choose } from "./choose";
import { readContainerlab } from "./containerlab/read";
import { expandVariables } from "./containerlab/variables";
import { LabFile, type Left, unreadable } from "./labFile";
import { programText } from "./program";

/** The program for a file of another tool. */
export interface FromFile {
  format: "containerlab";
  program: string;
  /** What has no counterpart in it. */
  left: Left[];
}

export interface Surroundings {
  /** What variables stand for. */
  environment: Record<string, string | undefined>;
  check: Check;
}

/** Reads a file of containerlab or netlab, and writes the program for it. */
export function fromLabFile(name: string, text: string, { environment, check }: Surroundings): FromFile {
  if (/\{\{.*\}\}/s.test(text)) throw template(name, text);
  const isContainerlab = /^\s*"?topology"?\s*:/m.test(text);
  const expanded = isContainerlab ? expandVariables(text, environment) : { text, unset: [] };
  const file = new LabFile(name, expanded.text);
  const format = formatOf(file);
  const chosen = checked(choose(readContainerlab(file)), file, ["topology", "nodes"], check);
  const unset = expanded.unset.map(({ name: own, line }): Left => {
    return { line, path: `$${own}`, why: "the variable is not set where `netns` runs" };
  });
  const left = [...file.left, ...unset].sort((a, b) => a.line - b.line);
  return { format, program: programText(chosen, name, left), left };
}

function formatOf({ name, content }: LabFile): FromFile["format"] {
  if (isObject(content) && isObject(content.topology)) return "containerlab";
  throw unreadable(
    name,
    "it is no file of containerlab: there is no `topology` in it",
    undefined,
    "Give a file NAME.clab.yml of containerlab.",
  );
}

function template(name: string, text: string): Error {
  const line = text.slice(0, text.indexOf("{{")).split("\n").length;
  return unreadable(
    name,
    "`{{ … }}` makes it a template of Go, whose text is not there yet",
    line,
    "Give the file that comes out of it, such as `gomplate` writes it.",
  );
}
