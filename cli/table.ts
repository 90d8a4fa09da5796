import { stripVTControlCharacters, styleText } from "node:util";

/** Whether there are colours on what we write: on a terminal that can, where NO_COLOR does not forbid it. */
function hasColors(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true && stream.hasColors();
}

export type Style = Parameters<typeof styleText>[0];

/** The text in a style where that can be shown, else as it is. */
export function styled(style: Style, text: string, stream?: NodeJS.WriteStream): string {
  return hasColors(stream) ? styleText(style, text) : text;
}

/** Rows for people on a terminal, with their head; elsewhere for programs: a line a row, its cells between tabs. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const text = process.stdout.isTTY ? aligned([head.map((cell) => styled("bold", cell)), ...rows]) : tabbed(rows);
  process.stdout.write(text);
}

function tabbed(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]))));
  const lines = rows.map((row) =>
    row.map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell))).join("  "),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function widthOf(cell = ""): number {
  return stripVTControlCharacters(cell).length;
}

/** Values for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
