import { isDeepStrictEqual } from "node:util";
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DiffRequest,
  DiffResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/**
 * A provider that does nothing: what is asked for is there. What an operation with it takes is the engine's and the
 * program's own time. The engine takes an RPC that is missing here for one that a provider need not have.
 */
const service = {
  getPluginInfo: answer(() => new PluginInfo().setVersion("0.0.0")),
  configure: answer(() => new ConfigureResponse()),
  check: answer((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diff: answer((request: DiffRequest) => new DiffResponse().setChanges(changes(request))),
  create: answer((request: CreateRequest) =>
    new CreateResponse().setId(request.getUrn()).setProperties(request.getProperties()),
  ),
  update: answer((request: UpdateRequest) => new UpdateResponse().setProperties(request.getNews())),
  delete: answer(() => new Empty()),
  cancel: answer(() => new Empty()),
};

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => console.log(port));

function changes(request: DiffRequest): DiffResponse.DiffChanges {
  const [olds, news] = [request.getOldInputs(), request.getNews()].map((inputs) => inputs?.toJavaScript());
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return isDeepStrictEqual(olds, news) ? DIFF_NONE : DIFF_SOME;
}

function answer<Request, Response>(make: (request: Request) => Response) {
  return ({ request }: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => done(null, make(request));
}
