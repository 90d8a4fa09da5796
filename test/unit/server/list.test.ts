import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { ListRequest, ListResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { handlersOf } from "../../../provider/server/handlers";
import { encode } from "../../../provider/server/property";
import { replyOf } from "../../../provider/server/reply";
import { FakeHost, netnsFacts, pluginOn } from "../../support/provider/fakeHost";

const NAMES = Array.from({ length: 25 }, (_, index) => `net${String(index).padStart(2, "0")}`);

interface Asked {
  type?: string;
  query?: Json;
  limit?: number;
  pageSize?: number;
  from?: string;
}

/** The ids of one answer, its continuation token, and its error. */
async function listed({ type = "Namespace", query = {}, limit = 0, pageSize = 0, from = "" }: Asked) {
  const host = new FakeHost();
  for (const name of [...NAMES].reverse()) {
    host.files.set(`/run/netns/${name}`, "");
    host.facts.set(`/run/netns/${name}`, netnsFacts(1));
  }
  host.files.set("/run/netns/plain", "");
  const request = new ListRequest().setToken(`netns:index:${type}`).setQuery(encode(query)).setLimit(limit);
  request.setPageSize(pageSize).setContinuationToken(from);
  const seen = { ids: [] as string[], next: "", error: undefined as { code: status; details: string } | undefined };
  const call = { name: "list", request: Buffer.from(request.serializeBinary()) };
  const { answers = [], failure } = await replyOf(handlersOf(pluginOn(host, kinds)), call);
  seen.error = failure;
  for (const response of answers.map((bytes) => ListResponse.deserializeBinary(bytes))) {
    if (response.hasResult()) seen.ids.push(response.getResult()?.getId() ?? "");
    else seen.next = response.getContinuation()?.getContinuationToken() ?? "";
  }
  return seen;
}

describe("List", () => {
  it("tells all there are, in order, and no plain file", async () => {
    assert.deepEqual(await listed({}), { ids: NAMES, next: "", error: undefined });
  });

  it("tells each once, page by page, and says when there is no more [30]", async () => {
    const pages: string[][] = [];
    for (let from = ""; ; ) {
      const { ids, next } = await listed({ pageSize: 10, from });
      pages.push(ids);
      if (next === "") break;
      from = next;
    }
    assert.deepEqual(pages, [NAMES.slice(0, 10), NAMES.slice(10, 20), NAMES.slice(20)]);
  });

  it("tells no more than asked for, in one page or in several [30]", async () => {
    assert.deepEqual(await listed({ limit: 3 }), { ids: NAMES.slice(0, 3), next: "", error: undefined });
    const first = await listed({ limit: 12, pageSize: 10 });
    assert.deepEqual([first.ids, first.next], [NAMES.slice(0, 10), "10"]);
    const second = await listed({ limit: 12, pageSize: 10, from: first.next });
    assert.deepEqual([second.ids, second.next], [NAMES.slice(10, 12), ""]);
  });

  it("looks only where the query says", async () => {
    assert.deepEqual((await listed({ query: { namespace: "net07" } })).ids, ["net07"]);
  });

  it("refuses a query that it does not know", async () => {
    const { error, ids } = await listed({ query: { namespce: "x" } });
    assert.equal(error?.code, status.FAILED_PRECONDITION);
    assert.equal(error?.details, "cannot list: namespce is not a property of this; did you mean `namespace`?");
    assert.deepEqual(ids, []);
  });

  it("refuses a kind that it does not know", async () => {
    const { error } = await listed({ type: "Brigde" });
    assert.equal(error?.code, status.FAILED_PRECONDITION);
    assert.match(error?.details ?? "", /^there is no resource type netns:index:Brigde in the netns provider\n/);
  });
});
