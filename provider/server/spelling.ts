import type { DiffRequest, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { metaOf } from "../core/meta";
import { isObject, type Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Definition, Kind } from "../resources/kind";
import { byKey, elementsOf, inLists } from "../topology/elements";
import { diffResponse, type Sides, sidesOf } from "./checkRpc";
import type { Plugin } from "./plugin";
import { decode } from "./property";

/** Diff, where what is only written in another way than before is no change, as far as the host can tell. */
export async function diff(plugin: Plugin, kind: Definition, request: DiffRequest): Promise<DiffResponse> {
  const sides = sidesOf(kind, request);
  plugin.condemned.noteDiff(request.getUrn(), sides.want);
  const kinds = kind.lists ? kind.lists.map((list) => list.kind) : [kind as Kind];
  if (plugin.config.offline || !kinds.some((one) => one.wouldShow)) return diffResponse(kind, request, sides);
  const about = { kind, urn: request.getUrn(), timeoutSeconds: 0, properties: [decode(request.getNews())] };
  const want = await plugin.request(about, ({ kernel }) => inOldWords(kernel, kind, sides));
  return diffResponse(kind, request, { ...sides, want });
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
