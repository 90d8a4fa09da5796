/** A command of a shell line, with where its output goes. */
export interface Statement {
  words: string[];
  /** The file that its output goes to. */
  to?: string;
  /** The text, to be shown. */
  text: string;
  /** It runs only if what is before it failed. */
  isOtherwise?: true;
  /** Why only a shell can say what it does. */
  needsShell?: string;
  /** It is the beginning of a loop, a condition or a function; the text goes to the end of the line. */
  isControl?: true;
}

const KEYWORDS = new Set([
  "for",
  "while",
  "until",
  "if",
  "case",
  "function",
  "do",
  "then",
  "{",
  "(",
  "[",
  "[[",
  "test",
]);

/** The commands of a line in their order, as a shell would split it. */
export function statementsOf(line: string): Statement[] {
  const statements: Statement[] = [];
  let one = new Pending();
  let start = 0;
  let isOtherwise = false;
  const end = (at: number, next: boolean) => {
    const made = one.statement(line.slice(start, at).trim());
    if (made?.isControl) made.text = line.slice(start).trim();
    if (made) statements.push({ ...made, ...(isOtherwise && { isOtherwise: true as const }) });
    one = new Pending();
    isOtherwise = next;
  };
  for (let at = 0; at < line.length; ) {
    const sign = line[at] ?? "";
    const two = line.slice(at, at + 2);
    if (sign === "#" && one.isBetween) {
      const newline = line.indexOf("\n", at);
      const after = newline < 0 ? line.length : newline;
      end(at, false);
      start = at = after;
    } else if (two === "&&" || two === "||") {
      end(at, two === "||");
      start = at += 2;
    } else if (two === "&>" || two === ">&" || /^\d?>/.test(line.slice(at, at + 2))) {
      at = one.redirect(line, at);
    } else if (sign === ";" || sign === "\n" || sign === "&") {
      if (sign === "&") one.needsShell = "it goes on in the background";
      end(at, false);
      start = at += 1;
    } else {
      at = one.read(line, at);
    }
  }
  end(line.length, false);
  return statements;
}

class Pending {
  needsShell: string | undefined;
  private readonly words: string[] = [];
  private word: string | undefined;
  private to: string | undefined;
  private isTarget = false;

  get isBetween(): boolean {
    return this.word === undefined;
  }

  read(line: string, at: number): number {
    const sign = line[at] ?? "";
    if (sign === "'" || sign === '"') return this.quoted(line, at, sign);
    if (/\s/.test(sign)) this.close();
    else if (sign === "|") this.needsShell = "its output goes to another command";
    else if (sign === "`" || line.startsWith("$(", at)) this.needsShell = "a part of it is another command's output";
    else if (sign === "$") this.needsShell = "it has variables of a shell";
    else if (sign === "<") this.needsShell = "it reads from a file";
    if (sign === "\\" && at + 1 < line.length) {
      if (line[at + 1] !== "\n") this.append(line[at + 1] ?? "");
      return at + 2;
    }
    if (!/\s/.test(sign)) this.append(sign);
    return at + 1;
  }

  private quoted(line: string, at: number, quote: string): number {
    let text = "";
    let next = at + 1;
    for (; next < line.length && line[next] !== quote; next += 1) {
      const isEscape = quote === '"' && line[next] === "\\" && /["\\$`]/.test(line[next + 1] ?? "");
      if (isEscape) next += 1;
      else if (quote === '"' && (line[next] === "`" || line[next] === "$")) this.inQuotes = true;
      text += line[next] ?? "";
    }
    this.append(text);
    return next + 1;
  }

  /** Variables in quotes: of a script that a shell gets, they are that shell's. */
  private inQuotes = false;

  redirect(line: string, at: number): number {
    this.close();
    const found = /^(?:&>|\d?>>?)(&\d|)/.exec(line.slice(at))?.[0] ?? ">";
    if (!found.endsWith("&1") && !found.endsWith("&2") && !/^2>/.test(found)) this.isTarget = true;
    else if (/^2>>?$/.test(found)) this.isTarget = true;
    this.isError = /^2>/.test(found);
    return at + found.length;
  }

  private isError = false;

  private append(text: string): void {
    this.word = (this.word ?? "") + text;
  }

  private close(): void {
    if (this.word === undefined) return;
    if (this.isTarget) {
      if (!this.isError && this.word !== "/dev/null") this.to = this.word;
      this.isTarget = false;
    } else this.words.push(this.word);
    this.word = undefined;
  }

  statement(text: string): Statement | undefined {
    this.close();
    const [first] = this.words;
    if (first === undefined) return undefined;
    const isScript = /(^|\/)(ba|da|a|z)?sh$/.test(first);
    const why = this.needsShell ?? (this.inQuotes && !isScript ? "it has variables of a shell" : undefined);
    return {
      words: this.words,
      text,
      ...(this.to !== undefined && { to: this.to }),
      ...((KEYWORDS.has(first) || first.endsWith("()")) && { isControl: true as const }),
      ...(why !== undefined && { needsShell: why }),
    };
  }
}
