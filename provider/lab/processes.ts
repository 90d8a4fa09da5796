import { z } from "zod";
import { processName } from "../core/processFields";
import { processInputs } from "../core/processInputs";
import type { Json } from "../core/values";
import type { Host } from "./plan";

/** What runs in hosts. */

const process = z
  .strictObject(processInputs)
  .meta({ id: "LabProcess", description: "A command that runs in a host of a lab as long as the lab is there." });

export const processes = () => z.record(processName(), process, { error: "must be an object" });

/** What a Process is without a word about it, and what need not be in its element. */
const { argv: _, ...USUAL } = process.parse({ argv: ["any"] });

/** Within its namespace a process is called as it is in the host. */
export function processesOf({ namespace, said }: Host): Json[] {
  return Object.entries(said.processes ?? {}).map(([name, one]) => ({ namespace, name, ...unusual(one) }));
}

function unusual(one: z.output<typeof process>): Json {
  const usual: Json = USUAL;
  return Object.fromEntries(Object.entries(one).filter(([key, value]) => value !== usual[key]));
}
