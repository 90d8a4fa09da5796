import type { Fault } from "../core/check";
import { getAt, isObject, isWithin, type Json, type Path, pathText } from "../core/values";
import { type Description, description } from "./description";
import { nodeName, splitEnd } from "./names";
import type { Certainty } from "./plan";

/** What can be said of a description of which some words have a wrong form, so that those are not told alone. */

export interface Known {
  /** The rest of it, with other names for those that cannot be. */
  lab: Description;
  /** What is not certain then. */
  doubts: ReadonlySet<Certainty>;
  /** Where something of it stands in what the program says. */
  placeOf(path: Path): Path;
}

/** Undefined: nothing can be said. */
export function knownOf(said: Json, wrong: readonly Fault[]): Known | undefined {
  const paths = wrong.map(({ path }) => path);
  const reading = new Reading(said, paths);
  const read = description.safeParse(reading.of(said, []));
  if (!read.success) return undefined;
  const doubts = paths.filter((path) => !reading.isName(path)).flatMap((path) => doubtOf(path) ?? []);
  return { lab: read.data, doubts: new Set(doubts), placeOf: (path) => reading.placeOf(path) };
}

/** What nothing else hangs on, of a host, a switch, a link or a region. */
const ALONE = ["addresses", "routes", "processes", "nat", "nat6", "firewall", "delays", "link", "mtu", "up"];
const SUBNETS = ["subnet", "subnet6", "loopback", "loopbacks", "ipv4", "ipv6"];

function doubtOf([list, ...rest]: Path): Certainty | undefined {
  const key = rest.length === 0 || list === "loopbacks" ? list : rest[1];
  const [last] = rest.length === 0 ? [list] : rest.slice(-1);
  if (key === "prefix" || key === "routing" || (rest.length > 0 && ALONE.includes(String(key)))) return undefined;
  if (SUBNETS.includes(String(key)) || SUBNETS.includes(String(last))) return "subnets";
  return list === "hosts" && rest.length > 0 ? "routers" : "joins";
}

const NOTHING = Symbol("nothing");

class Reading {
  /** Names that cannot be, and what stands for them. */
  private readonly names = new Map<string, string>();
  /** Of lists of which something is left out, where each of the rest stands. */
  private readonly indexes = new Map<string, number[]>();
  private readonly wrong: ReadonlySet<string>;
  private count = 0;

  constructor(
    private readonly said: Json,
    private readonly paths: readonly Path[],
  ) {
    this.wrong = new Set(paths.map(pathText));
    for (const path of paths) {
      const name = this.nameAt(path);
      if (name !== undefined && !nodeName().safeParse(name).success) this.names.set(name, this.another());
    }
  }

  of(value: unknown, path: Path): unknown {
    if (isNeeded(path) && this.paths.some((wrong) => isWithin(wrong, path))) return NOTHING;
    if (this.wrong.has(pathText(path)) && !(isKey(path) && this.isName(path))) return this.insteadOf(value, path);
    if (typeof value === "string") return this.renamed(value);
    if (Array.isArray(value)) {
      const all = value.map((one, index) => ({ index, one: this.of(one, [...path, index]) }));
      const left = all.filter(({ one }) => one !== NOTHING);
      const indexes = left.map(({ index }) => index);
      if (left.length < all.length) this.indexes.set(pathText(path), indexes);
      return left.map(({ one }) => one);
    }
    if (!isObject(value)) return value;
    const all = Object.entries(value).map(([key, one]) => [this.renamed(key), this.of(one, [...path, key])] as const);
    return Object.fromEntries(all.filter(([, one]) => one !== NOTHING));
  }

  placeOf(path: Path): Path {
    const place: (string | number)[] = [];
    for (const key of path) {
      const [name = key] = [...this.names].find(([, instead]) => instead === key) ?? [];
      place.push(typeof key === "number" ? (this.indexes.get(pathText(place))?.[key] ?? key) : name);
    }
    return place;
  }

  /** Whether it is a name that is wrong there: what it joins is known all the same. */
  isName(path: Path): boolean {
    const name = this.nameAt(path);
    return name !== undefined && (isEnd(path) || this.names.has(name));
  }

  private nameAt(path: Path): string | undefined {
    const end = isEnd(path) ? getAt(this.said, path) : undefined;
    if (isKey(path)) return String(path[1]);
    return typeof end === "string" ? splitEnd(end).node : undefined;
  }

  private insteadOf(value: unknown, path: Path): unknown {
    const between = () => [this.another(), this.another()];
    if (isEnd(path) && typeof value === "string") {
      const { node, device } = splitEnd(value);
      return device === undefined ? this.renamed(node) : `${this.renamed(node)}:${this.another()}`;
    }
    if (isEnd(path)) return this.another();
    if (path[0] !== "links") return NOTHING;
    if (path.length === 2) return { between: between() };
    return path.length === 3 && path[2] === "between" ? between() : NOTHING;
  }

  private renamed(text: string): string {
    const { node, device } = splitEnd(text);
    const name = this.names.get(node) ?? node;
    return device === undefined ? name : `${name}:${device}`;
  }

  private another(): string {
    this.count += 1;
    return `?${this.count}`;
  }
}

/** Whether it is the place of a host, a switch or a region by its name. */
function isKey(path: Path): boolean {
  return path.length === 2 && ["hosts", "switches", "regions"].includes(String(path[0]));
}

/** Whether it is the end of a cable. */
function isEnd(path: Path): boolean {
  const list = path.at(-2);
  if (typeof path.at(-1) !== "number" || path[0] === "hosts") return false;
  return path[0] === "links" ? path.length === 4 && list === "between" : list === "hosts";
}

/** What is there as a whole, or not at all. */
function isNeeded(path: Path): boolean {
  if (path.length === 3) return path[2] === "processes" || path[2] === "link";
  return path.length === 4 && path[0] === "hosts" && path[2] === "routes";
}
