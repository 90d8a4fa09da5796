import type { DiffRequest, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Change } from "../core/diff";
import { metaOf } from "../core/meta";
import { isObject, isWithin, type Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Definition, Kind } from "../resources/kind";
import { byKey, elementsOf, inLists } from "../topology/elements";
import { changesBetween, diffResponse, type Sides, sidesOf } from "./checkRpc";
import type { Plugin } from "./plugin";
import { decode } from "./property";

/**
 * Diff: what is only written in another way than before is no change, as far as the host can tell; what this run takes
 * away together with something else is one.
 */
export async function diff(plugin: Plugin, kind: Definition, request: DiffRequest): Promise<DiffResponse> {
  const urn = request.getUrn();
  const { old, state, want } = sidesOf(kind, request);
  const sides = { old, state, want: await inOldWordsIfAble(plugin, kind, request, { old, state, want }) };
  const changes = together(changesBetween(kind, request, sides), plugin.thisRun.lostOf(urn, kind, sides));
  plugin.condemned.noteDiff(urn, want);
  plugin.thisRun.noteDiff(urn, kind, sides, changes);
  return diffResponse(kind, changes);
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

async function inOldWordsIfAble(plugin: Plugin, kind: Definition, request: DiffRequest, sides: Sides): Promise<Json> {
  const kinds = kind.lists ? kind.lists.map((list) => list.kind) : [kind as Kind];
  if (plugin.config.offline || !kinds.some((one) => one.wouldShow)) return sides.want;
  const about = { kind, urn: request.getUrn(), timeoutSeconds: 0, properties: [decode(request.getNews())] };
  return plugin.request(about, ({ kernel }) => inOldWords(kernel, kind, sides));
}

async function inOldWords(kernel: Kernel, kind: Definition, { old, state, want }: Sides): Promise<Json> {
  const { lists } = kind;
  if (!lists) return ofOne(kernel, kind as Kind, { old, state, want });
  const [olds, states] = [byKey(elementsOf(lists, old)), byKey(elementsOf(lists, state))];
  const elements = await Promise.all(
    elementsOf(lists, want).map(async ({ key = "", ...element }) => {
      const [was, seen] = [olds.get(key), states.get(key)];
      const isKnown = was && seen && isObject(element.values);
      const sides = { old: was?.values ?? {}, state: seen?.values ?? {}, want: element.values };
      return { ...element, values: isKnown ? await ofOne(kernel, element.kind, sides) : element.values };
    }),
  );
  const known = lists.filter(({ name }) => Array.isArray(want[name]));
  return { ...want, ...inLists(known, elements, ({ values }) => values) };
}

async function ofOne(kernel: Kernel, kind: Kind, { old, state, want }: Sides): Promise<Json> {
  if (!kind.wouldShow) return want;
  const respelled = Object.keys(kind.inputs.shape).filter(
    (key) => metaOf(kind.inputs.shape[key]).shownAs !== undefined && old[key] !== undefined && want[key] !== old[key],
  );
  if (respelled.length === 0 || !kind.inputs.safeParse(want).success) return want;
  // Who has no rights or no such program still has a diff.
  const shown = await kind.wouldShow(kernel, want).catch(() => undefined);
  const isSame = (key: string) => {
    const output = metaOf(kind.inputs.shape[key]).shownAs ?? "";
    return shown?.[output] !== undefined && shown[output] === state[output];
  };
  return { ...want, ...Object.fromEntries(respelled.filter(isSame).map((key) => [key, old[key]])) };
}
