import type { Lists } from "../shapes/shape";
import { devicesIn, type Inside, insideOf, pair, portsIn, secondEnds, TOOLS, type Tool } from "./words";

/** Files by their names: `up.sh` makes the lab, `down.sh` removes it, the others are what they read, both in their folder. */
export type Script = Record<string, string>;

/**
 * The quickest script that iproute2, nft, sh and util-linux let one write. Namespaces and pairs take one process for
 * many. What is inside a namespace takes one for each tool, all behind one nsenter, which unlike `ip -n` copies no
 * mounts. All of it is spread over as many lanes as there are processors.
 */
export function scriptOf(lists: Lists, lanes: number): Script {
  const files: Script = {};
  const names = lists.namespaces.map(({ name }) => name);
  const pairs = (lists.vethPairs ?? []).filter(({ a, b }) => a.namespace !== b.namespace);
  // Where the second ends are: there before the lanes begin, and finished after them.
  const middle = [...new Set(pairs.map(({ b }) => b.namespace))];
  const cablesOf = (name: string) => pairs.filter(({ a }) => a.namespace === name);
  const homes = names.filter((name) => !middle.includes(name));
  const all = Array.from({ length: Math.min(lanes, homes.length) }, (_, index) => `lane${index + 1}`);

  for (const [index, lane] of all.entries()) {
    const mine = homes.filter((_, at) => at % all.length === index);
    const cables = mine.flatMap(cablesOf);
    const born = (name: string) => cables.filter(({ b }) => b.namespace === name).map(({ b }) => b.name);
    write(files, `${lane}.sh`, [
      ...batch(
        files,
        `${lane}.make`,
        mine.flatMap((name) => [add(name), ...cablesOf(name).map(pair)]),
      ),
      ...mine.flatMap((name) => enter(files, name, name, whole(name, lists))),
      ...middle.flatMap((name) => enter(files, name, `${lane}.${name}`, { ip: secondEnds(name, lists, born(name)) })),
    ]);
  }
  write(files, "up.sh", [
    ...batch(files, "middle.make", middle.map(add)),
    ...middle.flatMap((name) => enter(files, name, `middle.${name}`, { ip: devices(name, lists) })),
    ...all.map((lane) => `sh -e ${lane}.sh & ${lane}=$!`),
    ...all.map((lane) => `wait "$${lane}"`),
    ...middle.flatMap((name) => enter(files, name, name, insideOf(name, lists))),
  ]);
  write(files, "down.sh", batch(files, "down.ip", [...homes, ...middle].map(remove)));
  return files;
}

function whole(namespace: string, lists: Lists): Inside {
  const inside = insideOf(namespace, lists);
  return { ...inside, ip: [...devices(namespace, lists), ...inside.ip] };
}

function devices(namespace: string, lists: Lists): string[] {
  return [...devicesIn(namespace, lists), ...portsIn(namespace, lists)];
}

function add(name: string): string {
  return `netns add ${name}`;
}

function remove(name: string): string {
  return `netns del ${name}`;
}

/** The line of a shell that has a tool do this inside a namespace, or a shell for several tools; none for nothing. */
function enter(files: Script, namespace: string, file: string, inside: Partial<Inside>): string[] {
  const used = (Object.keys(TOOLS) as Tool[]).filter((tool) => inside[tool]?.length);
  const [first, ...others] = used;
  if (first === undefined) return [];
  const alone = others.length === 0;
  const last = others.at(-1);
  write(files, file, alone ? (inside[first] ?? []) : used.flatMap((tool) => within(tool, inside[tool] ?? [], last)));
  return [`nsenter --net=/run/netns/${namespace} ${alone ? TOOLS[first] : "sh -e"} ${file}`];
}

/** The same as lines of a shell that is there already, and which the last tool takes the place of. */
function within(tool: Tool, lines: string[], last?: Tool): string[] {
  return tool === "sh" ? lines : [`${tool === last ? "exec " : ""}${TOOLS[tool]} - <<END`, ...lines, "END"];
}

function batch(files: Script, file: string, lines: string[]): string[] {
  if (lines.length === 0) return [];
  write(files, file, lines);
  return [`ip -batch ${file}`];
}

function write(files: Script, file: string, lines: string[]): void {
  files[file] = `${lines.join("\n")}\n`;
}
