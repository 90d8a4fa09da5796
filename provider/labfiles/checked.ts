import { isObject, type Json, type Path, pathText } from "../core/values";
import { expand } from "../lab/lab";
import type { Chosen } from "./choose";
import { parsed } from "./describe";
import type { Lists } from "./elements";
import type { LabFile } from "./labFile";

/** What Check says is wrong with the lists of a Topology, each at its place. */
export type Check = (lists: Lists) => { path: Path; reason: string }[];

/** How often what is left out may make something else wrong: a device, the address on it, the route by that. */
const ROUNDS = 5;

/** Without what the provider would refuse, which is left with the reason. */
export function checked(chosen: Chosen, file: LabFile, nodes: Path, check: Check): Chosen {
  let { beside } = chosen;
  const lab = chosen.lab && parsed(chosen.lab);
  const made: Lists = lab ? (expand(lab).topology as Lists) : {};
  for (let round = 0; round < ROUNDS; round += 1) {
    const names = [...new Set([...Object.keys(made), ...Object.keys(beside)])];
    const all = Object.fromEntries(names.map((name) => [name, [...(made[name] ?? []), ...(beside[name] ?? [])]]));
    const faults = check(Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0)));
    const wrong = new Map<Json, string>();
    for (const { path, reason } of faults) {
      const [name, index] = path;
      const element = all[String(name)]?.[Number(index)];
      if (element && beside[String(name)]?.includes(element))
        wrong.set(element, [pathText(path.slice(2)), reason].filter((part) => part !== "").join(" "));
    }
    if (wrong.size === 0) break;
    for (const [element, reason] of wrong) leave(file, nodes, element, reason);
    beside = Object.fromEntries(
      Object.entries(beside).map(([name, list]) => [name, list.filter((one) => !wrong.has(one))]),
    );
  }
  return { ...chosen, beside };
}

function leave(file: LabFile, nodes: Path, element: Json, reason: string): void {
  const { namespace, ...own } = element;
  const host = namespace ?? (isObject(element.a) ? element.a.namespace : undefined);
  file.leave(
    host === undefined ? nodes : [...nodes, String(host)],
    `the provider refuses it: ${reason}`,
    JSON.stringify(own),
  );
}
