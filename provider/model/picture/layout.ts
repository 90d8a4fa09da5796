import { type Card, portY, size } from "./card";
import type { End } from "./scene";
import type { Wire } from "./sides";

export interface Point {
  x: number;
  y: number;
}

/** Where all is in the picture: the cards by their west upper corner, the wires as SVG writes paths. */
export interface Layout {
  width: number;
  height: number;
  cards: Point[];
  wires: { path: string; middle: Point }[];
}

const MARGIN = 24;
/** A cell of the table that Graphviz takes a card for. Its middle is where a wire meets the card. */
const CELL = 8;

/**
 * Cards in columns from west to east, with wires that bend smoothly: `dot` of Graphviz does it. It gets sizes and numbers,
 * and no text of the lab.
 */
export async function layoutOf(cards: readonly Card[], wires: readonly Wire[]): Promise<Layout> {
  if (cards.length === 0) return { width: 2 * MARGIN, height: 2 * MARGIN, cards: [], wires: [] };
  const { instance } = await import("@viz-js/viz");
  const places = new Map(cards.map((card, index) => [card.box.id, { card, index }]));
  const placeOf = ({ host }: End) => places.get(host) as { card: Card; index: number };
  const rendered = (await instance()).render(dotOf(cards, wires, placeOf), { format: "json" });
  if (rendered.status === "failure") {
    throw new Error(`Graphviz does not take the picture: ${rendered.errors.map(({ message }) => message).join("; ")}`);
  }
  const drawn = JSON.parse(rendered.output) as Drawn;
  const [, , width = 0, height = 0] = numbers(drawn.bb);
  const at = new Map((drawn.objects ?? []).map(({ name, pos }) => [name, numbers(pos)]));
  const corners = cards.map((card, index): Point => {
    const [x = 0, y = 0] = at.get(`n${index}`) ?? [];
    return { x: x - outerWidth(card) / 2 + MARGIN, y: height - y - card.height / 2 + MARGIN };
  });
  const curves = new Map((drawn.edges ?? []).map(({ id, pos }) => [id, pos]));
  const portOf = (end: End, side: "west" | "east"): Point => {
    const { card, index } = placeOf(end);
    const { x, y } = corners[index] as Point;
    return { x: side === "east" ? x + card.width : x, y: y + portY(card, end.device) };
  };
  return {
    width: width + 2 * MARGIN,
    height: height + 2 * MARGIN,
    cards: corners,
    wires: wires.map(({ inside, from, to }, index) => {
      if (inside) return loop(portOf(from, "east"), portOf(to, "east"));
      const points = (curves.get(`e${index}`) ?? "").split(" ").map((point): Point => {
        const [x = 0, y = 0] = numbers(point);
        return { x: x + MARGIN, y: height - y + MARGIN };
      });
      return curve([portOf(from, "east"), ...points.slice(1, -1), portOf(to, "west")]);
    }),
  };
}

/** What of Graphviz's own JSON is read here. */
interface Drawn {
  bb: string;
  objects?: { name: string; pos: string }[];
  edges?: { id: string; pos: string }[];
}

function dotOf(
  cards: readonly Card[],
  wires: readonly Wire[],
  placeOf: (end: End) => { card: Card; index: number },
): string {
  const portName = (end: End) => `p${portY(placeOf(end).card, end.device)}`;
  const nodes = cards.map((card, index) => {
    const ends = wires.flatMap(({ from, to }) => [from, to]).filter(({ host }) => host === card.box.id);
    return `n${index} [label=<${table(card, [...new Set(ends.map(({ device }) => portY(card, device)))])}>]`;
  });
  const edges = wires.flatMap(({ inside, from, to }, index) =>
    inside
      ? []
      : [`n${placeOf(from).index}:${portName(from)}:e -> n${placeOf(to).index}:${portName(to)}:w [id=e${index}]`],
  );
  // Many cables of one card need room to turn in.
  const most = Math.max(0, ...cards.map(({ box }) => wires.filter(({ from }) => from.host === box.id).length));
  const apart = 0.95 + Math.min(3, Math.max(0, most - 8) / 16);
  const settings = `rankdir=LR; nodesep=0.3; ranksep=${apart}; margin=0; node [shape=plain, fontsize=1]; edge [dir=none];`;
  return `digraph { ${settings}\n${[...nodes, ...edges].join("\n")}\n}`;
}

/** As high as the card, with a cell of its own at each of these heights. */
function table(card: Card, heights: readonly number[]): string {
  const cell = (height: number, port = "") =>
    `<tr><td fixedsize="true" width="${outerWidth(card)}" height="${height}"${port}></td></tr>`;
  let at = 0;
  let cells = "";
  for (const height of [...heights].sort((a, b) => a - b)) {
    if (height - CELL / 2 > at) cells += cell(height - CELL / 2 - at);
    cells += cell(CELL, ` port="p${height}"`);
    at = height + CELL / 2;
  }
  if (card.height > at) cells += cell(card.height - at);
  return `<table border="0" cellborder="0" cellspacing="0" cellpadding="0">${cells}</table>`;
}

function outerWidth({ width, loops }: Card): number {
  return width + (loops > 0 ? size.loop : 0);
}

/** From a host to itself. */
function loop(from: Point, to: Point): Layout["wires"][number] {
  const [x, middle] = [from.x + size.loop, { x: from.x + size.loop * 0.75, y: (from.y + to.y) / 2 }];
  return { path: `M${pair(from)}C${pair({ x, y: from.y })} ${pair({ x, y: to.y })} ${pair(to)}`, middle };
}

/** Béziers, one after the other: three points each after the first one. */
function curve(points: readonly Point[]): Layout["wires"][number] {
  const [start, ...rest] = points as [Point, ...Point[]];
  const pieces = Array.from({ length: Math.floor(rest.length / 3) }, (_, index) =>
    rest.slice(3 * index, 3 * index + 3),
  );
  const at = Math.floor(pieces.length / 2);
  const [a, b, c, d] = points.slice(3 * at, 3 * at + 4) as [Point, Point, Point, Point];
  const middle = { x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8, y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8 };
  return { path: `M${pair(start)}${pieces.map((piece) => `C${piece.map(pair).join(" ")}`).join("")}`, middle };
}

function pair({ x, y }: Point): string {
  return `${rounded(x)},${rounded(y)}`;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function numbers(text: string): number[] {
  return text.split(",").map(Number);
}
