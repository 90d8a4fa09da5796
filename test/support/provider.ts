import {
  CheckRequest,
  CreateRequest,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  PropertyDiff,
  ReadRequest,
  UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../provider/core/values";
import { commandHost } from "../../provider/host/commands";
import { runner } from "../../provider/host/run";
import { kinds } from "../../provider/resources";
import { create, read, remove, update } from "../../provider/server/changeRpc";
import { check, diffResponse } from "../../provider/server/checkRpc";
import { Plugin } from "../../provider/server/plugin";
import { decode, encode } from "../../provider/server/property";
import type { LabHost } from "./labHost";

const REFUSED = { stdout: "", stderr: "RTNETLINK answers: refused by the test", exitCode: 2 };

export interface Recorded {
  id: string;
  inputs: Json;
  state: Json;
}

/** The provider in this process, its RPCs as functions of plain values, with a lab host as the machine it changes. */
export class TestProvider {
  readonly plugin: Plugin;
  /** Each command that the provider has run on the host. */
  readonly commands: string[] = [];
  private dies: ((command: string) => boolean) | undefined;
  private fails: ((command: string) => boolean) | undefined;
  private meets: ((command: string) => Promise<unknown> | undefined) | undefined;
  private isDead = false;

  constructor(readonly lab: LabHost) {
    const run = runner(lab.door);
    const host = commandHost({
      run: async (argv, options) => {
        const command = [argv.join(" "), options.stdin ?? ""].join("\n").trim();
        this.commands.push(command);
        await this.meets?.(command);
        if (this.dies?.(command)) this.isDead = true;
        if (this.isDead) throw new Error("the process is dead");
        return this.fails?.(command) ? REFUSED : run(argv, options);
      },
      prefix: [],
      missingRights: async () => [],
    });
    this.plugin = new Plugin(kinds, "provider", () => host);
    this.plugin.refreshBeforeUpdate = true;
  }

  /** As if killed: before such a command, and from then on nothing it does gets to the host. */
  dieBefore(match: (command: string) => boolean): void {
    this.dies = match;
  }

  /** Such commands are refused instead of run. */
  failOn(match: (command: string) => boolean): void {
    this.fails = match;
  }

  /** Somebody else does something on the host just before such a command, once. */
  overtakeBefore(match: RegExp, act: () => Promise<unknown>): void {
    this.meets = (command) => {
      if (!match.test(command)) return;
      this.meets = undefined;
      return act();
    };
  }

  check(type: string, name: string, news: Json, olds: Json = {}) {
    const request = new CheckRequest();
    request.setUrn(urn(type, name)).setName(name).setNews(encode(news)).setOlds(encode(olds));
    const response = check(this.kind(type), request);
    const failures = response.getFailuresList().map((one) => `${one.getProperty()}: ${one.getReason()}`);
    return { inputs: decode(response.getInputs()).values, failures };
  }

  /** The changes as Pulumi names them, `a.mtu: UPDATE`. */
  diff(type: string, recorded: Recorded, news: Json) {
    const request = new DiffRequest();
    request.setUrn(urn(type, "test")).setId(recorded.id);
    request.setOlds(encode(recorded.state)).setOldInputs(encode(recorded.inputs)).setNews(encode(news));
    const response: DiffResponse = diffResponse(this.kind(type), request);
    const details: string[] = [];
    response.getDetaileddiffMap().forEach((detail: PropertyDiff, path: string) => {
      const name = Object.entries(PropertyDiff.Kind).find(([, value]) => value === detail.getKind())?.[0];
      details.push(`${path}: ${name}`);
    });
    return { details: details.sort(), replaces: response.getReplacesList(), response };
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

export function urn(type: string, name: string): string {
  return `urn:pulumi:dev::lab::netns:index:${type}::${name}`;
}

export function createRequest(type: string, name: string, inputs: Json, preview: boolean): CreateRequest {
  const request = new CreateRequest();
  return request.setUrn(urn(type, name)).setProperties(encode(inputs)).setPreview(preview);
}

export function readRequest(type: string, name: string, id: string): ReadRequest {
  return new ReadRequest().setUrn(urn(type, name)).setId(id);
}
