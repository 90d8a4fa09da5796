import type { Path } from "./values";

/**
 * The text between the braces of a table, read as nft(8) reads it: so that none of it can close the table and go on with
 * something else, or have nft read a file.
 */

/** Such a text, and the property that says it. */
export interface NftText {
  path: Path;
  family: string;
  rules: string;
}

/** What a table consists of; what is not this at its outermost level is no part of a table. */
const OBJECTS = new Set([
  ...["chain", "set", "map", "flowtable", "counter", "quota", "limit", "synproxy", "secmark", "ct"],
]);
/** What nft lets stand wherever a statement can, and what it would do. */
const COMMANDS: Record<string, string> = {
  include: "reads a file",
  define: "sets a variable",
  redefine: "sets a variable",
  undefine: "unsets a variable",
};
/** Blanks, a comment, an end, a brace, quoted text, a word or a sign: its first letter tells which. */
const TOKEN = /[ \t]+|\\\n|#[^\n]*|[\n;]|[{}]|"[^"\n]*"|[\w./-]+|[()<>=!&|^~,:@*+[\]%]/y;
/** What blanks begin with: a backslash with the end of its line behind it is one. */
const BLANKS = " \t\\";
/** What nft shows behind `xt` of a rule of iptables-nft that it has no words of its own for. */
const OF_IPTABLES = ["match", "target"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Why a text cannot stand between the braces of a table; the words of it are not told, for it may be a secret. */
export function tableFault(text: string): string | undefined {
  const read = readTable(text);
  return "fault" in read ? read.fault : undefined;
}

/** The same text without its comments, so that no version of nft can read them as anything else. */
export function withoutComments(text: string): string {
  const read = readTable(text);
  return "fault" in read ? text : read.plain;
}

function readTable(text: string): { plain: string } | { fault: string } {
  let line = 1;
  let depth = 0;
  let isBeginning = true;
  let plain = "";
  let before = "";
  const fault = (reason: string) => ({ fault: `has in line ${line} ${reason}` });
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) return fault(unreadable(text.slice(at)));
    if (CONTROL.test(token)) return fault("a control character");
    const first = token.charAt(0);
    if (first === "#") continue;
    plain += token;
    line += token.endsWith("\n") ? 1 : 0;
    if (BLANKS.includes(first)) continue;
    if (before === "xt" && OF_IPTABLES.includes(token))
      return fault("`xt`, an extension of iptables, which nft shows and does not take");
    before = token;
    const isEnd = first === "\n" || first === ";";
    if (!isEnd && isBeginning && token !== "}") {
      if (Object.hasOwn(COMMANDS, token)) return fault(`\`${token}\`, which ${COMMANDS[token]}`);
      if (depth === 0 && !OBJECTS.has(token)) return fault(notOfTable(token));
    }
    depth += token === "{" ? 1 : token === "}" ? -1 : 0;
    if (depth < 0) return fault("a `}` that closes nothing");
    isBeginning = isEnd || token === "{" || token === "}";
  }
  return depth === 0 ? { plain } : { fault: "has a `{` that is not closed" };
}

function notOfTable(token: string): string {
  if (token === "comment") return "a `comment` of the table, which is where the mark of its owner stands";
  if (token === "flags") return "`flags` of the table, which this resource does not set";
  return `what is no part of a table: ${[...OBJECTS].map((word) => `\`${word}\``).join(", ")} are`;
}

function unreadable(rest: string): string {
  if (CONTROL.test(rest.charAt(0))) return "a control character";
  if (rest.startsWith('"')) return 'a `"` that is not closed on its line';
  if (rest.startsWith("$")) return "a `$` outside of quotes, where nft has its variables: the program has its own";
  return "a sign outside of quotes that nft does not know";
}
