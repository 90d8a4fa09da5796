import type { Server as NetServer } from "node:net";
import { Server, ServerCredentials, type ServerWritableStream, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  type ListRequest,
  type ListResponse,
  type ProviderHandshakeRequest,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { definitions } from "../definitions";
import { functions } from "../functions";
import { version } from "../version";
import { create, read, remove, update } from "./changeRpc";
import { check } from "./checkRpc";
import { checkConfig, configure, diffConfig, handshake } from "./configRpc";
import { invoke } from "./invokeRpc";
import { list } from "./listRpc";
import { Door } from "./peer";
import { Plugin } from "./plugin";
import { diff } from "./spelling";
import { unary } from "./unary";

/** The engine's own limit: a message may hold a whole program's inputs. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** Children get this long to end by themselves when the engine is gone. */
const LAST_MS = 3000;

/** Answers the engine on the connections that `listener` accepts paused, until the engine ends us or is gone. */
export function serve(listener: NetServer, folder: string, engineAddress: string | undefined): void {
  const plugin = new Plugin(definitions, folder);
  if (engineAddress !== undefined) plugin.engine.attach(engineAddress);
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, service(plugin));
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const door = new Door({
    // Windows alone has no uids, and no /proc either.
    uid: process.geteuid?.() ?? -1,
    serve: (socket) => {
      injector.injectConnection(socket);
      socket.resume();
    },
    warn: (message) => {
      if (engineAddress === undefined) process.stderr.write(`${message}\n`);
      plugin.engine.log("warning", message, "");
    },
  });
  listener.on("connection", (socket) => door.knock(socket));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void plugin.end().finally(() => process.exit(0)));
  }
  plugin.engine.watch(() => {
    plugin.abandon();
    setTimeout(() => process.exit(1), LAST_MS).unref();
    void plugin.idle().then(() => process.exit(1));
  });
}

function service(plugin: Plugin): UntypedServiceImplementation {
  return {
    handshake: unary((request: ProviderHandshakeRequest) => handshake(plugin, request)),
    attach: unary((request: PluginAttach) => {
      plugin.engine.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    getSchema: unary(async () => new GetSchemaResponse().setSchema(await plugin.schema())),
    checkConfig: unary((request: CheckRequest) => checkConfig(request)),
    diffConfig: unary((request: DiffRequest) => diffConfig(request)),
    configure: unary((request: ConfigureRequest) => configure(plugin, request)),
    check: unary((request: CheckRequest) => {
      plugin.thisRun.noteCheck(request.getUrn());
      return check(plugin.kindOf(request), request);
    }),
    diff: unary((request: DiffRequest) => diff(plugin, plugin.kindOf(request), request)),
    create: unary((request: CreateRequest) => create(plugin, plugin.kindOf(request), request)),
    read: unary((request: ReadRequest) => read(plugin, plugin.kindOf(request), request)),
    update: unary((request: UpdateRequest) => update(plugin, plugin.kindOf(request), request)),
    delete: unary((request: DeleteRequest) => remove(plugin, plugin.kindOf(request), request).then(() => new Empty())),
    list: (call: ServerWritableStream<ListRequest, ListResponse>) => list(plugin, call),
    invoke: unary((request: InvokeRequest) => invoke(plugin, functions, request)),
    cancel: unary(() => {
      plugin.cancel();
      return new Empty();
    }),
  };
}
