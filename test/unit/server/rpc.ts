import {
  CheckRequest,
  type CheckResponse,
  DiffRequest,
  type DiffResponse,
  PropertyDiff,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Json, Path } from "../../../provider/core/values";
import type { Definition } from "../../../provider/resources/kind";
import { check } from "../../../provider/server/checkRpc";
import { decode, encode } from "../../../provider/server/property";
import { pureDiff } from "../../support/provider/rpcs";

export interface CheckInput {
  news: Json;
  olds?: Json;
  secrets?: Path[];
  /** The resource's logical name. */
  name?: string;
  /** Engines before 3.144 send no name beside the URN. */
  onlyUrn?: boolean;
}

export function urnOf(kind: Definition, name: string): string {
  return `urn:pulumi:dev::lab::netns:index:${kind.type}::${name}`;
}

export function checked(kind: Definition, { news, olds = {}, secrets = [], name = "logical", onlyUrn }: CheckInput) {
  const request = new CheckRequest();
  request.setUrn(urnOf(kind, name)).setNews(encode(news, secrets)).setOlds(encode(olds));
  if (!onlyUrn) request.setName(name);
  const response: CheckResponse = check(kind, request);
  const { values, secrets: found } = decode(response.getInputs());
  const failures = response.getFailuresList().map((one) => [one.getProperty(), one.getReason()]);
  return { inputs: values, secrets: found, failures };
}

export function diffed(
  kind: Definition,
  {
    olds,
    oldInputs,
    news,
    ignore = [],
  }: {
    olds: Json;
    oldInputs?: Json;
    news: Json;
    ignore?: string[];
  },
) {
  const request = new DiffRequest()
    .setId("id")
    .setOlds(encode(olds))
    .setNews(encode(news))
    .setIgnorechangesList(ignore);
  if (oldInputs) request.setOldInputs(encode(oldInputs));
  return answered(pureDiff(kind, request));
}

/** A DiffResponse as plain values. */
export function answered(response: DiffResponse) {
  const details: Record<string, string> = {};
  response.getDetaileddiffMap().forEach((detail: PropertyDiff, path: string) => {
    const kind = Object.entries(PropertyDiff.Kind).find(([, value]) => value === detail.getKind())?.[0];
    details[path] = kind ?? "";
  });
  return {
    changes: response.getChanges(),
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    stables: response.getStablesList(),
    deletesFirst: response.getDeletebeforereplace(),
    isDetailed: response.getHasdetaileddiff(),
    details,
  };
}
