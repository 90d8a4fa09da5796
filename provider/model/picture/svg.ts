import { type Card, details, marked, nameOf, type Placed, portY, sign, size } from "./card";
import { type Layout, type Point, rounded } from "./layout";
import { type Cable, type Change, cableId, type Text } from "./scene";
import type { Wire } from "./sides";
import { style } from "./style";

export interface Drawing {
  cards: readonly Card[];
  wires: readonly Wire[];
  layout: Layout;
}

export function svgOf({ cards, wires, layout }: Drawing): string {
  const changes = new Set(cards.flatMap(({ box }) => [box.change, ...box.rows.map(({ change }) => change)]));
  for (const { cable } of wires) changes.add(cable.change);
  const legend = (["added", "changed", "removed"] as const).filter((change) => changes.has(change));
  const [width, height] = [Math.ceil(layout.width), Math.ceil(layout.height) + (legend.length > 0 ? 22 : 0)];
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<style>${style}</style>`,
    `<rect class="page" width="${width}" height="${height}" rx="10"/>`,
    ...wires.map((wire, index) => cableSvg(wire.cable, layout.wires[index] as Layout["wires"][number])),
    ...cards.map((card, index) => cardSvg(card, layout.cards[index] as Point, wires)),
    ...(legend.length > 0 ? [legendSvg(legend, height - 14)] : []),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

function cableSvg(cable: Cable, { path, middle }: Layout["wires"][number]): string {
  const { label, sort, down, change } = cable;
  const classes = [
    "cable",
    ...(sort === "cable" ? [] : [sort]),
    ...(down ? ["down"] : []),
    ...(change ? [change] : []),
  ];
  const text = [...(change ? [sign[change]] : []), ...(label === undefined ? [] : [label])].join(" ");
  const written =
    text === ""
      ? ""
      : `<text class="label" x="${rounded(middle.x)}" y="${rounded(middle.y - 5)}" text-anchor="middle">${xml(text)}</text>`;
  return `<g class="${classes.join(" ")}" data-cable="${xml(cableId(cable))}"><path d="${path}"/>${written}</g>`;
}

function cardSvg(card: Card, at: Point, wires: readonly Wire[]): string {
  const { box, width, height } = card;
  const many = box.hosts.length > 1;
  const classes = ["host", ...(box.change ? [box.change] : [])];
  let tagX = width - size.pad;
  const tags = box.tags
    .map((tag) => {
      const w = marked(tag).length * 6.4 + 14;
      tagX -= w;
      const one = `<g class="tag${tag.change ? ` ${tag.change}` : ""}"><rect x="${rounded(tagX)}" y="9" width="${rounded(w)}" height="17" rx="8.5"/><text x="${rounded(tagX + w / 2)}" y="21.5" text-anchor="middle">${xml(marked(tag))}</text></g>`;
      tagX -= 6;
      return one;
    })
    .join("");
  return [
    `<g class="${classes.join(" ")}" data-host="${xml(box.id)}" transform="translate(${rounded(at.x)} ${rounded(at.y)})">`,
    ...(many
      ? [8, 4].map((by) => `<rect class="card behind" x="${by}" y="${by}" width="${width}" height="${height}" rx="8"/>`)
      : []),
    `<rect class="card" width="${width}" height="${height}" rx="8"/>`,
    `<text class="title" x="${size.pad}" y="22">${xml(signed(box.title, box.change))}</text>${tags}`,
    ...card.frames.map(
      ({ row, y, height: h }) =>
        `<rect class="bridge${row.change ? ` ${row.change}` : ""}" x="6" y="${rounded(y)}" width="${width - 12}" height="${rounded(h)}" rx="6"/>`,
    ),
    ...card.rows.map((placed) => rowSvg(card, placed, wires)),
    ...(card.rule === undefined ? [] : [`<path class="rule" d="M0,${card.rule}H${width}"/>`]),
    ...card.notes.map(({ text, y }) => textSvg(text, { x: size.pad, y: y + 11, side: "west" }, "note")),
    "</g>",
  ].join("\n");
}

function rowSvg(card: Card, placed: Placed, wires: readonly Wire[]): string {
  const { row, x, y, width, side } = placed;
  const textX = side === "west" ? x : x + width;
  const anchor = side === "west" ? "" : ' text-anchor="end"';
  const sort = [...(row.sort === undefined ? [] : [row.sort]), ...(row.down ? ["down"] : [])].join(", ");
  const name = `<tspan class="name">${xml(signed(nameOf(row), row.change))}</tspan>`;
  const kind = sort === "" ? "" : `<tspan class="sort"${side === "west" ? ' dx="8"' : ""}>${xml(sort)}</tspan>`;
  const gap = kind !== "" && side === "east" ? name.replace("<tspan ", '<tspan dx="8" ') : name;
  const head = side === "west" ? `${name}${kind}` : `${kind}${gap}`;
  const classes = ["device", ...(row.down ? ["down"] : []), ...(row.change ? [row.change] : [])];
  return [
    `<g class="${classes.join(" ")}" data-host="${xml(card.box.id)}" data-device="${xml(row.name)}">`,
    ...portsOf(card, row.name, wires).map(
      (px) =>
        `<rect class="port" x="${px - 4}" y="${rounded(portY(card, row.name) - 4)}" width="8" height="8" rx="2"/>`,
    ),
    `<text x="${rounded(textX)}" y="${rounded(y + 13.5)}"${anchor}>${head}</text>`,
    ...details(row).map((text, index) =>
      textSvg(text, { x: textX, y: y + size.name + index * size.line + 10, side }, "detail"),
    ),
    "</g>",
  ].join("");
}

/** At which edges of the card a cable is plugged in. */
function portsOf({ box, width }: Card, device: string, wires: readonly Wire[]): number[] {
  const is = (end: { host: string; device: string }) => end.host === box.id && end.device === device;
  const edges = wires.flatMap(({ from, to, inside }) => [
    ...(is(from) ? [width] : []),
    ...(is(to) ? [inside ? width : 0] : []),
  ]);
  return [...new Set(edges)];
}

function textSvg(text: Text, at: { x: number; y: number; side: "west" | "east" }, name: string): string {
  const anchor = at.side === "west" ? "" : ' text-anchor="end"';
  const change = text.change ? ` ${text.change}` : "";
  return `<text class="${name}${change}" x="${rounded(at.x)}" y="${rounded(at.y)}"${anchor}>${xml(marked(text))}</text>`;
}

function legendSvg(changes: readonly Change[], y: number): string {
  return changes
    .map(
      (change, index) =>
        `<text class="legend ${change}" x="${24 + index * 100}" y="${y}">${sign[change]} ${change}</text>`,
    )
    .join("");
}

function signed(text: string, change?: Change): string {
  return change ? `${sign[change]} ${text}` : text;
}

function xml(text: string): string {
  return (
    text
      .replace(/&/g, "&amp;")
      .replace(/</g, "&lt;")
      .replace(/>/g, "&gt;")
      .replace(/"/g, "&quot;")
      .replace(/'/g, "&#39;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no place for them.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  );
}
