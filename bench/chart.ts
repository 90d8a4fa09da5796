import type { Results } from "./results";
import { type Series, seriesOf } from "./series";

const PANEL = { left: 60, top: 116, width: 340, height: 420, labels: 206 };
const STEP = PANEL.left + PANEL.width + PANEL.labels;
const WIDTH = 2 * STEP;
const HEIGHT = PANEL.top + PANEL.height + 72;
const LINE_HEIGHT = 16;

/** The seconds of up and down over N, both on logarithmic scales, as a picture on a ground of its own. */
export function chart(results: Results): string {
  const { machine, date } = results;
  const both = { up: seriesOf(results, "up"), down: seriesOf(results, "down") };
  const seconds = Object.values(both).flatMap((all) =>
    all.flatMap(({ points }) => points.map((point) => point.seconds)),
  );
  const ns = [
    ...new Set(
      Object.values(both)
        .flat()
        .flatMap(({ points }) => points.map(({ n }) => n)),
    ),
  ];
  const decades = {
    low: Math.floor(Math.log10(Math.min(...seconds))),
    high: Math.ceil(Math.log10(Math.max(...seconds))),
  };
  const scales = {
    x: scale(Math.log10(Math.min(...ns)), Math.log10(Math.max(...ns)), 0, PANEL.width),
    y: scale(decades.low, decades.high, PANEL.height, 0),
  };
  const subtitle = `N namespaces, each with a veth pair to one in the middle, an address, and all ends up. Medians of one run; both scales are logarithmic.`;
  const machineText = `netns ${machine.provider}, Pulumi ${machine.engine}, kernel ${machine.kernel}, ${machine.cores} cores, ${date}. A line that ends early was not run beyond.`;
  const panel = (title: string, all: Series[], at: number) =>
    `<g transform="translate(${PANEL.left + at * STEP} ${PANEL.top})">
${text(0, -20, title, "title")}
${grid(ns, decades, scales)}
${lines(all, scales)}
</g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="Seconds over N of each contender">
<style>
text { font: 12.5px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; fill: #57606a }
.head { font-size: 19px; font-weight: 600; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600; fill: #1f2328 }
.bold { font-weight: 600 }
</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#ffffff" stroke="#d0d7de"/>
${text(24, 36, "How long a star of N namespaces takes", "head")}
${text(24, 57, subtitle)}
${panel("up, seconds", both.up, 0)}
${panel("down, seconds", both.down, 1)}
${text(24, HEIGHT - 14, machineText)}
</svg>
`;
}

type Scale = (value: number) => number;
type Scales = { x: Scale; y: Scale };

function grid(ns: number[], { low, high }: { low: number; high: number }, { x, y }: Scales): string {
  const powers = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const across = powers.map((power) => {
    const at = y(power);
    return `<path d="M0 ${at}H${PANEL.width}" stroke="#eaeef2"/>${text(-10, at + 4, String(Number((10 ** power).toPrecision(1))), "", "end")}`;
  });
  const down = ns.map((n) => {
    const at = x(Math.log10(n));
    return `<path d="M${at} 0V${PANEL.height}" stroke="#eaeef2"/>${text(at, PANEL.height + 20, n === ns[0] ? `N = ${n}` : String(n), "", "middle")}`;
  });
  return [...across, ...down].join("\n");
}

function lines(all: Series[], { x, y }: Scales): string {
  const drawn = all.map((series) => ({
    ...series,
    spots: series.points.map(({ n, seconds }) => [x(Math.log10(n)), y(Math.log10(seconds))] as const),
  }));
  const wanted = drawn.map(({ spots }) => spots.at(-1)?.[1] ?? 0);
  const heights = apart(wanted);
  return drawn
    .map(({ label, color, width, dash, spots }, index) => {
      const [endX, endY] = spots.at(-1) ?? [0, 0];
      const height = heights[index] ?? 0;
      const style = `stroke="${color}" stroke-width="${width}" stroke-linejoin="round" fill="none"${dash ? ` stroke-dasharray="${dash}"` : ""}`;
      const path = `<path d="M${spots.map((spot) => spot.map(round).join(" ")).join("L")}" ${style}/>`;
      const dots = spots.map(
        ([cx, cy]) => `<circle cx="${round(cx)}" cy="${round(cy)}" r="${width + 0.5}" fill="${color}"/>`,
      );
      const leader = `<path d="M${round(endX) + 5} ${round(endY)}L${PANEL.width + 16} ${round(height)}" stroke="${color}" stroke-opacity=".45" fill="none"/>`;
      const name = `<text x="${PANEL.width + 20}" y="${round(height) + 4}" style="fill:${color}"${width > 2 ? ' class="bold"' : ""}>${label}</text>`;
      return [path, ...dots, leader, name].join("");
    })
    .join("\n");
}

/** Heights near the wanted ones, in the same order, with room for a line of text in between. */
function apart(wanted: number[]): number[] {
  const order = wanted.map((height, index) => ({ height, index })).sort((a, b) => a.height - b.height);
  for (let turn = 0; turn < 200; turn++)
    for (let at = 1; at < order.length; at++) {
      const [above, below] = [order[at - 1], order[at]];
      const lack = above && below ? LINE_HEIGHT - (below.height - above.height) : 0;
      if (above && below && lack > 0) {
        above.height -= lack / 2;
        below.height += lack / 2;
      }
    }
  return order.sort((a, b) => a.index - b.index).map(({ height }) => height);
}

function scale(low: number, high: number, from: number, to: number): Scale {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

function text(x: number, y: number, words: string, name = "", anchor = "start"): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${name ? ` class="${name}"` : ""}>${words}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
