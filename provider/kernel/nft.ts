import { withoutComments } from "../core/nft";
import { NetnsError } from "../errors";
import type { Kernel } from "./kernel";
import type { Step } from "./step";

/** The words of nft(8) for one table. */

export interface TablePlace {
  namespace?: string | undefined;
  family: string;
  name: string;
}

export interface Table {
  /** What stands between its braces, as nft writes it, but for the comment and what packets have put there. */
  text: string;
  comment?: string;
}

/** Without what counts packets (`-s`). */
const LIST = ["nft", "-s", "list", "table"];
const LIST_ALL = ["nft", "-j", "list", "ruleset"];

export async function showTable(kernel: Kernel, { namespace, family, name }: TablePlace): Promise<Table | undefined> {
  const text = await kernel.ask(namespace, [...LIST, family, name], `list the table ${family} ${name}`);
  return text === undefined ? undefined : read(text);
}

/** Every table of a namespace; none without nft, which makes them. */
export async function listTables(kernel: Kernel, netns: string | undefined): Promise<Omit<TablePlace, "namespace">[]> {
  const text = await kernel.ask(netns, ["nft", "list", "tables"], "list tables").catch((error: unknown) => {
    if (error instanceof NetnsError && error.kind === "unsupported") return undefined;
    throw error;
  });
  return [...(text ?? "").matchAll(/^table (\S+) (\S+)$/gm)].map(([, family = "", name = ""]) => ({ family, name }));
}

/**
 * Makes the table, or puts it in the place of the one that is there: nft does all of a file or nothing, and no packet
 * meets anything in between. `create` refuses what already exists.
 */
export function setTable(at: TablePlace, { text, comment }: Table, isThere: boolean): Step {
  const stdin = `${isThere ? `delete ${tableOf(at)}; ` : ""}${fileFor(at, text, comment)}`;
  const what = isThere ? "put the new rules in the place of the old" : "make the table";
  return { netns: at.namespace, argv: ["nft", "-f", "-"], stdin, what, property: ["rules"] };
}

export function delTable({ namespace, family, name }: TablePlace): Step {
  return { netns: namespace, argv: ["nft", "delete", "table", family, name], what: "remove the table" };
}

/**
 * How nft would list such a table: asked in a namespace that goes with the question. Undefined where that cannot be told,
 * for rules can be about devices that are not there.
 */
export async function spelledByNft(kernel: Kernel, at: TablePlace, text: string): Promise<string | undefined> {
  const listed = await kernel.tryNft(
    [
      ["nft", "-f", "-"],
      [...LIST, at.family, at.name],
    ],
    fileFor(at, text, undefined),
  );
  return listed === undefined ? undefined : read(listed).text;
}

/** What nft says of all tables of a namespace; undefined where there is no nftables, or no right to read it. */
export async function showRuleset(kernel: Kernel, netns: string | undefined): Promise<unknown> {
  const text = await kernel.ask(netns, LIST_ALL, "read the ruleset").catch(() => undefined);
  return text ? JSON.parse(text) : undefined;
}

/** The same of such tables, if there were no others: asked in a namespace that goes with the question. */
export async function rulesetByNft(
  kernel: Kernel,
  tables: readonly (Omit<TablePlace, "namespace"> & Pick<Table, "text">)[],
): Promise<unknown> {
  const file = tables.map((table) => fileFor(table, table.text, undefined)).join("");
  const listed = await kernel.tryNft([["nft", "-f", "-"], LIST_ALL], file);
  return listed === undefined ? undefined : JSON.parse(listed);
}

/** What is given begins in the first line, so that nft counts its lines as its writer does. */
function fileFor(at: TablePlace, text: string, comment: string | undefined): string {
  const block = comment === undefined ? "" : ` { comment "${comment}"; }`;
  return `create ${tableOf(at)}${block}; ${tableOf(at)} {${withoutComments(text)}\n}\n`;
}

function tableOf({ family, name }: TablePlace): string {
  return `table ${family} ${name}`;
}

/** Between the first line, `table inet NAME {`, and the last. */
function read(text: string): Table {
  const lines = text.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.startsWith("table "));
  const body = lines.slice(first + 1, -1).map((line) => line.replace(/^\t/, ""));
  const comment = body.map((line) => /^comment "([^"]*)"$/.exec(line)?.[1]).find((found) => found !== undefined);
  const rest = withoutLearnt(body.filter((line) => !line.startsWith("comment ")));
  return { text: rest.join("\n").trim(), ...(comment !== undefined && { comment }) };
}

/** What packets put into sets and maps comes and goes by itself. */
function withoutLearnt(lines: readonly string[]): string[] {
  const written = [...lines.join("\n").matchAll(/\b(?:add|update|delete) @(\S+) \{/g)].map(([, name]) => name);
  let block: string | undefined;
  let isDynamic = false;
  let isSkipping = false;
  return lines.filter((line) => {
    if (/^\S/.test(line)) {
      // The first line of what stands in the table, or the last.
      block = /^(?:set|map) (\S+) \{$/.exec(line)?.[1];
      isDynamic = block !== undefined && written.includes(block);
      isSkipping = false;
    } else if (block !== undefined) {
      isDynamic ||= /^\tflags .*\bdynamic\b/.test(line);
      // Nothing of a set comes after its elements.
      isSkipping ||= isDynamic && line.startsWith("\telements = {");
    }
    return !isSkipping;
  });
}
