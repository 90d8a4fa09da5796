import type { Cell, Matrix, Table } from "../protocol";
import { byId, element, table } from "./dom";
import { inWords, type Rates } from "./rates";

/** What is beside the picture: one of several panels at a time. */
export class Panels {
  private readonly panel = byId("panel");
  private readonly tabs = byId("tabs");
  private readonly open = new Map<string, () => void>();
  current = "";

  add(name: string, show: () => void): void {
    this.open.set(name, show);
    const tab = element("button", { type: "button", onclick: () => this.show(name) }, name);
    tab.setAttribute("role", "tab");
    this.tabs.append(tab);
  }

  show(name: string): void {
    this.current = name;
    for (const tab of this.tabs.children) tab.setAttribute("aria-selected", String(tab.textContent === name));
    this.open.get(name)?.();
  }

  fill(...children: (Node | string)[]): void {
    this.panel.replaceChildren(...children);
  }
}

export function driftPanel(drift: readonly string[] | undefined): Node[] {
  if (!drift) return [element("p", {}, "looking …")];
  if (drift.length === 0) return [element("p", { className: "good" }, "The lab is as in the stack.")];
  const items = drift.map((line) => element("li", {}, line));
  const what = drift.length === 1 ? "One thing is" : `${drift.length} things are`;
  return [
    element("p", { className: "bad" }, `${what} different from the stack; \`pulumi up\` repairs it.`),
    element("ul", {}, ...items),
  ];
}

export function trafficPanel(rates: Rates): Node[] {
  const rows = [...rates]
    .sort(([, one], [, other]) => other.rx + other.tx - (one.rx + one.tx))
    .map(([name, { isUp, hasCarrier, rx, tx, rxFrames, txFrames }]) => [
      name,
      isUp ? (hasCarrier ? "up" : "no carrier") : "down",
      ...[rx, tx].map(inWords),
      ...[rxFrames, txFrames].map((frames) => `${Math.round(frames)}/s`),
    ]);
  return [table(["device", "state", "in", "out", "frames in", "frames out"], rows)];
}

export function hostPanel(host: string, tables: readonly Table[]): Node[] {
  const parts = tables.flatMap(({ title, head, rows }): Node[] => [
    element("h2", {}, title),
    head.length > 0 ? table(head, rows) : element("pre", {}, rows.flat().join("\n")),
  ]);
  return [element("h2", {}, host || "the provider's own namespace"), ...parts];
}

export function matrixPanel({ hosts, cells }: Matrix): Node {
  const made = element("table", { className: "matrix" });
  made.append(
    element(
      "thead",
      {},
      element("tr", {}, element("th", {}, "from ↓ to →"), ...hosts.map((host) => element("th", {}, host))),
    ),
    element(
      "tbody",
      {},
      ...cells.map((line, row) =>
        element("tr", {}, element("th", {}, hosts[row] ?? ""), ...line.map((cell) => cellOf(cell))),
      ),
    ),
  );
  return made;
}

function cellOf({ ms, text, isReached, isDifferent }: Cell): HTMLTableCellElement {
  if (text === "") return element("td");
  const className = `${isReached ? "yes" : "no"}${isDifferent ? " different" : ""}`;
  const title = isDifferent ? `${text}, which differs from what the program predicts` : text;
  return element("td", { className, title }, ms === undefined ? "✗" : ms.toFixed(ms < 10 ? 2 : 0));
}
