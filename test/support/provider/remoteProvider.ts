import {
  CheckRequest,
  type CheckResponse,
  type CreateResponse,
  DeleteRequest,
  ProviderHandshakeRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Json } from "../../../provider/core/values";
import { decode, encode } from "../../../provider/server/property";
import { PluginProcess } from "./pluginProcess";
import { createRequest, failureText, type Recorded, readRequest, urn } from "./rpcs";

/** The built plugin on a lab host, its RPCs as functions of plain values. Inputs are as Check gives them. */
export class RemoteProvider {
  private constructor(readonly plugin: PluginProcess) {}

  /** `copy`: the executable of another copy of the plugin. */
  static async start(words: readonly string[], env: NodeJS.ProcessEnv = {}, copy?: string): Promise<RemoteProvider> {
    const plugin = await PluginProcess.behind(words, env, copy);
    await plugin.call("handshake", new ProviderHandshakeRequest().setSupportsRefreshBeforeUpdate(true));
    return new RemoteProvider(plugin);
  }

  async create(type: string, name: string, inputs: Json, { preview = false, seconds = 0 } = {}): Promise<Recorded> {
    const request = createRequest(type, name, inputs, preview).setTimeout(seconds);
    const response = await this.plugin.call<CreateResponse>("create", request);
    return { id: response.getId(), inputs, state: decode(response.getProperties()).values };
  }

  /** What Read finds of a recorded resource; undefined when it is gone. */
  async read(type: string, name: string, { id, inputs, state }: Recorded): Promise<Recorded | undefined> {
    const request = readRequest(type, name, id).setInputs(encode(inputs)).setProperties(encode(state));
    const response = await this.plugin.call<ReadResponse>("read", request);
    if (response.getId() === "") return undefined;
    const found = { inputs: decode(response.getInputs()).values, state: decode(response.getProperties()).values };
    return { id: response.getId(), ...found };
  }

  /** The inputs of a program as Check gives them. */
  async check(type: string, name: string, news: Json): Promise<Json> {
    const request = new CheckRequest().setUrn(urn(type, name)).setName(name).setNews(encode(news));
    const response = await this.plugin.call<CheckResponse>("check", request);
    const failures = response.getFailuresList().map(failureText);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return decode(response.getInputs()).values;
  }

  async update(type: string, name: string, recorded: Recorded, inputs: Json): Promise<Recorded> {
    const request = new UpdateRequest().setUrn(urn(type, name)).setId(recorded.id).setOlds(encode(recorded.state));
    request.setOldInputs(encode(recorded.inputs)).setNews(encode(inputs));
    const response = await this.plugin.call<UpdateResponse>("update", request);
    return { id: recorded.id, inputs, state: decode(response.getProperties()).values };
  }

  async delete(type: string, name: string, { id, state }: Recorded): Promise<void> {
    await this.plugin.call(
      "delete",
      new DeleteRequest().setUrn(urn(type, name)).setId(id).setProperties(encode(state)),
    );
  }

  /** As the engine ends it when its run is over. */
  async stop(): Promise<void> {
    await this.plugin.call("cancel", new Empty()).catch(() => {});
    this.plugin.child.kill("SIGINT");
    await this.plugin.ended();
    await this.plugin.stop();
  }
}
