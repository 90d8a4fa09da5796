import fc from "fast-check";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { definitions } from "../../../provider/definitions";
import type { List } from "../../../provider/resources/kind";
import type { Topology } from "../../../provider/topology/topology";
import { inputsOf } from "./arbitraries";

/** Topologies as plain data, for tests that need no host. */

export const MARK = "pulumi:lab/dev/net:0123";

export const topology = definitions.find((one) => one.lists) as Topology;
export const lists: readonly List[] = topology.lists;

/** Inputs as Check hands them on. */
export function checkedLab(values: Json): Json {
  const { parsed, faults } = parse(topology.inputs, values);
  if (faults.length > 0) throw new Error(faults.map(({ path, reason }) => `${path.join(".")} ${reason}`).join("\n"));
  return parsed;
}

/** `host/eth0` as an end; `/eth0` is in the provider's own namespace. */
function end(text: string, more: Json = {}): Json {
  const [namespace, name] = text.split("/");
  return { name, ...(namespace !== "" && { namespace }), ...more };
}

export function pair(a: string, b: string): Json {
  return { a: end(a), b: end(b) };
}

export const named = (...names: string[]): Json[] => names.map((name) => ({ name }));

/** Any elements of every kind, as Check hands them on, in which no two are the same thing. */
export const anything: fc.Arbitrary<Json> = fc
  .tuple(...lists.map(({ kind }) => fc.uniqueArray(inputsOf(kind), { maxLength: 4, selector: (one) => kind.id(one) })))
  .map((all) => Object.fromEntries(all.map((elements, index) => [lists[index]?.name, elements])));
