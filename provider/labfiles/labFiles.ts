import { isObject } from "../core/values";
import { expand } from "../lab/lab";
import { type Check, checked } from "./checked";
import { choose } from "./choose";
import { readContainerlab } from "./containerlab/read";
import { expandVariables } from "./containerlab/variables";
import { parsed } from "./describe";
import { LabFile, type Left, unreadable } from "./labFile";
import { readNetlab } from "./netlab/read";
import { programText } from "./program";
import { leaveUnreached } from "./unreached";

/** The program for a file of another tool. */
export interface FromFile {
  format: "containerlab" | "netlab";
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
  const isContainerlab = /^\s*"?topology"?\s*:/m.test(text);
  if (isContainerlab && /\{\{.*\}\}/s.test(text)) throw template(name, text);
  const { text: given, unset: names } = isContainerlab ? expandVariables(text, environment) : { text, unset: [] };
  const file = new LabFile(name, given);
  const format = formatOf(file);
  const draft = format === "containerlab" ? readContainerlab(file) : readNetlab(file);
  file.end();
  const nodes = format === "containerlab" ? ["topology", "nodes"] : ["nodes"];
  const chosen = checked(choose(draft), file, nodes, check);
  const unset = names.map(({ name: own, line }): Left => {
    return { line, path: `$${own}`, why: "the variable is not set where `netns` runs" };
  });
  const lab = chosen.lab && parsed(chosen.lab);
  const expanded = lab && expand(lab);
  if (expanded && draft.routesFollow) leaveUnreached(chosen, expanded, { file, nodes });
  const hasRoutes = expanded !== undefined && expanded.topology.routes.length > 0;
  const left = [...file.left(hasRoutes), ...unset].sort((a, b) => a.line - b.line);
  return { format, program: programText(chosen, name, left), left };
}

function formatOf({ name, content }: LabFile): FromFile["format"] {
  if (isObject(content) && isObject(content.topology)) return "containerlab";
  if (isObject(content) && ["nodes", "links", "vlans"].some((key) => content[key] !== undefined)) return "netlab";
  throw unreadable(
    name,
    "it is neither a file of containerlab, with `topology` and `nodes` in it, nor one of netlab, with `nodes` or `links`",
    undefined,
    "Give a file NAME.clab.yml of containerlab, or a topology.yml of netlab.",
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
