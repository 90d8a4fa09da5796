import { CheckRequest, type CheckResponse, type CreateResponse, DeleteRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { RemoteProvider } from "../../test/support/remoteProvider";
import { createRequest, urn } from "../../test/support/rpcs";
import { mustBeUp, star, topologyOf } from "../star";
import { type Contender, timed } from "./contender";
import { peakOf } from "./engine";
import { topologyVersion } from "./ours";

const TYPE = "Topology";
const NAME = "star";

/** The built plugin without an engine, asked over gRPC: what Create of a Topology takes, and its Delete. */
export const provider: Contender = {
  id: "provider",
  title: "Topology, provider alone",
  prepare: topologyVersion,
  async round(host, n) {
    const remote = await RemoteProvider.start(host.door);
    const request = new CheckRequest().setUrn(urn(TYPE, NAME)).setName(NAME);
    request.setNews(encode(topologyOf(star(n)) as unknown as Json)).setOlds(encode({}));
    try {
      const checked = await timed(() => remote.plugin.call<CheckResponse>("check", request));
      const { values } = decode(checked.result.getInputs());
      const create = createRequest(TYPE, NAME, values, false);
      const made = await timed(() => remote.plugin.call<CreateResponse>("create", create));
      await mustBeUp(host, n);
      const remove = new DeleteRequest().setUrn(urn(TYPE, NAME)).setId(made.result.getId());
      remove.setProperties(made.result.getProperties());
      const removed = await timed(() => remote.plugin.call("delete", remove));
      const peakMiB = await peakOf(remote.plugin.child.pid as number);
      return { up: made.seconds, down: removed.seconds, check: checked.seconds, peakMiB };
    } finally {
      await remote.stop();
    }
  },
};
