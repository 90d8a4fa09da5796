import { readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import type { Json } from "../../provider/core/values";
import { definitions } from "../../provider/definitions";
import { root } from "../support/engine/project";

/** A row of docs/from-shell.md: commands, and the part of the program that takes their place. */
export interface Row {
  shell: string[];
  program: string;
}

/** A resource that a program declares. */
export interface Declared {
  type: string;
  name: string;
  inputs: Json;
}

/** The rows of all tables of the page, in its order: a program each, as the page is one. */
export function rowsOfPage(): Row[] {
  const page = readFileSync(path.join(root, "docs/from-shell.md"), "utf8");
  const tables = [...page.matchAll(/<!-- rows -->([\s\S]*?)<!-- \/rows -->/g)].map(([, table = ""]) => table);
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => {
        const [, shell = "", program = ""] = line.split(/(?<!\\)\|/);
        return { shell: codeOf(shell), program: codeOf(program).join("\n") };
      }),
  );
}

/** What a program declares, in its order. Of a resource it may take what it has given itself, and the name. */
export function declaredBy(program: string): Declared[] {
  const all: Declared[] = [];
  const classOf = (type: string, autoname?: string) =>
    class {
      constructor(name: string, inputs: Json = {}) {
        all.push({ type, name, inputs: JSON.parse(JSON.stringify(inputs)) });
        Object.assign(this, autoname === undefined ? {} : { [autoname]: name }, inputs);
      }
    };
  const netns = Object.fromEntries(definitions.map(({ type, autoname }) => [type, classOf(type, autoname)]));
  vm.runInNewContext(program, { netns });
  return all;
}

/** The texts of the code in a cell. */
function codeOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll("\\|", "|"));
}
