import { readFileSync } from "node:fs";
import path from "node:path";
import { transformSync } from "esbuild";
import type { Json } from "../../../provider/core/values";
import { root } from "../../../tools/places.mjs";

/** A section of docs/findings.md. */
export interface Section {
  code: string;
  level: string;
  /** The inputs of the Topology with the mistake, and of that without. */
  wrong: Json;
  right: Json;
  /** What fails in the first lab and succeeds in the second. */
  command: string | undefined;
}

export function sections(): Section[] {
  const page = readFileSync(path.join(root, "docs/findings.md"), "utf8");
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const [, code = "", level = ""] = /^(\S+)\n\n\*(\w+)\.\*/.exec(text) ?? [];
      const [wrong = "", right = ""] = blocks(text, "ts");
      const [command] = blocks(text, "sh");
      return {
        code,
        level: level.toLowerCase(),
        wrong: inputsOf(wrong),
        right: inputsOf(right),
        command: command?.trim(),
      };
    });
}

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(([, block = ""]) => block);
}

/** What a program gives to its Topology. */
function inputsOf(program: string): Json {
  let given: Json = {};
  class Topology {
    constructor(_: string, inputs: Json) {
      given = inputs;
    }
  }
  new Function("netns", transformSync(program, { loader: "ts" }).code)({ Topology });
  return given;
}
