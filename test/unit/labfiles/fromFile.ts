import assert from "node:assert/strict";
import { type Fault, knownParts, parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { type FromFile, fromLabFile } from "../../../provider/labfiles/labFiles";
import { kinds } from "../../../provider/resources";
import { topologyOf } from "../../../provider/topology/topology";

const { inputs, crossCheck } = topologyOf(kinds);

function check(lists: Json): Fault[] {
  const { parsed, faults } = parse(inputs, lists);
  return [...faults, ...(crossCheck?.(knownParts(faults.length > 0 ? lists : parsed, faults)) ?? [])];
}

/** What `netns code --from` makes of a text. */
export function fromFile(text: string, environment: Record<string, string> = {}): FromFile {
  return fromLabFile("lab.yml", text, { environment, check });
}

/** The program without its first line and the notes at its end. */
export function programOf(text: string): string {
  const [program = ""] = fromFile(text).program.split("\n// What of ");
  return program.replace('import * as netns from "pulumi-netns";\n\n', "").trim();
}

/** `LINE PATH: WHY` of all that is left. */
export function leftOf(text: string): string[] {
  return fromFile(text).left.map(({ line, path, text: what, why }) => `${line} ${what ?? path}: ${why}`);
}

/** What the program says to `lab`, where that is all. */
export function saidOf(text: string): Json {
  const [, said] =
    /^const { topology } = netns\.labOutput\((\{.*\})\);\nnew netns\.Topology\("lab", topology\);$/s.exec(
      programOf(text),
    ) ?? assert.fail(programOf(text));
  return new Function(`return ${said}`)() as Json;
}
