import { readFileSync } from "node:fs";
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
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * A provider that does nothing: what is asked for is there. What an operation with it takes is the engine's and the
 * program's own time. The engine takes an RPC that is missing here for one that a provider need not have. Its outputs
 * are the inputs, or what the file has that the environment names.
 */
const service = {
  getPluginInfo: answer(() => new PluginInfo().setVersion("0.0.0")),
  configure: answer(() => new ConfigureResponse()),
  check: answer((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
  diff: answer((request: DiffRequest) => new DiffResponse().setChanges(changes(request))),
  create: answer((request: CreateRequest) =>
    new CreateResponse().setId(request.getUrn()).setProperties(outputs(request.getProperties())),
  ),
  update: answer((request: UpdateRequest) => new UpdateResponse().setProperties(outputs(request.getNews()))),
  delete: answer(() => new Empty()),
  cancel: answer(() => new Empty()),
};

const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, port) => console.log(port));

function outputs(inputs: Struct | undefined): Struct | undefined {
  const file = process.env.BENCH_STATE;
  return file === undefined ? inputs : Struct.deserializeBinary(readFileSync(file));
}

function changes(request: DiffRequest): DiffResponse.DiffChanges {
  const [olds, news] = [request.getOldInputs(), request.getNews()].map((inputs) => inputs?.toJavaScript());
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  return isDeepStrictEqual(olds, news) ? DIFF_NONE : DIFF_SOME;
}

function answer<Request, Response>(make: (request: Request) => Response) {
  return ({ request }: ServerUnaryCall<Request, Response>, done: sendUnaryData<Response>) => done(null, make(request));
}
