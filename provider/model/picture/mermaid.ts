import { details, marked, sign } from "./card";
import type { Cable, Change, Row, Scene } from "./scene";

/** For pages that draw Mermaid, as GitHub does: it takes the colours of the page. */
export function mermaidOf({ boxes, cables }: Scene): string {
  const ids = new Map<string, string>();
  const classes = new Map<Change, string[]>();
  const mark = (id: string, change: Change | undefined) => {
    if (change) classes.set(change, [...(classes.get(change) ?? []), id]);
  };
  const lines = boxes.flatMap((box, index) => {
    const host = `h${index}`;
    mark(host, box.change);
    const rows = box.rows.map((row, at) => {
      const id = `${host}_${at}`;
      ids.set(JSON.stringify([box.id, row.name]), id);
      mark(id, row.change);
      return `    ${id}${row.isBridge ? "{{" : "["}"${rowText(row)}"${row.isBridge ? "}}" : "]"}`;
    });
    const title = [box.change ? `${sign[box.change]} ` : "", box.title].join("");
    const tags = box.tags.map((tag) => ` (${marked(tag)})`).join("");
    const empty = rows.length === 0 ? [`    ${host}_[" "]`] : [];
    return [`  subgraph ${host}["${escaped(`${title}${tags}`)}"]`, ...rows, ...empty, "  end"];
  });
  const inner = boxes.flatMap(({ id, rows }) =>
    rows.flatMap((row) => {
      const [a, b] = [ids.get(JSON.stringify([id, row.under])), ids.get(JSON.stringify([id, row.name]))];
      return a && b ? [`  ${a} --- ${b}`] : [];
    }),
  );
  const outer = cables.flatMap((cable) => {
    const [a, b] = cable.ends.map(({ host, device }) => ids.get(JSON.stringify([host, device])));
    return a && b ? [`  ${a} ${line(cable)} ${b}`] : [];
  });
  const colored = [...classes].map(([change, all]) => `  class ${all.join(",")} ${change}`);
  const definitions = [...classes.keys()].map(
    (change) => `  classDef ${change} stroke:${color[change]},stroke-width:3px`,
  );
  return `${["flowchart LR", ...lines, ...inner, ...outer, ...definitions, ...colored].join("\n")}\n`;
}

const color = { added: "#1a7f37", changed: "#bf8700", removed: "#cf222e,stroke-dasharray:5 4" };

function rowText(row: Row): string {
  const { name, label, sort, down, change } = row;
  const first = [
    ...(change ? [sign[change]] : []),
    label ?? name,
    ...(sort === undefined ? [] : [`(${sort})`]),
    ...(down ? ["down"] : []),
  ].join(" ");
  return [first, ...details(row).map(marked)].map(escaped).join("<br>");
}

function line(cable: Cable): string {
  const { sort, down, label, change } = cable;
  const text = [...(change ? [sign[change]] : []), ...(label === undefined ? [] : [label])].join(" ");
  const dotted = sort !== "cable" || down || change === "removed";
  const written = text === "" ? "" : `|"${escaped(text)}"|`;
  return `${dotted ? "-.-" : "---"}${written}`;
}

/** Of letters, digits and what addresses have; all else by its number, as Mermaid has it. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,:/()+~−…×_-]/gu, (character) => `#${character.codePointAt(0)};`);
}
