import { netnsRef } from "../core/fields";

/** Marks in the list of a topology's namespaces, which a name in it has as %25, %2C, %5B and %5D. */
const MARKS = /[%,[\]]/g;
/** No id stands for more namespaces than this; a host has some ten thousand at most. */
const MOST = 100_000;
const NAME = netnsRef();

/** The namespaces in words: `switch,h[1-100]`. */
export function toRanges(names: readonly string[]): string {
  const parts: { stem: string; first?: number; last?: number }[] = [];
  for (const name of names) {
    const [, stem = "", digits] = /^(.*?)(0|[1-9]\d{0,8})?$/s.exec(name.replace(MARKS, escaped)) ?? [];
    const number = digits === undefined ? undefined : Number(digits);
    const before = parts.at(-1);
    if (number === undefined) parts.push({ stem });
    else if (before?.stem === stem && before.last === number - 1) before.last = number;
    else parts.push({ stem, first: number, last: number });
  }
  return parts.map(written).join(",");
}

/** The namespaces that such words name; undefined when they have not the form. */
export function fromRanges(text: string): string[] | undefined {
  const names: string[] = [];
  for (const part of text.split(",")) {
    const [, stem, first, last] = /^([^[\]]+)\[(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8})\]$/.exec(part) ?? [];
    if (stem === undefined) names.push(part);
    else if (Number(last) < Number(first) || Number(last) - Number(first) >= MOST - names.length) return undefined;
    else for (let at = Number(first); at <= Number(last); at += 1) names.push(`${stem}${at}`);
  }
  const plain = names.map((name) => name.replace(/%(25|2C|5B|5D)/g, (code) => decodeURIComponent(code)));
  return names.some((name) => /[[\]]/.test(name)) || plain.some((name) => !NAME.safeParse(name).success)
    ? undefined
    : [...new Set(plain)];
}

function escaped(mark: string): string {
  return `%${mark.charCodeAt(0).toString(16).toUpperCase()}`;
}

function written({ stem, first, last }: { stem: string; first?: number; last?: number }): string {
  if (first === undefined) return stem;
  return first === last || stem === "" ? `${stem}${range(first, last)}` : `${stem}[${first}-${last}]`;
}

function range(first: number, last = first): string {
  return Array.from({ length: last - first + 1 }, (_, index) => String(first + index)).join(",");
}
