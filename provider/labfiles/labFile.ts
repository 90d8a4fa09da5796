import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
} from "yaml";
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
  private readonly faults: { line: number; said: string }[] = [];
  private readonly advice = new Set<string>();

  constructor(
    readonly name: string,
    text: string,
  ) {
    this.document = parseDocument(text, { lineCounter: this.lines, merge: true, prettyErrors: true });
    const { errors } = this.document;
    if (errors.length > 0) throw wrongFile(name, errors.map(toldOf));
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

  /** What makes it none of its tool's files; all of it is told at once, by `end`. */
  refuse(path: Path, why: string, todo?: string): void {
    const line = this.line(path);
    this.faults.push({ line, said: `line ${line}: ${pathText(path)}: ${why}` });
    if (todo !== undefined) this.advice.add(todo);
  }

  end(): void {
    if (this.faults.length === 0) return;
    const lines = [...this.faults].sort((a, b) => a.line - b.line).map(({ said }) => said);
    throw wrongFile(this.name, [...new Set(lines)], [...this.advice].join(" ") || undefined);
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

function wrongFile(name: string, said: readonly string[], todo?: string): NetnsError {
  return new NetnsError({ kind: "user", tried: `could not read ${name}`, said: said.join("\n  "), todo });
}

/** Without the lines that it shows of the file. */
function toldOf({ message, linePos }: YAMLParseError): string {
  return told(message, linePos?.[0]?.line);
}

function told(said: string, line: number | undefined): string {
  const [first = ""] = said.split("\n");
  const at = line === undefined || first.includes(" at line ") ? "" : `line ${line}: `;
  return `${at}${first.replace(/:$/, "")}`;
}

export function unreadable(name: string, said: string, line?: number, todo?: string): NetnsError {
  return wrongFile(name, [told(said, line)], todo);
}
