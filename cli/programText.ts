import { type Inventory, inWords } from "../provider/inventory/thing";
import { isMark, ownerOf } from "../provider/kernel/mark";
import { type Program, programOf } from "../provider/program/program";
import { topologyProgram } from "../provider/program/topologyProgram";
import { kinds } from "../provider/resources";
import { listsOf } from "../provider/topology/elements";
import type { ProgramOptions } from "./programOptions";
import { writeOut } from "./writeOut";

/** `id`: what a Topology of all of it is imported by. */
export function asProgram(inventory: Inventory, { topology }: ProgramOptions, id: string): Program {
  return topology ? topologyProgram(inventory, listsOf(kinds), id) : programOf(inventory);
}

/** Writes it where it is wanted, and says on stderr what it leaves out and what to do with it. */
export async function writeProgram(
  { text, imports }: Program,
  inventory: Inventory,
  { out, import: file }: ProgramOptions,
) {
  await writeOut(out, text);
  if (file !== undefined) await writeOut(file, `${JSON.stringify(imports, undefined, 2)}\n`);
  const said = [
    ...(inventory.things.length === 0 ? ["Nothing was found that a resource describes: the program is empty."] : []),
    ...leftOut(inventory),
    ...(file === undefined
      ? []
      : [
          `To import it into a stack: \`pulumi import --file ${file} --generate-code=false\`, then \`pulumi preview\`.`,
        ]),
  ];
  for (const line of said) process.stderr.write(`${line}\n`);
}

function leftOut({ things, uncovered }: Inventory): string[] {
  const owners = new Set(things.flatMap(({ seen: { mark } }) => (isMark(mark) ? [ownerOf(mark)?.label ?? mark] : [])));
  const stacks = new Set([...owners].map((label) => label.split("/").slice(0, 2).join("/")));
  return [
    ...(uncovered.length === 0 ? [] : ["No resource describes:", ...uncovered.map((one) => `  ${inWords(one)}`)]),
    ...[...stacks].map((stack) => `Some of it is already in the stack ${stack}: no other stack can import that.`),
  ];
}
