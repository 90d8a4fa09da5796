import { isObject, type Json, type Path } from "../../core/values";

/** A link in any of netlab's forms, as the nodes on it and the rest of what it says. */
export interface Link {
  path: Path;
  ends: { node: string; said: Json; path: Path }[];
  said: Json;
  /** Of a bond: how many cables its ends have in it. */
  bonded?: number;
}

type Wrong = (path: Path, why?: string) => void;

/** All links, in their order; `wrong` is told of what is none. */
export function linksOf(links: unknown, nodes: ReadonlySet<string>, wrong: Wrong, path: Path = ["links"]): Link[] {
  if (links === undefined || links === null) return [];
  if (Array.isArray(links)) return links.flatMap((one, index) => linkOf(one, nodes, wrong, [...path, index]));
  if (isObject(links))
    return Object.entries(links).flatMap(([name, list]) => linksOf(list, nodes, wrong, [...path, name]));
  wrong(path);
  return [];
}

function linkOf(one: unknown, nodes: ReadonlySet<string>, wrong: Wrong, path: Path): Link[] {
  const of = (names: unknown[], said: Json): Link[] => [
    {
      path,
      said,
      ends: names.map((name, index) => {
        if (isObject(name)) {
          const { node, ...own } = name;
          return { node: String(node), said: own, path: [...path, "interfaces", index] };
        }
        return { node: String(name), said: {}, path };
      }),
    },
  ];
  if (typeof one === "string")
    return of(
      one.split("-").map((name) => name.trim()),
      {},
    );
  if (Array.isArray(one)) return of(one, {});
  if (!isObject(one)) {
    wrong(path);
    return [];
  }
  const { interfaces, members, group, ...said } = one;
  if (Array.isArray(members)) {
    const all = linksOf(members, nodes, wrong, [...path, "members"]);
    return all.map((link) => ({ ...link, said: { ...said, ...link.said } }));
  }
  if (Array.isArray(interfaces)) return of(interfaces, said);
  if (isObject(said.lag) && Array.isArray(said.lag.members)) return bondOf(said, nodes, wrong, path);
  const ends = Object.entries(said).filter(([key]) => nodes.has(key));
  const rest = Object.fromEntries(Object.entries(said).filter(([key]) => !nodes.has(key)));
  if (ends.length === 0) {
    wrong(path);
    return [];
  }
  return [
    {
      path,
      said: { ...rest, ...(group !== undefined && { group }) },
      ends: ends.map(([node, own]) => ({ node, said: isObject(own) ? own : {}, path: [...path, node] })),
    },
  ];
}

/** Several cables between two nodes that are one link. */
function bondOf({ lag, ...said }: Json, nodes: ReadonlySet<string>, wrong: Wrong, path: Path): Link[] {
  const { members, ...own } = lag as Json;
  const all = linksOf(members, nodes, wrong, [...path, "lag", "members"]);
  const [first] = all;
  const pairOf = ({ ends }: Link) => ends.map(({ node }) => node).sort();
  if (!first || all.some((one) => one.ends.length !== 2 || pairOf(one).join() !== pairOf(first).join())) {
    wrong([...path, "lag"], "a bond whose cables do not all join the same two nodes has no counterpart");
    return [];
  }
  return [{ ...first, path, said: { ...said, lag: own }, bonded: all.length }];
}
