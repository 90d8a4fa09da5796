import { getAt, isObject, type Json, type Path } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import type { Program, Resource } from "./program";

/** A value that a program takes from a resource. */
class Output {
  constructor(
    readonly owner: string,
    readonly value: unknown,
  ) {}
}

/**
 * What a program in TypeScript, without types, asks for as plain data: it is run with stand-ins for its libraries, whose
 * outputs are `outputsOf`. Whoever takes one comes after whom it is taken from.
 */
export function evaluated(text: string, outputsOf: (type: string, name: string, inputs: Json) => Json): Program {
  const program: Resource[] = [];
  const keyOf = (type: string, name: string) => `${type} ${name}`;
  const netns = new Proxy(
    {},
    {
      get: (_, type: string) =>
        class {
          constructor(name: string, given: Json = {}, { dependsOn = [] }: { dependsOn?: Output[] } = {}) {
            const owner = keyOf(type, name);
            if (program.some((one) => one.name === owner)) throw new Error(`there are two of ${owner}`);
            const after = new Set(dependsOn.map((one) => one.owner));
            const inputs = plain(given, after) as Json;
            const own = kinds.find((kind) => kind.type === type)?.autoname;
            const named = own === undefined ? inputs : { [own]: name, ...inputs };
            program.push({ type, name: owner, inputs: named, after: [...after] });
            // biome-ignore lint/correctness/noConstructorReturn: what a program sees of a resource are its outputs.
            return outputs(owner, outputsOf(type, name, named), []);
          }
        },
    },
  );
  const interpolate = (parts: TemplateStringsArray, ...values: Output[]) =>
    new Output(values[0]?.owner ?? "", String.raw(parts, ...values.map(({ value }) => value)));
  new Function("netns", "pulumi", text.replace(/^(import|export) .*$/gm, ""))(netns, { interpolate });
  return program;
}

/** The outputs of a resource as a program sees them, each of which may have more below it. */
function outputs(owner: string, state: Json, path: Path): Output {
  const value = path.length === 0 ? undefined : getAt(state, path);
  if (path.length > 0 && !isObject(value)) return new Output(owner, value);
  return new Proxy(new Output(owner, value), {
    get: (output, key) => (key === "owner" ? output.owner : outputs(owner, state, [...path, String(key)])),
  });
}

/** The values themselves; `after` is told whom they are of. */
function plain(value: unknown, after: Set<string>): unknown {
  if (value instanceof Output) {
    after.add(value.owner);
    return value.value;
  }
  if (Array.isArray(value)) return value.map((one) => plain(one, after));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one, after)]));
}
