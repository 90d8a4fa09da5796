const SHOWN = 20;

/** The files and the titles that took longest, as lines; `took` has { file, title, ms } for each test and hook. */
export function slowest(took) {
  const files = new Map();
  for (const { file, ms } of took) files.set(file, (files.get(file) ?? 0) + ms);
  const titles = took.map(({ title, ms }) => [title, ms]);
  return [...linesOf("files", [...files]), ...linesOf("titles", titles)];
}

function linesOf(what, all) {
  const shown = all.sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  const sum = all.reduce((total, [, ms]) => total + ms, 0);
  const lines = shown.map(([name, ms]) => `${seconds(ms)}  ${name}`);
  return [`The slowest ${what} (${seconds(sum).trim()} in all, on all processors together):`, ...lines];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1).padStart(7)} s`;
}
