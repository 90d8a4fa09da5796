import { netnsRef } from "./fields";

/** Ids are parsed from the right: the last parts are fixed, what is left is the namespace, which may hold slashes. */

/** `net0/veth0`, or `veth0` without a namespace. */
export function joinId(netns: string | undefined, ...parts: string[]): string {
  return [...(netns === undefined ? [] : [netns]), ...parts].join("/");
}

/** The last `count` parts and the namespace before them; undefined when there are too few or one is none. */
export function splitId(id: string, count: number): { netns?: string; parts: string[] } | undefined {
  const all = id.split("/");
  const parts = all.slice(-count);
  if (parts.length < count || parts.includes("")) return undefined;
  if (all.length === count) return { parts };
  const netns = netnsRef().safeParse(all.slice(0, -count).join("/")).data;
  return netns === undefined ? undefined : { netns, parts };
}
