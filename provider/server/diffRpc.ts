import type { DiffRequest, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Change } from "../core/diff";
import { metaOf } from "../core/meta";
import { isObject, isWithin, type Json, unknowns } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { State } from "../lifecycle/state";
import { placeOf } from "../place/place";
import type { Definition, Kind, List } from "../resources/kind";
import { byKey, type Element, elementsOf, inLists } from "../topology/elements";
import { changesBetween, diffResponse, type Sides, sidesOf } from "./checkRpc";
import type { Plugin } from "./plugin";
import { decode, encode } from "./property";
import { type Call, messageIn } from "./reply";

/**
 * Diff: what is only written in another way than before is no change, as far as the host can tell; what this run takes
 * away together with something else is one.
 */
export async function diff(plugin: Plugin, kind: Definition, request: DiffRequest): Promise<DiffResponse> {
  const urn = request.getUrn();
  const { old, state, want } = sidesOf(kind, request);
  const isHere = !plugin.config.offline && !placeOf(plugin.config);
  const sides = { old, state, want: isHere ? await wantInOldWords(plugin, kind, request, { old, state, want }) : want };
  const changes = together(changesBetween(kind, request, sides), plugin.runState.lostOf(urn, kind, sides));
  plugin.pendingDeletes.noteDiff(urn, want);
  plugin.runState.noteDiff(urn, kind, sides, changes);
  if (changes.length === 0 && plugin.runState.isRegistered(urn)) keep(plugin, kind, request, sides);
  else plugin.changes.tellAlong();
  return diffResponse(kind, changes);
}

/** What the engine need not do anything about is done, until something else of this run takes it along. */
function keep({ changes }: Plugin, kind: Definition, request: DiffRequest, { state, want }: Sides): void {
  if (unknowns(want).length > 0) return;
  const properties = [decode(request.getOlds()), decode(request.getNews())];
  changes.owed.keep(request.getUrn(), { kind, id: request.getId(), inputs: want, state: state as State, properties });
}

/** What differs by itself, and what is lost to others: where both are at one place, it is one change. */
function together(own: Change[], lost: Change[]): Change[] {
  const isAt = (change: Change) => (other: Change) => isWithin(other.path, change.path);
  return [
    ...own.map((change) => ({
      ...change,
      replaces: change.replaces || lost.filter(isAt(change)).some((one) => one.replaces),
    })),
    ...lost.filter((one) => !own.some((change) => isAt(change)(one))),
  ];
}

/** The same Diff with its inputs in the words of before, where they mean the same to the host. */
export async function inOldWords(plugin: Plugin, kind: Definition, request: DiffRequest): Promise<DiffRequest> {
  const want = await wantInOldWords(plugin, kind, request, sidesOf(kind, request));
  return request.setNews(encode(want, decode(request.getNews()).secrets));
}

/** Whether only the host can tell if something that a Diff is about is just written in another way. */
export function asksHost(plugin: Plugin, call: Call): boolean {
  try {
    const request = messageIn(call) as DiffRequest;
    const kind = plugin.kindOf(request);
    return isRespelled(kind, sidesOf(kind, request));
  } catch {
    // What is wrong with it is told without the host.
    return false;
  }
}

async function wantInOldWords(plugin: Plugin, kind: Definition, request: DiffRequest, sides: Sides): Promise<Json> {
  if (!isRespelled(kind, sides)) return sides.want;
  const about = { kind, urn: request.getUrn(), timeoutSeconds: 0, properties: [decode(request.getNews())] };
  return plugin.request(about, ({ kernel }) => ofAll(kernel, kind, sides));
}

function isRespelled(kind: Definition, sides: Sides): boolean {
  if (!kind.lists) return respelled(kind as Kind, sides).length > 0;
  if (!kind.lists.some((list) => list.kind.wouldShow)) return false;
  return elementSides(kind.lists, sides).some((one) => one.sides && respelled(one.kind, one.sides).length > 0);
}

async function ofAll(kernel: Kernel, kind: Definition, sides: Sides): Promise<Json> {
  const { lists } = kind;
  if (!lists) return ofOne(kernel, kind as Kind, sides);
  const elements = await Promise.all(
    elementSides(lists, sides).map(async ({ sides, ...element }) => ({
      ...element,
      values: sides ? await ofOne(kernel, element.kind, sides) : element.values,
    })),
  );
  const known = lists.filter(({ name }) => Array.isArray(sides.want[name]));
  return { ...sides.want, ...inLists(known, elements, ({ values }) => values) };
}

/** The elements that are wanted; those that were there before with their sides. */
function elementSides(lists: readonly List[], { old, state, want }: Sides): (Element & { sides?: Sides })[] {
  const [olds, states] = [byKey(elementsOf(lists, old)), byKey(elementsOf(lists, state))];
  return elementsOf(lists, want).map((element) => {
    const [was, seen] = [olds.get(element.key ?? ""), states.get(element.key ?? "")];
    if (!was || !seen || !isObject(element.values)) return element;
    return { ...element, sides: { old: was.values, state: seen.values, want: element.values } };
  });
}

async function ofOne(kernel: Kernel, kind: Kind, sides: Sides): Promise<Json> {
  const { old, state, want } = sides;
  const keys = respelled(kind, sides);
  if (keys.length === 0) return want;
  // Who has no rights or no such program still has a diff.
  const shown = await kind.wouldShow?.(kernel, want).catch(() => undefined);
  const isSame = (key: string) => {
    const output = metaOf(kind.inputs.shape[key]).shownAs ?? "";
    return shown?.[output] !== undefined && shown[output] === state[output];
  };
  return { ...want, ...Object.fromEntries(keys.filter(isSame).map((key) => [key, old[key]])) };
}

/** The properties that are written otherwise than before, and may still show as the same. */
function respelled({ inputs, wouldShow }: Kind, { old, want }: Sides): string[] {
  const keys = Object.keys(inputs.shape).filter(
    (key) => metaOf(inputs.shape[key]).shownAs !== undefined && old[key] !== undefined && want[key] !== old[key],
  );
  return wouldShow && keys.length > 0 && inputs.safeParse(want).success ? keys : [];
}
