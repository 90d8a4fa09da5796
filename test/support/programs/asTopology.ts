import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { topologyOf } from "../../../provider/topology/topology";
import { byName } from "./drift";
import type { Program } from "./program";

const definition = topologyOf(kinds);

/** The same lab as one resource; undefined when Check has something against that. */
export function asTopology(program: Program): Program | undefined {
  const resources = byName(program);
  const inputs = Object.fromEntries(
    definition.lists.map(({ name, kind }) => [
      name,
      resources.filter(({ type }) => type === kind.type).map((one) => named(one.name, one.inputs, kind.autoname)),
    ]),
  );
  const { parsed, faults } = parse(definition.inputs, inputs);
  const all = [...faults, ...(definition.crossCheck?.(parsed) ?? [])];
  return all.length > 0 ? undefined : [{ type: "Topology", name: "lab", inputs }];
}

function named(name: string, inputs: Json, autoname: string | undefined): Json {
  return autoname === undefined ? inputs : { [autoname]: name, ...inputs };
}
