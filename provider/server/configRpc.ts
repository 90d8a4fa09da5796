import { isDeepStrictEqual } from "node:util";
import {
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type DiffRequest,
  type DiffResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { parseConfig } from "../core/config";
import type { Change } from "../core/diff";
import { pathText } from "../core/values";
import { NetnsError } from "../errors";
import { answer, failure } from "./checkRpc";
import type { Plugin } from "./plugin";
import { decode } from "./property";

/** The provider's own RPCs. What Handshake and Configure say they can must be the same. */
export function handshake(plugin: Plugin, request: ProviderHandshakeRequest): ProviderHandshakeResponse {
  if (request.getEngineAddress()) plugin.engine.attach(request.getEngineAddress());
  plugin.refreshBeforeUpdate = request.getSupportsRefreshBeforeUpdate();
  const response = new ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  response.setSupportsAutonamingConfiguration(false);
  return response;
}

export function checkConfig(request: CheckRequest): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(request.getNews());
  // The engine has taken the secret marks off and prints the value of a property that is named: so none is.
  const { faults } = parseConfig(decode(request.getNews()).values, process.env);
  response.setFailuresList(faults.map((fault) => failure(fault, { values: {}, secrets: [] })));
  return response;
}

/** No configuration makes a resource unmanageable, so none is ever replaced for it. */
export function diffConfig(request: DiffRequest): DiffResponse {
  const old = decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).values;
  const want = decode(request.getNews()).values;
  const changes = [...new Set([...Object.keys(old), ...Object.keys(want)])]
    .filter((key) => !isDeepStrictEqual(old[key], want[key]))
    .map((key): Change => {
      const kind = old[key] === undefined ? "add" : want[key] === undefined ? "delete" : "update";
      return { path: [key], kind, replaces: false };
    });
  return answer(changes);
}

export function configure(plugin: Plugin, request: ConfigureRequest): ConfigureResponse {
  const { config, faults } = parseConfig(decode(request.getArgs()).values, process.env);
  if (faults.length > 0) {
    throw new NetnsError({
      kind: "user",
      tried: "the netns provider cannot be configured like this",
      said: faults.map(({ path, reason }) => `${pathText(path)} ${reason}`).join("; "),
      todo: "See `pulumi config` and the NETNS_ variables of the environment.",
    });
  }
  plugin.configure(config);
  const response = new ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  response.setAcceptresources(true);
  response.setAcceptoutputs(true);
  response.setSupportsAutonamingConfiguration(false);
  return response;
}
