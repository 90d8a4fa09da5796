import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { type Fault, knownParts, parse } from "../provider/core/check";
import type { Json } from "../provider/core/values";
import { NetnsError } from "../provider/errors";
import { fromLabFile } from "../provider/labfiles/labFiles";
import { leftLines } from "../provider/labfiles/program";
import { kinds } from "../provider/resources";
import { topologyOf } from "../provider/topology/topology";
import { writeOut } from "./writeOut";

interface Options {
  from?: string;
  out?: string;
  json?: true;
}

/** `netns code --from FILE`: the program for it, and on stderr what of the file has no counterpart. */
export async function codeFrom(words: readonly string[], { from, out, json }: Options): Promise<void> {
  if (from === undefined) throw wrong("`--json` is for `--from`");
  if (words.length > 0) throw wrong(`with \`--from\` it takes no hosts, and not ${words.join(" ")}`);
  const name = from === "-" ? "standard input" : path.basename(from);
  const { format, program, left } = fromLabFile(name, await contentOf(from), {
    environment: process.env,
    check,
  });
  if (json) return writeOut(out, `${JSON.stringify({ file: from, format, program, left }, undefined, 2)}\n`);
  await writeOut(out, program);
  if (left.length === 0) return;
  process.stderr.write(`What of ${name} has no counterpart:\n`);
  for (const line of leftLines(left)) process.stderr.write(`  ${line}\n`);
}

const { inputs, crossCheck } = topologyOf(kinds);

/** As Check does it with the inputs of a Topology. */
function check(lists: Json): Fault[] {
  const { parsed, faults } = parse(inputs, lists);
  return [...faults, ...(crossCheck?.(knownParts(faults.length > 0 ? lists : parsed, faults)) ?? [])];
}

async function contentOf(from: string): Promise<string> {
  if (from === "-") return text(process.stdin);
  try {
    return await readFile(from, "utf8");
  } catch (error) {
    const said =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new NetnsError({ kind: "user", tried: `could not read ${from}`, said });
  }
}

function wrong(said: string): NetnsError {
  return new NetnsError({ kind: "user", tried: "could not write a program", said });
}
