import {
  type CheckFailure,
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  InvokeRequest,
  PropertyDiff,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../../provider/core/values";
import { functions } from "../../../provider/functions";
import type { Definition } from "../../../provider/resources/kind";
import { create, read, remove, update } from "../../../provider/server/changeRpc";
import { changesBetween, check, diffResponse, sidesOf } from "../../../provider/server/checkRpc";
import { diff } from "../../../provider/server/diffRpc";
import { invoke } from "../../../provider/server/invokeRpc";
import type { Plugin } from "../../../provider/server/plugin";
import { decode, encode } from "../../../provider/server/property";

export interface Recorded {
  id: string;
  inputs: Json;
  state: Json;
}

/** The RPCs of a provider as functions of plain values. */
export class Rpcs {
  constructor(readonly plugin: Plugin) {
    plugin.refreshBeforeUpdate = true;
  }

  check(type: string, name: string, news: Json, olds: Json = {}) {
    const request = new CheckRequest();
    request.setUrn(urn(type, name)).setName(name).setNews(encode(news)).setOlds(encode(olds));
    this.plugin.runState.noteCheck(urn(type, name));
    const response = check(this.kind(type), request);
    const failures = response.getFailuresList().map(failureText);
    return { inputs: decode(response.getInputs()).values, failures };
  }

  /** The changes as Pulumi names them, `a.mtu: UPDATE`. */
  diff(type: string, recorded: Recorded, news: Json) {
    return told(pureDiff(this.kind(type), diffRequest(type, recorded, news)));
  }

  /** The same as the engine has it: with what only the host can tell. */
  async diffOnHost(type: string, recorded: Recorded, news: Json, name = "test") {
    return told(await diff(this.plugin, this.kind(type), diffRequest(type, recorded, news, name)));
  }

  async preview(type: string, name: string, inputs: Json): Promise<Json> {
    return decode((await create(this.plugin, this.kind(type), createRequest(type, name, inputs, true))).getProperties())
      .values;
  }

  /** Check and Create. */
  async create(type: string, name: string, news: Json): Promise<Recorded> {
    const { inputs, failures } = this.check(type, name, news);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const response = await create(this.plugin, this.kind(type), createRequest(type, name, inputs, false));
    return { id: response.getId(), inputs, state: decode(response.getProperties()).values };
  }

  /** What Read finds of a recorded resource; undefined when it is gone. */
  read(type: string, name: string, { id, inputs, state }: Recorded): Promise<Recorded | undefined> {
    const request = readRequest(type, name, id);
    request.setInputs(encode(inputs)).setProperties(encode(state));
    return this.readBy(type, request);
  }

  import(type: string, id: string, name = "imported"): Promise<Recorded | undefined> {
    return this.readBy(type, readRequest(type, name, id));
  }

  list(type: string, query: { namespace?: string } = {}): Promise<string[]> {
    const kind = this.kind(type);
    return this.plugin.request({ kind, urn: "", timeoutSeconds: 0, properties: [] }, ({ kernel }) =>
      kind.list(kernel, query),
    );
  }

  async update(type: string, name: string, recorded: Recorded, news: Json): Promise<Recorded> {
    const { inputs, failures } = this.check(type, name, news, recorded.inputs);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new UpdateRequest();
    request.setUrn(urn(type, name)).setId(recorded.id).setOlds(encode(recorded.state));
    request.setOldInputs(encode(recorded.inputs)).setNews(encode(inputs));
    const response = await update(this.plugin, this.kind(type), request);
    return { id: recorded.id, inputs, state: decode(response.getProperties()).values };
  }

  async delete(type: string, name: string, recorded: Recorded): Promise<void> {
    const request = new DeleteRequest();
    request.setUrn(urn(type, name)).setId(recorded.id).setProperties(encode(recorded.state));
    await remove(this.plugin, this.kind(type), request);
  }

  /** What a function gives. */
  async call(name: string, args: Json): Promise<Json> {
    const request = new InvokeRequest().setTok(`netns:index:${name}`).setArgs(encode(args));
    const response = await invoke(this.plugin, functions, request);
    return decode(response.getReturn()).values;
  }

  private async readBy(type: string, request: ReadRequest): Promise<Recorded | undefined> {
    const response = await read(this.plugin, this.kind(type), request);
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: decode(response.getInputs()).values,
      state: decode(response.getProperties()).values,
    };
  }

  private kind(type: string) {
    return this.plugin.kind(`netns:index:${type}`);
  }
}

/** As in a stack of `Stack` and a project of `makeProject`, so that both leave the same marks. */
export function urn(type: string, name: string): string {
  return `urn:pulumi:test::lab::netns:index:${type}::${name}`;
}

export function createRequest(type: string, name: string, inputs: Json, preview: boolean): CreateRequest {
  const request = new CreateRequest();
  return request.setUrn(urn(type, name)).setProperties(encode(inputs)).setPreview(preview);
}

export function readRequest(type: string, name: string, id: string): ReadRequest {
  return new ReadRequest().setUrn(urn(type, name)).setId(id);
}

/** Diff without what only the host and this run can tell. */
export function pureDiff(kind: Definition, request: DiffRequest): DiffResponse {
  return diffResponse(kind, changesBetween(kind, request, sidesOf(kind, request)));
}

function diffRequest(type: string, recorded: Recorded, news: Json, name = "test"): DiffRequest {
  const request = new DiffRequest();
  request.setUrn(urn(type, name)).setId(recorded.id);
  return request.setOlds(encode(recorded.state)).setOldInputs(encode(recorded.inputs)).setNews(encode(news));
}

function told(response: DiffResponse) {
  const details: string[] = [];
  response.getDetaileddiffMap().forEach((detail: PropertyDiff, path: string) => {
    const name = Object.entries(PropertyDiff.Kind).find(([, value]) => value === detail.getKind())?.[0];
    details.push(`${path}: ${name}`);
  });
  return { details: details.sort(), replaces: response.getReplacesList(), response };
}

/** As the engine shows it: a reason without a property begins with the path by itself. */
export function failureText(failure: CheckFailure): string {
  const [property, reason] = [failure.getProperty(), failure.getReason()];
  return property === "" ? reason : `${property}: ${reason}`;
}
