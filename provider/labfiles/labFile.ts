import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import { type Path, pathText } from "../core/values";
import { NetnsError } from "../errors";

/** What a file says that the program does not, with its place there. */
export interface Left {
  line: number;
  path: string;
  /** The text itself, where that is one of several in a line or a list. */
  text?: string;
  /** Why, and what can be done instead. */
  why: string;
}

/** A file of another tool, with the lines of all that is in it, and what has been left out of it so far. */
export class LabFile {
  readonly content: unknown;
  private readonly document: Document;
  private readonly lines = new LineCounter();
  private readonly all: Left[] = [];
  private readonly ofRoutes = new Set<string>();

  constructor(
    readonly name: string,
    text: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, merge: true, prettyErrors: true });
    const [wrong] = this.document.errors;
    if (wrong) throw unreadable(name, wrong.message, wrong.linePos?.[0]?.line);
    this.content = this.read();
  }

  private read(): unknown {
    try {
      return this.document.toJS({ maxAliasCount: 1000 });
    } catch (error) {
      throw unreadable(this.name, (error as Error).message);
    }
  }

  /** The line of a value's key, or of the value in a list; of what is not there, that of what is around it. */
  line(path: Path): number {
    let node: unknown = this.document.contents;
    let found: unknown = node;
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.document);
      if (isMap(node)) {
        const named = (one: { key: unknown }) => String(isScalar(one.key) ? one.key.value : one.key);
        // netlab's `a.b` is `b` of `a`.
        const pair =
          node.items.find((one) => named(one) === String(key)) ??
          node.items.find((one) => named(one).startsWith(`${key}.`));
        if (!pair) break;
        found = pair.key;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        if (node === undefined) break;
        found = node;
      } else break;
    }
    return this.lines.linePos((found as Node | null)?.range?.[0] ?? 0).line;
  }

  /** Whether there is something at this place. */
  has(path: Path): boolean {
    return this.document.hasIn(path);
  }

  /** What a daemon would have done for the routes of hosts. */
  leaveRouting(path: Path, why: string): void {
    this.leave(path, why);
    this.ofRoutes.add(`${pathText(path)} ${why}`);
  }

  leave(path: Path, why: string, text?: string): void {
    const left: Left = { line: this.line(path), path: pathText(path), ...(text !== undefined && { text }), why };
    if (!this.all.some((one) => one.path === left.path && one.text === left.text && one.why === why))
      this.all.push(left);
  }

  /** In the order of the file; `hasRoutes`: the program has some in the place of those of daemons. */
  left(hasRoutes: boolean): Left[] {
    const all = this.all.map((one) =>
      hasRoutes && this.ofRoutes.has(`${one.path} ${one.why}`)
        ? { ...one, why: `${one.why}: \`lab\` makes static routes instead` }
        : one,
    );
    return all.sort((a, b) => a.line - b.line);
  }
}

/** Links to nodes that the file has not, which make it none of its tool. */
export function unknownNodes(file: LabFile, all: readonly { node: string; path: Path }[], todo?: string): NetnsError {
  const said = all.map(({ node, path }) => `line ${file.line(path)}: ${pathText(path)}: the file has no node ${node}`);
  return new NetnsError({ kind: "user", tried: `could not read ${file.name}`, said: said.join("\n  "), todo });
}

export function unreadable(name: string, said: string, line?: number, todo?: string): NetnsError {
  const [first = ""] = said.split("\n");
  const at = line === undefined || first.includes(" at line ") ? "" : `line ${line}: `;
  return new NetnsError({
    kind: "user",
    tried: `could not read ${name}`,
    said: `${at}${first.replace(/:$/, "")}`,
    todo,
  });
}
