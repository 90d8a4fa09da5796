import type { Box, Row, Text } from "./scene";
import type { Side, Wire } from "./sides";

/** How large all is, in pixels of the picture. */
export const size = {
  title: 36,
  line: 15,
  name: 20,
  gap: 7,
  pad: 14,
  indent: 14,
  column: 28,
  /** Beyond the east edge, where a cable from the host to itself goes. */
  loop: 34,
};
/** Of characters, in fonts of fixed width and in those without. */
const wide = { name: 7.5, detail: 6.7, title: 8.6, tag: 6.4 };

/** A row and where it is in its card. */
export interface Placed {
  row: Row;
  x: number;
  y: number;
  width: number;
  height: number;
  /** Where its text begins, or ends. */
  side: Side;
  /** The rows of a bridge are in a frame, and so is the row of the bridge itself, as its head. */
  frame?: number;
}

/** A host as a card: its title, its rows in up to two columns, and what there is to note. */
export interface Card {
  box: Box;
  width: number;
  height: number;
  rows: Placed[];
  /** What holds a bridge and its ports. */
  frames: { row: Row; y: number; height: number }[];
  notes: { text: Text; y: number }[];
  /** Where the line above the notes is. */
  rule?: number;
  /** It has a cable to itself. */
  loops: number;
}

/** Cards of about the same width get the same one. */
const STEP = 20;
const MOST_NOTES = 5;
const MOST_CHARACTERS = 44;

export function cardOf(box: Box, wires: readonly Wire[]): Card {
  const sides = sidesOf(box, wires);
  const loops = wires.filter(({ inside, from }) => inside && from.host === box.id).length;
  const notes = notesOf(box.notes);
  const blocks = blocksOf(box.rows, sides);
  const inner = Math.max(
    textWidth(box.title, wide.title) + box.tags.reduce((sum, { text }) => sum + textWidth(text, wide.tag) + 24, 0),
    ...blocks.map(blockWidth),
    ...notes.map((text) => textWidth(marked(text), wide.detail)),
    70,
  );
  const width = Math.ceil((inner + 2 * size.pad) / STEP) * STEP;
  const card: Card = { box, width, height: size.title, rows: [], frames: [], notes: [], loops };
  for (const block of blocks) putBlock(card, block);
  if (blocks.length > 0 && !blocks.at(-1)?.head) card.height += 1;
  if (notes.length > 0) {
    card.rule = card.height;
    card.height += size.gap;
    for (const text of notes) {
      card.notes.push({ text, y: card.height });
      card.height += size.line;
    }
    card.height += size.gap;
  }
  card.height = even(card.height);
  return card;
}

/** Where a cable meets the card, below its top. */
export function portY({ rows }: Card, device: string): number {
  const placed = rows.find(({ row }) => row.name === device);
  return placed ? placed.y + size.name / 2 : size.title / 2;
}

/** What is drawn of a row's text, with the sign of its change. */
export function marked({ text, change }: Text): string {
  return `${change ? `${sign[change]} ` : ""}${clipped(text)}`;
}

export const sign = { added: "+", changed: "~", removed: "−" } as const;

function clipped(text: string): string {
  const characters = [...text];
  if (characters.length <= MOST_CHARACTERS) return text;
  return `${characters.slice(0, MOST_CHARACTERS - 16).join("")}…${characters.slice(-15).join("")}`;
}

export function nameOf({ label, name }: Row): string {
  return clipped(label ?? name);
}

export function details(row: Row): Text[] {
  return row.details.filter(isShown);
}

interface Block {
  head?: Row;
  west: Line[];
  east: Line[];
}

interface Line {
  row: Row;
  depth: number;
}

/** Where the cables of a device leave: of more than one, where the first does. */
function sidesOf({ id, rows }: Box, wires: readonly Wire[]): Map<string, Side> {
  const sides = new Map<string, Side>();
  for (const { from, to, inside } of wires) {
    if (from.host === id && !sides.has(from.device)) sides.set(from.device, "east");
    if (to.host === id && !sides.has(to.device)) sides.set(to.device, inside ? "east" : "west");
  }
  const byName = new Map(rows.map((row) => [row.name, row]));
  for (const row of rows) {
    const parent = byName.get(row.under ?? "");
    const side = parent && !parent.isBridge ? sides.get(parent.name) : undefined;
    if (side) sides.set(row.name, side);
  }
  return sides;
}

/** A bridge with its ports is a block; all that is at no bridge is one together, the last. */
function blocksOf(rows: readonly Row[], sides: ReadonlyMap<string, Side>): Block[] {
  const bridges = rows.filter(({ isBridge }) => isBridge);
  const names = new Set(rows.map(({ name }) => name));
  const free = rows.filter(({ isBridge, under }) => !isBridge && (under === undefined || !names.has(under)));
  const blockOf = (tops: readonly Row[], head?: Row): Block => {
    const block: Block = { west: [], east: [], ...(head && { head }) };
    for (const row of tops) {
      const side = sides.get(row.name) ?? "west";
      block[side].push(...linesOf(row, rows, 0));
    }
    return block;
  };
  const ofBridges = bridges.map((bridge) =>
    blockOf(
      rows.filter(({ under, isBridge }) => under === bridge.name && !isBridge),
      bridge,
    ),
  );
  return free.length > 0 ? [...ofBridges, blockOf(free)] : ofBridges;
}

function linesOf(row: Row, rows: readonly Row[], depth: number): Line[] {
  const above = rows.filter(({ under, name }) => under === row.name && name !== row.name);
  return [{ row, depth }, ...above.flatMap((next) => (depth < 4 ? linesOf(next, rows, depth + 1) : []))];
}

function blockWidth({ head, west, east }: Block): number {
  const columns = [west, east].map((lines) => Math.max(0, ...lines.map(lineWidth)));
  const [left = 0, right = 0] = columns;
  const both = left + right + (left > 0 && right > 0 ? size.column : 0);
  return Math.max(both, head ? rowWidth(head) : 0) + (head ? 12 : 0);
}

function lineWidth({ row, depth }: Line): number {
  return rowWidth(row) + depth * size.indent;
}

function rowWidth(row: Row): number {
  const sort = row.down ? `${row.sort ?? ""} down` : row.sort;
  const head =
    textWidth(nameOf(row), wide.name) +
    (sort === undefined ? 0 : textWidth(sort, wide.tag) + 14) +
    (row.change ? 2 * wide.name : 0);
  return Math.max(head, ...details(row).map((text) => textWidth(marked(text), wide.detail)));
}

function rowHeight(row: Row): number {
  return size.name + details(row).length * size.line;
}

function putBlock(card: Card, { head, west, east }: Block): void {
  const top = card.height;
  const frame = card.frames.length;
  const inset = head ? 6 : 0;
  let y = top + (head ? 5 : 0);
  if (head) {
    const whole = { x: size.pad + inset, width: card.width - 2 * (size.pad + inset) };
    card.rows.push({ row: head, ...whole, y, height: rowHeight(head), side: "west", frame });
    y += rowHeight(head) + size.gap;
  }
  const ends = (
    [
      ["west", west],
      ["east", east],
    ] as const
  ).map(([side, lines]) => {
    let at = y;
    for (const { row, depth } of lines) {
      const indent = depth * size.indent;
      const x = size.pad + inset + (side === "west" ? indent : 0);
      const width = card.width - 2 * (size.pad + inset) - indent;
      card.rows.push({ row, x, y: at, width, height: rowHeight(row), side, ...(head && { frame }) });
      at += rowHeight(row) + size.gap;
    }
    return at;
  });
  card.height = Math.max(...ends);
  if (head) {
    card.frames.push({ row: head, y: top, height: card.height - top });
    card.height += size.gap;
  }
}

/** What changes is shown in any case, of the rest not more than a few. */
function notesOf(all: readonly Text[]): Text[] {
  const shown = all.filter(isShown);
  if (shown.length <= MOST_NOTES) return shown;
  const still = shown.filter(({ change }) => change === undefined);
  const few = new Set(still.slice(0, Math.max(0, MOST_NOTES - 1)));
  const kept = shown.filter((text) => text.change !== undefined || few.has(text));
  const left = shown.length - kept.length;
  return left > 0 ? [...kept, { text: `… and ${left} more` }] : kept;
}

function isShown({ quiet, change }: Text): boolean {
  return !quiet || change !== undefined;
}

/** Whole pixels, halved too, so that what is level stays level. */
function even(value: number): number {
  return 2 * Math.ceil(value / 2);
}

/** As wide as it may become; characters of East Asia take the room of two. */
function textWidth(text: string, character: number): number {
  let count = 0;
  for (const one of text) count += (one.codePointAt(0) ?? 0) > 0x10ff ? 2 : 1;
  return count * character;
}
