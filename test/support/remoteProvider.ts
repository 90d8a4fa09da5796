import {
  type CreateResponse,
  DeleteRequest,
  ProviderHandshakeRequest,
  type ReadResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Json } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { PluginProcess } from "./pluginProcess";
import { createRequest, type Recorded, readRequest, urn } from "./rpcs";

/** The built plugin on a lab host, its RPCs as functions of plain values. Inputs are as Check gives them. */
export class RemoteProvider {
  private constructor(readonly plugin: PluginProcess) {}

  static async start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RemoteProvider> {
    const plugin = await PluginProcess.behind(words, env);
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
