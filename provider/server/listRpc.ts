import { type ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import { parse } from "../core/check";
import { pathText } from "../core/values";
import { NetnsError } from "../errors";
import { listQuery } from "../resources/kind";
import type { Plugin } from "./plugin";
import { decode } from "./property";

const PAGE = 1000;

/** List: the ids of all things of a kind on the host, each fit for import, page by page. */
export async function list(plugin: Plugin, request: ListRequest): Promise<ListResponse[]> {
  const kind = plugin.kind(request.getToken());
  const { parsed, faults } = parse(listQuery, decode(request.getQuery()).values);
  const [fault] = faults;
  if (fault) throw new NetnsError({ kind: "user", tried: `cannot list: ${pathText(fault.path)} ${fault.reason}` });
  const about = { kind, urn: "", timeoutSeconds: 0, properties: [] };
  const all = [...new Set(await plugin.request(about, ({ kernel }) => kind.list(kernel, parsed)))].sort();
  const begin = Number(request.getContinuationToken() || 0);
  const last = Math.min(all.length, request.getLimit() || Number.POSITIVE_INFINITY);
  const end = Math.min(last, begin + (request.getPageSize() || PAGE));
  const results = all.slice(begin, end).map(result);
  return end < last ? [...results, continuation(String(end))] : results;
}

function result(id: string): ListResponse {
  const found = new ListResponse.Result();
  found.setId(id);
  found.setName(id);
  return new ListResponse().setResult(found);
}

function continuation(token: string): ListResponse {
  const next = new ListResponse.Continuation();
  next.setContinuationToken(token);
  return new ListResponse().setContinuation(next);
}
