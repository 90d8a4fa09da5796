import { credentials } from "@grpc/grpc-js";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
  ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { NetnsError } from "../errors";
import { version } from "../version";

/** What is said of a resource that is to be made. */
export interface Registration {
  type: string;
  name: string;
  parent: string;
  custom: boolean;
  inputs: Struct;
  provider?: string | undefined;
  dependencies?: readonly string[];
  /** By property, the URNs that its value hangs on. */
  propertyDependencies?: Readonly<Record<string, readonly string[]>>;
  /** Sets what else the program says of it. */
  more?(request: RegisterResourceRequest): void;
}

/** The engine as programs see it: what they make resources by. */
export class Monitor {
  private readonly client: ResourceMonitorClient;

  constructor(address: string) {
    this.client = new ResourceMonitorClient(address, credentials.createInsecure());
  }

  register(what: Registration): Promise<RegisterResourceResponse> {
    const { type, name, parent, custom, inputs, provider = "", dependencies = [], propertyDependencies = {} } = what;
    const request = new RegisterResourceRequest().setType(type).setName(name).setParent(parent).setCustom(custom);
    request
      .setObject(inputs)
      .setProvider(provider)
      .setVersion(version)
      .setDependenciesList([...dependencies]);
    request.setAcceptsecrets(true).setAcceptresources(true).setSupportspartialvalues(true).setAliasspecs(true);
    for (const [property, urns] of Object.entries(propertyDependencies)) {
      const all = new RegisterResourceRequest.PropertyDependencies().setUrnsList([...urns]);
      request.getPropertydependenciesMap().set(property, all);
    }
    // Its name is taken only once there, see withOrder() of the SDK.
    if (custom) request.setDeletebeforereplace(true).setDeletebeforereplacedefined(true);
    what.more?.(request);
    return new Promise((resolve, reject) =>
      this.client.registerResource(request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }

  registerOutputs(urn: string, outputs: Struct): Promise<void> {
    const request = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(outputs);
    return new Promise((resolve, reject) =>
      this.client.registerResourceOutputs(request, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** What a function gives; it fails with what that has against its arguments. */
  invoke(tok: string, args: Struct, provider: string): Promise<Struct | undefined> {
    const request = new ResourceInvokeRequest().setTok(tok).setArgs(args).setProvider(provider).setVersion(version);
    return new Promise((resolve, reject) =>
      this.client.invoke(request.setAcceptresources(true), (error, response) =>
        error ? reject(new NetnsError({ kind: "user", tried: error.details })) : resolve(response.getReturn()),
      ),
    );
  }

  close(): void {
    this.client.close();
  }
}
