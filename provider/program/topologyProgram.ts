import { grouped, type Json } from "../core/values";
import { type Inventory, inWords } from "../inventory/thing";
import type { List } from "../resources/kind";
import { version } from "../version";
import { asWritten } from "./inputs";
import { NETNS, notes, type Program } from "./program";
import { call } from "./typescript";

/** All of it as one Topology of these lists, with the id that it is imported by. */
export function topologyProgram({ things, uncovered }: Inventory, lists: readonly List[], id: string): Program {
  const byKind = grouped(things, ({ kind }) => kind);
  const inputs: Json = Object.fromEntries(
    lists.flatMap(({ name, kind }) => {
      const its = byKind.get(kind);
      return its ? [[name, its.map((one) => asWritten(kind, one.inputs))]] : [];
    }),
  );
  const name = "lab";
  return {
    text: `${NETNS}\n${notes(uncovered.map(inWords))}${call("new netns.Topology", [name, inputs])}\n`,
    imports: { resources: [{ type: "netns:index:Topology", name, id, version }] },
  };
}
