import { details, marked, sign } from "./card";
import type { Row, Scene } from "./scene";

const color = { added: "#1a7f37", changed: "#bf8700", removed: "#cf222e" };

/** For Graphviz and all that reads its language: a cluster a host, a node a device. */
export function dotOf({ boxes, cables }: Scene): string {
  const idOf = (host: string, device: string) => quoted(`${host}/${device}`);
  const lines = boxes.flatMap(({ id, title, rows, change, tags }, index) => [
    `  subgraph cluster_${index} {`,
    `    label=${quoted(signed([title, ...tags.map((tag) => `(${marked(tag)})`)].join(" "), change))};`,
    ...(change ? [`    color="${color[change]}";`] : []),
    ...rows.map((row) => `    ${idOf(id, row.name)} [label=${quoted(rowText(row))}${look(row)}];`),
    ...(rows.length === 0 ? [`    ${quoted(`${id}/`)} [label="", shape=none];`] : []),
    "  }",
  ]);
  const inner = boxes.flatMap(({ id, rows }) =>
    rows
      .filter(({ under }) => under !== undefined && rows.some(({ name }) => name === under))
      .map(({ name, under = "" }) => `  ${idOf(id, under)} -- ${idOf(id, name)} [color=gray];`),
  );
  const outer = cables.map(({ ends: [a, b], sort, label, down, change }) => {
    const settings = [
      ...(sort !== "cable" || down || change === "removed" ? ["style=dashed"] : []),
      ...(change ? [`color="${color[change]}"`] : []),
      ...(label === undefined && !change ? [] : [`label=${quoted(signed(label ?? "", change))}`]),
    ];
    const all = settings.length > 0 ? ` [${settings.join(", ")}]` : "";
    return `  ${idOf(a.host, a.device)} -- ${idOf(b.host, b.device)}${all};`;
  });
  const head = ["graph lab {", "  rankdir=LR;", '  node [shape=box, style=rounded, fontname="monospace"];'];
  return `${[...head, ...lines, ...inner, ...outer, "}"].join("\n")}\n`;
}

function rowText(row: Row): string {
  const { label, name, sort, down, change } = row;
  const first = [label ?? name, ...(sort === undefined ? [] : [`(${sort})`]), ...(down ? ["down"] : [])].join(" ");
  return [signed(first, change), ...details(row).map(marked)].join("\n");
}

function look({ isBridge, change }: Row): string {
  return [...(isBridge ? [", shape=hexagon"] : []), ...(change ? [`, color="${color[change]}"`] : [])].join("");
}

function signed(text: string, change?: keyof typeof sign): string {
  return change ? `${sign[change]} ${text}` : text;
}

/** In quotes a backslash begins an escape of labels, and a line end is one. */
function quoted(text: string): string {
  return `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;
}
