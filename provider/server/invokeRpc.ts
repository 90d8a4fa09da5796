import { type InvokeRequest, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import { type Fault, parse, unknownFaults } from "../core/check";
import { type Json, pathText } from "../core/values";
import type { Properties } from "../core/wire";
import { asNetnsError, NetnsError } from "../errors";
import { functions } from "../functions";
import { type Func, functionToken } from "../functions/function";
import * as refusal from "../lifecycle/refusal";
import type { Plugin } from "./plugin";
import { decode, encode, masked, secretTexts } from "./property";

/** Invoke: what a function gives, or all that is wrong with its arguments. */
export async function invoke(plugin: Plugin, all: readonly Func[], request: InvokeRequest): Promise<InvokeResponse> {
  const called = all.find((one) => functionToken(one) === request.getTok());
  if (!called) throw noFunction(request.getTok(), all);
  const args = decode(request.getArgs());
  const { parsed, faults } = parse(called.inputs, args.values);
  // The engine calls no function whose arguments it does not know yet, and takes no answer that is not known.
  const invalid = [...faults, ...unknownFaults(args.values)];
  const between: Fault[] =
    invalid.length > 0 ? (called.faultsBeside?.(args.values, invalid) ?? []) : called.crossCheck(parsed);
  const wrong = [...invalid, ...between, ...(await plugin.nftFaults(called.nftTexts?.(args.values) ?? []))];
  if (wrong.length > 0) throw wrongArguments(wrong);
  const { call } = called;
  if (plugin.config.offline || !call) {
    const certain: Json | undefined = called.offline(parsed);
    if (!certain) throw refusal.offlineCall(functionToken(called));
    return given(certain, args);
  }
  const about = { kind: called, urn: "", timeoutSeconds: 0, properties: [args] };
  return plugin
    .request(about, ({ kernel }) => call(kernel, parsed))
    .then(
      (result) => given(result as Json, args),
      (error: unknown) => {
        throw atArgument(error, args);
      },
    );
}

/** Whether a function asks no host. */
export function isPure(tok: string): boolean {
  return functions.some((one) => functionToken(one) === tok && !one.call);
}

/** What comes of a secret is secret. */
function given(result: Json, args: Properties): InvokeResponse {
  const secrets = args.secrets.length > 0 ? Object.keys(result).map((key) => [key]) : [];
  return new InvokeResponse().setReturn(encode(result, secrets));
}

/** The failures that an answer can have are told by SDKs in one line, with the argument behind each; Python tells the first alone. */
function wrongArguments(faults: readonly Fault[]): NetnsError {
  const tried = faults.length === 1 ? "an argument is wrong" : `${faults.length} arguments are wrong`;
  const lines = faults.map(({ path, reason }) => `${pathText(path)}: ${reason}`);
  return new NetnsError({ kind: "user", tried, said: lines.join("\n  ") });
}

/** What went wrong at the argument that it is about; what is about none is an error of the call. */
function atArgument(error: unknown, args: Properties): unknown {
  const { parts, message } = asNetnsError(error);
  return parts.at ? wrongArguments([{ path: parts.at, reason: masked(message, secretTexts(args)) }]) : error;
}

function noFunction(asked: string, all: readonly Func[]): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `there is no function ${asked} in the netns provider`,
    todo: `The \`get\` of a resource's class reads what is there already. The functions are ${all.map(functionToken).join(", ")}.`,
  });
}
