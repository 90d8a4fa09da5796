import type { Thing } from "../../../provider/inventory/thing";
import { programOf, type Program as Text } from "../../../provider/program/program";
import { kinds } from "../../../provider/resources";
import type { Listed } from "../provider/labProviderServer";
import { evaluated } from "./evaluate";
import type { Program } from "./program";

/** The program in TypeScript of what is there, and what that asks for when it is run. */
export function written({ things, uncovered }: Listed): { text: Text; program: Program } {
  const found = things.flatMap(({ type, id, inputs, state }): Thing[] => {
    const kind = kinds.find((one) => one.type === type);
    return kind ? [{ kind, id, inputs, seen: { state, what: id } }] : [];
  });
  const text = programOf({ things: found, uncovered: uncovered.map((what) => ({ namespace: undefined, what })) });
  const states = new Map(found.map(({ kind, id, seen }) => [`${kind.type} ${id}`, seen.state]));
  const ids = new Map(text.imports.resources.map(({ type, name, id }) => [`${type.split(":").at(-1)} ${name}`, id]));
  const program = evaluated(text.text, (type, name) => states.get(`${type} ${ids.get(`${type} ${name}`)}`) ?? {});
  return { text, program };
}
