import { isDeepStrictEqual } from "node:util";
import { getAt, isObject, type Json, leaves, type Path, pathText } from "../core/values";
import type { Drift } from "../live/compare";
import { graphWithFacts } from "../live/facts";
import type { Live } from "../live/live";
import { withRulesets } from "../live/rulesets";
import { type Graph, graphOf } from "../model/graph";
import type { Reach, Stop } from "../model/reach/types";
import { labelOf, type Resource } from "../model/resources";
import { kinds } from "../resources";

/** What is to be changed so that a packet gets further. */
export type Culprit =
  /** The host has not what the stack says. */
  | { what: "drift"; drift: Drift }
  /** Something that the stack knows nothing of. */
  | { what: "foreign"; resource: Resource }
  /** The program itself says it so; the path: of the property that does, where that is certain. */
  | { what: "program"; resource: Resource; path?: Path };

type Walk = (graph: Graph) => Reach;

export interface Verdict {
  /** Where the packet ends; where that has come of the culprit, where it would end by the culprit alone. */
  stop: Stop;
  culprit?: Culprit;
}

/**
 * Tries in thought what would be if the host were as the stack says, and without what the stack knows nothing of: what lets
 * the packet get further is what stops it. Where that takes several changes, the first is that which the others hang on.
 */
export function culpritOf(live: Live, walk: Walk, stop: Stop): Verdict {
  const { resources, drift, foreign } = live;
  const isHere = (other: Stop | undefined) => other?.code === stop.code && other.host === stop.host;
  const plain = walk(withRulesets(graphOf(resources), live));
  // Where the walk of what kinds tell ends elsewhere, it is by what only the kernel knows.
  const graphFrom = (some: readonly Resource[]) =>
    withRulesets(isHere(plain.stop) ? graphOf(some) : graphWithFacts(some, live.facts), live);
  const now = isHere(plain.stop) ? plain : walk(live.graph);
  const undo = (some: readonly Culprit[]) => walk(graphFrom(some.reduce(without, resources)));
  const isFurther = (some: readonly Culprit[]) => progress(undo(some)) > progress(now);
  const candidates = inOrder([
    ...drift.map((one): Culprit => ({ what: "drift", drift: one })),
    ...[...foreign.keys()].map((resource): Culprit => ({ what: "foreign", resource })),
  ]);
  if (candidates.length > 0 && isFurther(candidates)) {
    const [culprit, ...others] = fewest(candidates, isFurther);
    const alone = others.length === 0 ? stop : undo(others).stop;
    if (culprit) return { stop: alone ?? stop, culprit: rootOf(live, culprit) };
  }
  const kept = keptDown(stop, drift);
  if (kept) return kept;
  const drifted = drift.find(({ resource }) => stop.by.some((one) => isSame(resource, one)));
  if (drifted) return { stop, culprit: rootOf(live, { what: "drift", drift: drifted }) };
  const [by] = stop.by;
  return by ? { stop, culprit: makerOf(live, by) } : { stop };
}

/** The `up: false` of the program by which a device is down, whatever else differs there. */
function keptDown(stop: Stop, drift: readonly Drift[]): Verdict | undefined {
  if (stop.code !== "link-down" && stop.code !== "peer-down") return undefined;
  const isDevice = ({ namespace = "", name, device }: Json) =>
    namespace === stop.host && (name ?? device) === stop.device;
  for (const resource of stop.by) {
    const { values } = resource;
    const ups = leaves(values).filter(({ path, value }) => path.at(-1) === "up" && value === false);
    const path = ups.map((one) => one.path).find((one) => isDevice(getAt(values, one.slice(0, -1)) as Json));
    const isSomebodys = drift.some((one) => isSame(one.resource, resource) && isDeepStrictEqual(one.path, path));
    if (!path || isSomebodys) continue;
    const of = resource.path.length > 0 ? "host or link" : "device";
    const todo = `Say \`up: true\` there, or take \`up: false\` of that ${of} out of the program.`;
    return { stop: { ...stop, todo }, culprit: { what: "program", resource, path } };
  }
  return undefined;
}

/** What of a thing is to be changed: what it differs in from the stack, or itself. */
export function makerOf({ drift, foreign }: Live, by: Resource): Culprit {
  const drifted = drift.find(({ resource }) => isSame(resource, by));
  if (drifted) return { what: "drift", drift: drifted };
  return { what: foreign.has(by) ? "foreign" : "program", resource: by };
}

/** Of what is not there, that which it is in or on, if that is not there either. */
function rootOf(live: Live, culprit: Culprit): Culprit {
  if (culprit.what !== "drift" || culprit.drift.path) return culprit;
  const { resource } = culprit.drift;
  const base = live.drift.find((one) => !one.path && one.resource !== resource && needs(resource, one.resource));
  return base ? rootOf(live, { what: "drift", drift: base }) : culprit;
}

function needs({ kind, values }: Resource, { kind: { devices, facts }, values: of }: Resource): boolean {
  const on = kind.on?.(values) ?? [];
  const hosts = [values.namespace, ...[...on, ...(kind.devices?.(values) ?? [])].map(({ at }) => at.namespace)];
  const isIn = facts(of).some((fact) => fact.says === "namespace" && hosts.includes(fact.name));
  const made = devices?.(of) ?? [];
  return isIn || on.some((one) => made.some(({ name, at }) => name === one.name && at.namespace === one.at.namespace));
}

/** Leaves out as many as can be, in large parts first: `holds` is true of the rest. */
function fewest<T>(all: readonly T[], holds: (some: readonly T[]) => boolean): readonly T[] {
  let left = all;
  for (let size = Math.ceil(all.length / 2); ; size = Math.ceil(size / 2)) {
    for (let start = 0; start < left.length; ) {
      const rest = [...left.slice(0, start), ...left.slice(start + size)];
      if (rest.length > 0 && holds(rest)) left = rest;
      else start += size;
    }
    if (size === 1) return left;
  }
}

/** In the order of the kinds, in which one can need another. */
function inOrder(all: readonly Culprit[]): Culprit[] {
  const rank = (one: Culprit) => kinds.indexOf(resourceOf(one).kind);
  return [...all].sort((one, other) => rank(one) - rank(other));
}

export function resourceOf(culprit: Culprit): Resource {
  return culprit.what === "drift" ? culprit.drift.resource : culprit.resource;
}

/**
 * By the hosts that it has come through, which in a circle lead nowhere; of two that end in the same one, that it ends by
 * something else says nothing.
 */
function progress({ reaches, there, back, stop }: Reach): number {
  if (reaches !== false) return reaches === true ? Number.POSITIVE_INFINITY : Number.MAX_SAFE_INTEGER;
  const [before, hops] = stop?.direction === "back" ? [1000 + there.length, back] : [0, there];
  return before + (stop?.code === "routing-loop" ? -1 : hops.length);
}

export function isSame(one: Resource, other: Resource): boolean {
  return one.kind === other.kind && labelOf(one) === labelOf(other);
}

/** All that is there but for the culprit: with what the stack has in its place, where that has something. */
function without(resources: readonly Resource[], culprit: Culprit): readonly Resource[] {
  if (culprit.what !== "drift") return resources.filter((one) => one !== culprit.resource);
  const { resource, path, want } = culprit.drift;
  if (!path) return [...resources, resource];
  return resources.map((one) => (isSame(one, resource) ? { ...one, values: withAt(one.values, path, want) } : one));
}

export function withAt(values: Json, path: Path, value: unknown): Json {
  const [key = "", ...rest] = path;
  const inner = getAt(values, [key]);
  if (rest.length === 0) return { ...values, [key]: value };
  if (Array.isArray(inner)) {
    const copy: unknown[] = [...inner];
    const [index] = rest;
    copy[Number(index)] = rest.length === 1 ? value : withAt(copy[Number(index)] as Json, rest.slice(1), value);
    return { ...values, [key]: copy };
  }
  return { ...values, [key]: withAt(isObject(inner) ? inner : {}, rest, value) };
}

/** How a person finds it in the program: `client-cable a.up`. */
export function placeInProgram({ resource, path }: Pick<Drift, "resource" | "path">): string {
  return [labelOf(resource), ...(path ? [pathText(path)] : [])].join(" ");
}
