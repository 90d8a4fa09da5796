import { CheckRequest, type CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Json } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { RemoteProvider } from "../../test/support/remoteProvider";
import { type Recorded, urn } from "../../test/support/rpcs";
import { mustBeUp, star, topologyOf } from "../star";
import { type Contender, seconds } from "./contender";
import { peakOf } from "./engine";
import { topologyVersion } from "./ours";

const TYPE = "Topology";
const NAME = "star";

/** The built plugin without an engine: what Check and Create of a Topology take, and its Delete. */
export const provider: Contender = {
  id: "provider",
  title: "Topology, provider alone",
  prepare: topologyVersion,
  async round(host, n) {
    const remote = await RemoteProvider.start(host.door);
    const request = new CheckRequest().setUrn(urn(TYPE, NAME)).setName(NAME);
    request.setNews(encode(topologyOf(star(n)) as unknown as Json)).setOlds(encode({}));
    try {
      let recorded: Recorded | undefined;
      const up = await seconds(async () => {
        const checked = await remote.plugin.call<CheckResponse>("check", request);
        recorded = await remote.create(TYPE, NAME, decode(checked.getInputs()).values);
      });
      await mustBeUp(host, n);
      const down = await seconds(() => remote.delete(TYPE, NAME, recorded as Recorded));
      return { up, down, peakMiB: await peakOf(remote.plugin.child.pid as number) };
    } finally {
      await remote.stop();
    }
  },
};
