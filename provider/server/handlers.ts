import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  type ConstructRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  type ListRequest,
  type ProviderHandshakeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { components } from "../components";
import type { Json } from "../core/values";
import type { Properties } from "../core/wire";
import { functions } from "../functions";
import { version } from "../version";
import { create, read, remove, update } from "./changeRpc";
import { check } from "./checkRpc";
import { checkConfig, configure, diffConfig, handshake } from "./configRpc";
import { construct } from "./constructRpc";
import { diff } from "./diffRpc";
import { invoke } from "./invokeRpc";
import { list } from "./listRpc";
import type { Plugin } from "./plugin";
import { decode } from "./property";
import type { Handlers } from "./reply";

/** What the plugin does for each RPC. */
export function handlersOf(plugin: Plugin): Handlers {
  return {
    handshake: (request: ProviderHandshakeRequest) => handshake(plugin, request),
    attach: (request: PluginAttach) => {
      plugin.engine.attach(request.getAddress());
      return new Empty();
    },
    getPluginInfo: () => new PluginInfo().setVersion(version),
    getSchema: async () => new GetSchemaResponse().setSchema(await plugin.schema()),
    checkConfig: (request: CheckRequest) => checkConfig(request),
    diffConfig: (request: DiffRequest) => diffConfig(request),
    configure: (request: ConfigureRequest) => configure(plugin, request),
    check: (request: CheckRequest) => {
      plugin.runState.noteCheck(request.getUrn());
      const kind = plugin.kindOf(request);
      const refuses = (inputs: Json, news: Properties) =>
        plugin.findings.faultsIn(request.getUrn(), kind, inputs, news);
      const texts = kind.nftTexts?.(decode(request.getNews()).values) ?? [];
      if (texts.length === 0) return check(kind, request, refuses);
      return plugin.nftFaults(texts).then((more) => check(kind, request, refuses, more));
    },
    diff: (request: DiffRequest) => diff(plugin, plugin.kindOf(request), request),
    create: (request: CreateRequest) => create(plugin, plugin.kindOf(request), request),
    read: (request: ReadRequest) => read(plugin, plugin.kindOf(request), request),
    update: (request: UpdateRequest) => update(plugin, plugin.kindOf(request), request),
    delete: (request: DeleteRequest) => remove(plugin, plugin.kindOf(request), request).then(() => new Empty()),
    list: (request: ListRequest) => list(plugin, request),
    construct: (request: ConstructRequest) => construct(components, request),
    invoke: (request: InvokeRequest) => invoke(plugin, functions, request),
    cancel: () => {
      plugin.cancel();
      return new Empty();
    },
  };
}
