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
import { checkedConfig } from "../place/checkedConfig";
import { answer, failure } from "./checkRpc";
import type { Plugin } from "./plugin";
import { decode, encode } from "./property";

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

/** What says where the labs are: another one takes other labs. */
const PLACE = ["host", "sandbox"] as const;
/** And by which rights one gets there. */
const WAY = [...PLACE, "sudo"] as const;

/**
 * The configuration as it is given, and where the labs are and how to get there, whoever says that: with it in the state, `destroy` and `netns`
 * find them, and another value in the environment is seen to be another place.
 */
export function checkConfig(request: CheckRequest): CheckResponse {
  const given = decode(request.getNews());
  const { config, faults } = parseConfig(given.values, process.env);
  const place = Object.fromEntries(WAY.filter((key) => config[key] !== undefined).map((key) => [key, config[key]]));
  const response = new CheckResponse();
  response.setInputs(faults.length > 0 ? request.getNews() : encode({ ...given.values, ...place }, given.secrets));
  // The engine has taken the secret marks off and prints the value of a property that is named: so none is.
  response.setFailuresList(faults.map((fault) => failure(fault, { values: {}, secrets: [] })));
  return response;
}

/** What is in one place cannot be managed in another: then all is made there, and what is here is deleted. */
export function diffConfig(request: DiffRequest): DiffResponse {
  const old = decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).values;
  const want = decode(request.getNews()).values;
  const changes = [...new Set([...Object.keys(old), ...Object.keys(want)])]
    .filter((key) => !isDeepStrictEqual(old[key], want[key]))
    .map((key): Change => {
      const kind = old[key] === undefined ? "add" : want[key] === undefined ? "delete" : "update";
      return { path: [key], kind, replaces: PLACE.some((one) => one === key) };
    });
  return answer(changes);
}

export function configure(plugin: Plugin, request: ConfigureRequest): ConfigureResponse {
  plugin.configure(checkedConfig(decode(request.getArgs()).values, process.env));
  const response = new ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setSupportspreview(true);
  response.setAcceptresources(true);
  response.setAcceptoutputs(true);
  response.setSupportsAutonamingConfiguration(false);
  return response;
}
