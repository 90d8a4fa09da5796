import { structuredPatch } from "diff";
import type { Graph, Host } from "../graph";
import { code, type Statement, statementsOf } from "./statements";

/** What differs in one host, or in several that differ in the same way. */
export interface HostChange {
  hosts: string[];
  what: "added" | "changed" | "removed";
  lines: Line[];
}

interface Line {
  sign: "+" | "~" | "−";
  text: string;
  /** Of a ruleset, as a diff shows it. */
  inner?: string[];
}

/** In the words of the network, host by host. */
export function changesOf(before: Graph, after: Graph): HostChange[] {
  const names = [...new Set([...before.hosts.keys(), ...after.hosts.keys()])];
  const all = names.flatMap((name) => {
    const change = changeOf([before, before.hosts.get(name)], [after, after.hosts.get(name)], name);
    return change ? [change] : [];
  });
  const alike = new Map<string, HostChange>();
  for (const change of all) {
    const key = JSON.stringify([change.what, numberless(change.hosts[0]), change.lines.map(likeness)]);
    const first = alike.get(key);
    if (first) first.hosts.push(...change.hosts);
    else alike.set(key, change);
  }
  return [...alike.values()];
}

type Side = [Graph, Host | undefined];

function changeOf([before, old]: Side, [after, now]: Side, name: string): HostChange | undefined {
  const lines = linesOf(old ? statementsOf(before, old) : [], now ? statementsOf(after, now) : []);
  const what = !old ? "added" : !now ? "removed" : "changed";
  if (what === "changed" && lines.length === 0) return undefined;
  return { hosts: [name], what, lines };
}

function linesOf(before: readonly Statement[], after: readonly Statement[]): Line[] {
  const [olds, nows] = [before, after].map((all) => new Map(all.map((one) => [one.key, one]))) as [
    Map<string, Statement>,
    Map<string, Statement>,
  ];
  return [
    ...after.flatMap((now): Line[] => {
      const old = olds.get(now.key);
      if (!old) return [{ sign: "+", text: now.text }];
      const inner = innerOf(old.inner, now.inner);
      if (old.text === now.text && inner.length === 0) return [];
      const text = old.text === now.text ? now.text : `${now.text}, before: ${old.text}`;
      return [{ sign: "~", text, ...(inner.length > 0 && { inner }) }];
    }),
    ...before.filter(({ key }) => !nows.has(key)).map(({ text }): Line => ({ sign: "−", text })),
  ];
}

/** With the lines around, for it matters where in a ruleset a line stands. */
function innerOf(old = "", now = ""): string[] {
  const { hunks } = structuredPatch("", "", old, now, "", "", { context: 3, ignoreWhitespace: true });
  return hunks.flatMap(({ lines }, index) => [...(index > 0 ? ["  …"] : []), ...lines.map(spaced)]).filter(isShown);
}

/** `+ line`, `- line`, `  line`. */
function spaced(line: string): string {
  return `${line[0]} ${line.slice(1)}`;
}

/** Not that a text ends without a newline. */
function isShown(line: string): boolean {
  return !line.startsWith("\\");
}

function likeness({ sign, text, inner }: Line): unknown {
  return [
    sign,
    text.replace(/`[^`]*`/g, (quoted) => (/^`[\da-f.:/]+`$/.test(quoted) ? "@" : numberless(quoted))),
    inner,
  ];
}

function numberless(text = ""): string {
  return text.replace(/\d+/g, "0");
}

export function hostLabel(name: string): string {
  return name === "" ? "this host" : code(name);
}
