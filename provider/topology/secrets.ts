import { type Json, type Path, pathText } from "../core/values";
import type { List } from "../resources/kind";
import { byKey, elementsOf } from "./elements";

/**
 * Where `now` is secret, by where `before` was: elements may have gone and moved, and what is secret of one goes with it.
 * One that has another id now may be any of those that were not known before.
 */
export function followed(lists: readonly List[], secrets: readonly Path[], before: Json, now: Json): Path[] {
  if (secrets.length === 0) return [];
  const olds = elementsOf(lists, before);
  const known = byKey(olds);
  const news = elementsOf(lists, now);
  const places = byKey(news);
  const at = new Map(olds.map((one) => [pathText(one.path), one]));
  return secrets.flatMap((path) => {
    const old = path.length < 2 ? undefined : at.get(pathText(path.slice(0, 2)));
    if (!old) return [path];
    const here = places.get(old.key ?? "");
    const strangers = news.filter((one) => one.path[0] === path[0] && !known.has(one.key ?? ""));
    return (here ? [here] : strangers).map((one) => [...one.path, ...path.slice(2)]);
  });
}
