import { parse } from "../../../provider/core/check";
import { type Json, pathText } from "../../../provider/core/values";
import { type Description, description } from "../../../provider/lab/description";
import { expand, faultsBeside, faultsIn, type Lab } from "../../../provider/lab/lab";

/** All that is wrong with a description, as `PROPERTY: reason`. */
export function wrongIn(said: object): string[] {
  const { parsed, faults } = parse(description, said as Json);
  const between = faults.length > 0 ? faultsBeside(said as Json, faults) : faultsIn(parsed as Description);
  const all = [...faults, ...between];
  return all.map(({ path, reason }) => `${pathText(path)}: ${reason}`);
}

/** What comes of a description in which nothing is wrong. */
export function labOf(said: object): Lab {
  const wrong = wrongIn(said);
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
  return expand(parse(description, said as Json).parsed as Description);
}
