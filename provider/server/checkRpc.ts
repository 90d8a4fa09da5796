import {
  CheckFailure,
  type CheckRequest,
  CheckResponse,
  type DiffRequest,
  DiffResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import { type Fault, knownParts, parse } from "../core/check";
import { type Change, diff } from "../core/diff";
import { metaOf } from "../core/meta";
import { parseUrn } from "../core/urn";
import { type Json, pathText } from "../core/values";
import type { Properties } from "../core/wire";
import { REMAINS, remarked, STRIPPED } from "../lifecycle/state";
import type { Definition, Kind } from "../resources/kind";
import { changesOf } from "../topology/changes";
import { decode, encode } from "./property";

/**
 * Check: the inputs in canonical form with defaults, or all that is wrong with them. `refuses`: what somebody has against
 * inputs with nothing wrong; `more`: what has been found wrong with them besides.
 */
export function check(
  kind: Definition,
  request: CheckRequest,
  refuses: (inputs: Json, news: Properties) => Fault[] = () => [],
  more: readonly Fault[] = [],
): CheckResponse {
  const news = decode(request.getNews());
  const olds = decode(request.getOlds());
  const given = { ...news.values };
  const { autoname } = kind;
  const named = autoname === undefined || given[autoname] !== undefined;
  if (!named) given[autoname] = olds.values[autoname] ?? (request.getName() || parseUrn(request.getUrn()).name);

  const values = kind.canonical?.(given, olds.values) ?? given;
  const { parsed, faults } = parse(kind.inputs, values);
  const between: Fault[] =
    kind.crossCheck?.(faults.length > 0 ? knownParts(values, faults) : knownParts(parsed, [])) ?? [];
  const wrong = [...faults, ...between, ...more];
  const all = (wrong.length > 0 ? wrong : refuses(parsed, news)).map(({ path, reason }) =>
    !named && path[0] === autoname
      ? { path, reason: `${reason} (it comes from the resource's logical name: set \`${autoname}\`)` }
      : { path, reason },
  );
  const response = new CheckResponse();
  response.setFailuresList(all.map((fault) => failure(fault, news)));
  response.setInputs(all.length > 0 ? request.getNews() : encode(parsed, news.secrets));
  return response;
}

/**
 * The engine prints the value of the property that fails, if that is named: `{<nil>}` of one that is missing, or within
 * another. Those, and secret ones, are told by the reason alone.
 */
export function failure({ path, reason }: Fault, { values, secrets }: Properties): CheckFailure {
  const [key = ""] = path;
  const isShown = path.length === 1 && values[key] !== undefined && !secrets.some((secret) => secret[0] === key);
  const failed = new CheckFailure();
  failed.setProperty(isShown ? pathText(path) : "");
  failed.setReason(isShown ? reason : `${pathText(path)}: ${reason}`);
  return failed;
}

const DIFF_KINDS = {
  add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
  delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
  update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

/** What a Diff is between. */
export interface Sides {
  old: Json;
  state: Json;
  want: Json;
}

export function sidesOf(kind: Definition, request: DiffRequest): Sides {
  const recorded = decode(request.getOlds()).values;
  // Of what there is only a part left, nothing is as wanted: all that can replace it does.
  const state = recorded[REMAINS] ? {} : recorded;
  const old =
    request.hasOldInputs() && !recorded[REMAINS] ? decode(request.getOldInputs()).values : inputsOf(kind, state);
  return { old, state, want: decode(request.getNews()).values };
}

/** What differs between the sides of a Diff: pure, each change with its path. */
export function changesBetween(kind: Definition, request: DiffRequest, { state, old, want }: Sides): Change[] {
  const ignore = request.getIgnorechangesList();
  if (kind.lists) return changesOf(kind.lists, { old, state, want, ignore });
  const changes = diff({ schema: kind.inputs, old, state, want, ignore });
  return state[STRIPPED] && changes.length === 0 ? [remarked(kind as Kind, want)] : changes;
}

/** A name is taken once only, so a replacement deletes first. */
export function diffResponse(kind: Definition, changes: Change[]): DiffResponse {
  const response = answer(changes, stables(kind));
  // Said of every change: `replaceOnChanges` makes a replacement of what is an update to us.
  response.setDeletebeforereplace(true);
  return response;
}

export function answer(changes: Change[], stable: string[] = []): DiffResponse {
  const response = new DiffResponse();
  const top = (some: Change[]) => [...new Set(some.map(({ path }) => String(path[0])))];
  const replacing = changes.filter((change) => change.replaces);
  response.setChanges(changes.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  response.setDiffsList(top(changes));
  response.setReplacesList(top(replacing));
  response.setStablesList(stable);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const detail = new PropertyDiff();
    detail.setKind(DIFF_KINDS[kind][replaces ? 1 : 0]);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(pathText(path), detail);
  }
  return response;
}

/** Outputs that no update changes: what replaces, and what is computed from that alone. */
function stables(kind: Definition): string[] {
  const shape = kind.outputs.shape as Record<string, Parameters<typeof metaOf>[0]>;
  const isStable = (key: string): boolean => {
    const { replaces, derivedFrom } = metaOf(shape[key]);
    return replaces === true || (derivedFrom?.every(isStable) ?? false);
  };
  return Object.keys(shape).filter(isStable);
}

function inputsOf(kind: Definition, state: Json): Json {
  return Object.fromEntries(Object.entries(state).filter(([key]) => key in kind.inputs.shape));
}
