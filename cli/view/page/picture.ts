import type { Picture } from "../protocol";
import { byId } from "./dom";
import { inWords, type Rates } from "./rates";

/** What the picture's own style does not have: all that moves. */
const STYLE = `
  svg { display: block; margin: auto; height: auto; }
  svg.fit { max-width: 100%; }
  [data-host], [data-cable] { cursor: pointer; }
  [data-cable] path.hit { stroke: transparent !important; stroke-width: 14; stroke-dasharray: none; fill: none; }
  [data-cable]:hover > path:not(.hit) { stroke-width: 3; }
  [data-cable].busy > path:not(.hit) { stroke: #1f9d55; stroke-width: 2.5; stroke-dasharray: 6 4; animation: go 1s linear infinite; }
  [data-cable].chosen > path:not(.hit) { stroke: #0b62c4; stroke-width: 3; }
  @keyframes go { to { stroke-dashoffset: -20; } }
  @media (prefers-reduced-motion: reduce) { [data-cable].busy > path { animation: none !important; } }
  text.rate { font: 600 11px ui-monospace, monospace; fill: #17713a; paint-order: stroke; stroke: #fff; stroke-width: 3px; }
  @media (prefers-color-scheme: dark) { text.rate { fill: #6fd08f; stroke: #12181f; } }
  .device.off text .name { fill: #c62828; text-decoration: line-through; }
  .host:hover > rect.card { stroke: #0b62c4; }
`;

export interface Chosen {
  host(name: string): void;
  cable(ends: readonly string[]): void;
}

/** The picture of the lab, in a tree of its own, so that its style and the page's do not meet. */
export class LivePicture {
  private readonly root = byId("picture").attachShadow({ mode: "open" });
  private zoom: number | undefined;
  private cables = new Map<string, { group: SVGGElement; rate: SVGTextElement }>();
  private devices = new Map<string, SVGGElement>();

  constructor(private readonly chosen: Chosen) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    this.root.addEventListener("click", (event) => this.click(event));
  }

  show({ svg, whole }: Picture, isWhole: boolean): void {
    const text = isWhole ? whole : svg;
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    this.root.replaceChildren(document.importNode(parsed, true));
    this.cables = new Map(
      [...this.all<SVGGElement>("[data-cable]")].map((group) => [group.dataset.cable ?? "", prepared(group)]),
    );
    this.devices = new Map(
      [...this.all<SVGGElement>(".device[data-device]")].map((group) => [
        `${group.dataset.host}/${group.dataset.device}`,
        group,
      ]),
    );
    this.scale(0);
  }

  /** By a step; 0 as it was, undefined so that it fits. */
  scale(step: number | undefined): void {
    const svg = this.root.querySelector("svg");
    if (!svg) return;
    this.zoom = step === undefined ? undefined : step === 0 ? this.zoom : (this.zoom ?? this.shown(svg)) * 1.25 ** step;
    svg.classList.toggle("fit", this.zoom === undefined);
    svg.style.width = this.zoom === undefined ? "" : `${svg.viewBox.baseVal.width * this.zoom}px`;
  }

  move(rates: Rates): void {
    for (const [id, { group, rate }] of this.cables) {
      const bytes = endsOf(id)
        .map((end) => rates.get(end))
        .map((one) => (one ? one.rx + one.tx : 0));
      const most = Math.max(0, ...bytes);
      const text = most === 0 ? "" : inWords(most);
      if (rate.textContent !== text) rate.textContent = text;
      group.classList.toggle("busy", most > 0);
    }
    for (const [id, group] of this.devices) {
      const rate = rates.get(id);
      group.classList.toggle("off", rate !== undefined && !(rate.isUp && rate.hasCarrier));
    }
  }

  choose(ends: readonly string[]): void {
    for (const [id, { group }] of this.cables) group.classList.toggle("chosen", endsOf(id).join() === ends.join());
  }

  private click(event: Event): void {
    const target = event.target as Element;
    const cable = target.closest<SVGGElement>("[data-cable]")?.dataset.cable;
    const host = target.closest<SVGGElement>("[data-host]")?.dataset.host;
    if (cable !== undefined) this.chosen.cable(endsOf(cable));
    else if (host !== undefined) this.chosen.host(host);
  }

  private shown(svg: SVGSVGElement): number {
    return svg.clientWidth / svg.viewBox.baseVal.width;
  }

  private all<Type extends Element>(selector: string): NodeListOf<Type> {
    return this.root.querySelectorAll<Type>(selector);
  }
}

/** The ends of a cable by its name in the picture, `h1/eth0 sw/h1`; what follows says what else it is. */
function endsOf(id: string): string[] {
  return id.split(" ").slice(0, 2);
}

/** With a place for what goes over it, and something broad to click on. */
function prepared(group: SVGGElement): { group: SVGGElement; rate: SVGTextElement } {
  const path = group.querySelector("path") as SVGPathElement;
  const hit = path.cloneNode() as SVGPathElement;
  hit.classList.add("hit");
  group.append(hit);
  const { x, y } = path.getPointAtLength(path.getTotalLength() / 2);
  const rate = document.createElementNS("http://www.w3.org/2000/svg", "text");
  rate.setAttribute("class", "rate");
  rate.setAttribute("text-anchor", "middle");
  rate.setAttribute("x", String(x));
  rate.setAttribute("y", String(y + 14));
  group.append(rate);
  return { group, rate };
}
