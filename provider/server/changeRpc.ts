import {
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { metaOf } from "../core/meta";
import type { Json, Path } from "../core/values";
import type { Properties } from "../core/wire";
import { PartialError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import * as refusal from "../lifecycle/refusal";
import { EARLY, type State } from "../lifecycle/state";
import { type Definition, type Kind, type List, subjectOf, token } from "../resources/kind";
import { editsOf, replacementsTold } from "../topology/changes";
import { inLists } from "../topology/elements";
import { isRecord } from "../topology/record";
import { followed } from "../topology/secrets";
import type { Done } from "./owed";
import type { Plugin } from "./plugin";
import { previewCreate, previewUpdate } from "./preview";
import { decode, encode } from "./property";
import { needChecked, needRecorded, withoutInternals } from "./wellFormed";

/** The RPCs that act on the host. Each hands on where the secrets are, so that they are secret again in its answer. */
export async function create(plugin: Plugin, kind: Definition, request: CreateRequest): Promise<CreateResponse> {
  const news = decode(request.getProperties());
  const response = new CreateResponse();
  response.setRefreshBeforeUpdate(plugin.refreshBeforeUpdate);
  if (request.getPreview()) {
    response.setProperties(encode(previewCreate(kind, news.values), secretPaths(kind, news)));
    return response;
  }
  mayChange(plugin, kind, request.getUrn());
  needChecked(kind, news.values);
  const paths = secretPaths(kind, news);
  // The deletions that it waits for end at deadlines of their own.
  const wait = { ...about(kind, request, []), timeoutSeconds: Number.POSITIVE_INFINITY };
  await plugin.request(wait, ({ kernel, ...one }) => plugin.pendingDeletes.gone(one.urn, subjectOf(one), kernel));
  const asked = about(kind, request, [news]);
  const { id, state } = await plugin.changes
    .make<Made>(asked, (resource) => plugin.operations(kind).create(resource, news.values), {
      offer: (kernel) => early(kind, news.values, kernel),
      keep: ({ id, state, inputs = {} }, why) =>
        plugin.changes.owed.promise(asked.urn, doneOf(asked, id, { ...news.values, ...inputs }, state), why),
    })
    .catch(rethrowSecretAt(kind, [{ ...news, secrets: paths }]));
  if (!state[EARLY]) noteMade(plugin, asked, doneOf(asked, id, news.values, state));
  response.setId(id);
  response.setProperties(encode(state, paths));
  return response;
}

export async function read(plugin: Plugin, kind: Definition, request: ReadRequest): Promise<ReadResponse> {
  plugin.runState.noteBegun(request.getUrn());
  const response = new ReadResponse();
  response.setRefreshBeforeUpdate(plugin.refreshBeforeUpdate);
  const state = decode(request.getProperties());
  const inputs = request.hasInputs() ? decode(request.getInputs()) : state;
  const isRecorded = hasOutputs(kind, state.values);
  if (plugin.config.offline) {
    if (!isRecorded) throw refusal.offline(`${token(kind)} ${request.getId()}`);
    response.setId(request.getId());
    response.setProperties(request.getProperties());
    response.setInputs(request.getInputs());
    return response;
  }
  const before = [{ ...inputs, secrets: secretPaths(kind, inputs) }, state];
  const secrets = before.flatMap((one) => one.secrets);
  const found = await plugin.request(about(kind, request, [{ ...state, secrets }]), (resource) =>
    isRecorded
      ? plugin.operations(kind).refresh(resource, request.getId(), inputs.values, state.values as State)
      : // `.get()` hands properties over, and only reads.
        plugin.operations(kind).import(resource, request.getId(), !request.hasProperties()),
  );
  // What is gone has an empty id, and for import no properties either.
  if (!found) return response;
  if (isRecorded) plugin.runState.noteRead(request.getUrn(), kind, found.state);
  response.setId(found.id);
  response.setInputs(encode(found.inputs, secretsNow(kind, found.inputs, before)));
  response.setProperties(encode(found.state, secretsNow(kind, found.state, before)));
  return response;
}

/** What a worker has read. */
export function noteFound(plugin: Plugin, kind: Definition, request: ReadRequest, response: ReadResponse): void {
  const isRecorded = hasOutputs(kind, decode(request.getProperties()).values);
  if (!isRecorded || response.getId() === "") return;
  plugin.runState.noteRead(request.getUrn(), kind, decode(response.getProperties()).values);
}

export async function update(plugin: Plugin, kind: Definition, request: UpdateRequest): Promise<UpdateResponse> {
  const news = decode(request.getNews());
  const state = decode(request.getOlds());
  const old = decode(request.getOldInputs());
  const paths = [...secretPaths(kind, news), ...state.secrets.filter(([key]) => !(String(key) in news.values))];
  const response = new UpdateResponse();
  response.setRefreshBeforeUpdate(plugin.refreshBeforeUpdate);
  const along = plugin.runState.alongIn(request.getUrn());
  if (kind.lists) {
    const told = replacementsTold(editsOf(kind.lists, old.values, state.values, news.values), along);
    if (told !== undefined) plugin.engine.log("info", told, request.getUrn());
  }
  if (request.getPreview()) {
    response.setProperties(encode(previewUpdate(kind, news.values, old.values, state.values, along), paths));
    return response;
  }
  mayChange(plugin, kind, request.getUrn());
  needChecked(kind, news.values);
  needRecorded(kind, request.getId(), state.values);
  const asked = about(kind, request, [news, state]);
  const now = await plugin.changes
    .make(asked, (resource) =>
      plugin.operations(kind).update(resource, request.getId(), news.values, old.values, state.values as State),
    )
    .catch(rethrowSecretAt(kind, [{ ...news, secrets: paths }, ...(kind.lists ? [state] : [])]));
  noteMade(plugin, asked, doneOf(asked, request.getId(), news.values, now));
  response.setProperties(encode(now, paths));
  return response;
}

/** `inputs`: those that are more than the program gives. */
interface Made {
  id: string;
  state: State;
  inputs?: Json;
}

type Asked = ReturnType<typeof about>;

function doneOf({ kind, properties }: Asked, id: string, inputs: Json, state: State): Done {
  return { kind, properties, id, inputs, state };
}

/** The engine takes it for done from now on. */
function noteMade(plugin: Plugin, { urn, kind }: Asked, done: Done): void {
  plugin.runState.noteMade(urn, kind, done.state);
  plugin.changes.owed.keep(urn, done);
}

/** What can be answered before it is made. */
async function early(definition: Definition, want: Json, kernel: Kernel): Promise<Made | undefined> {
  if (definition.lists || definition.prove) return undefined;
  const kind = definition as Kind;
  const { outputs = {}, inputs = {} } = (await kind.early?.(kernel, want)) ?? {};
  const waiting = "waiting" in kind.outputs.shape ? { waiting: true } : {};
  const state = { ...outputs, ...want, ...kind.preview(want), ...waiting };
  const isWhole = !kind.bearsMark && kind.outputs.safeParse(state).success;
  return isWhole ? { id: kind.id(want), state: { ...state, [EARLY]: true }, inputs } : undefined;
}

export async function remove(plugin: Plugin, kind: Definition, request: DeleteRequest): Promise<void> {
  mayChange(plugin, kind, request.getUrn());
  const state = decode(request.getProperties());
  await plugin.pendingDeletes.deletion(request.getUrn(), async () => {
    needRecorded(kind, request.getId(), state.values);
    await plugin.changes.remove(about(kind, request, [state]), async (resource) => {
      const next = plugin.runState.replacementOf(request.getUrn());
      const givesWay = (mark: string | undefined) => plugin.changes.givesWay(resource, mark);
      if (next) await plugin.operations(kind).needFree?.(resource, next, state.values as State, givesWay);
      await plugin.operations(kind).delete(resource, request.getId(), state.values as State);
    });
  });
}

function about(kind: Definition, request: { getUrn(): string; getTimeout(): number }, properties: Properties[]) {
  return { kind, urn: request.getUrn(), timeoutSeconds: request.getTimeout(), properties };
}

/** What is left after a failure is as secret as it was in what was wanted, and before. */
function rethrowSecretAt(kind: Definition, before: readonly Properties[]): (error: unknown) => never {
  return (error) => {
    if (error instanceof PartialError) error.secrets.push(...secretsNow(kind, error.state as Json, before));
    throw error;
  };
}

/** Where values are secret, by where they were before. */
function secretsNow({ lists }: Definition, now: Json, before: readonly Properties[]): Path[] {
  return before.flatMap(({ values, secrets }) => (lists ? followed(lists, secrets, values, now) : secrets));
}

/** Where an answer is secret: where the inputs are, and what is computed from those. */
export function secretPaths(kind: Definition, { secrets }: Properties): Path[] {
  const isSecret = (key: string) => secrets.some((path) => path[0] === key);
  const derived = Object.entries(kind.outputs.shape as Record<string, Parameters<typeof metaOf>[0]>)
    .filter(([, field]) => metaOf(field).derivedFrom?.some(isSecret))
    .map(([key]) => [key]);
  return [...secrets, ...derived, ...(kind.lists ?? []).flatMap((list) => secretsIn(list, secrets))];
}

/** The same for the elements of a list. */
function secretsIn({ name, kind }: List, secrets: readonly Path[]): Path[] {
  const within = secrets.filter((path) => path[0] === name && path.length > 2);
  const elements = [...new Set(within.map((path) => path[1] as number))];
  return elements.flatMap((index) => {
    const inner = within.filter((path) => path[1] === index).map((path) => path.slice(2));
    return secretPaths(kind, { values: {}, secrets: inner }).map((path) => [name, index, ...path]);
  });
}

/**
 * The outputs of an earlier run, and not the few properties that `.get()` may give. A topology of an older provider has
 * no list for a kind that came later.
 */
function hasOutputs(kind: Definition, values: Json): boolean {
  const lists = kind.lists && isRecord(values) ? inLists(kind.lists, [], () => undefined) : {};
  return Object.keys(values).length > 0 && kind.outputs.safeParse({ ...lists, ...withoutInternals(values) }).success;
}

function mayChange(plugin: Plugin, kind: Definition, urn: string): void {
  if (plugin.config.offline) throw refusal.offline(subjectOf({ kind, urn }));
}
