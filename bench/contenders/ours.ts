import schema from "../../provider/schema.json";
import { version } from "../../provider/version";
import { nothing, nothingWithState } from "../nothing/plugin";
import { singleResources, topology } from "../programs";
import { throughEngine } from "./engine";

export const topologyInEngine = throughEngine({
  id: "topology",
  title: "netns, one Topology",
  prepare: topologyVersion,
  program: topology,
});

export const singleInEngine = throughEngine({
  id: "single",
  title: "netns, single resources",
  prepare: async () => version,
  program: singleResources,
});

export const topologyFloor = throughEngine({
  id: "topologyFloor",
  title: "provider that does nothing, one Topology",
  prepare: topologyVersion,
  program: topology,
  plugin: nothingWithState,
});

export const singleFloor = throughEngine({
  id: "singleFloor",
  title: "provider that does nothing, single resources",
  prepare: async () => version,
  program: singleResources,
  plugin: nothing,
});

/** The version of the provider, if it has Topology. */
export async function topologyVersion(): Promise<string> {
  if (!("netns:index:Topology" in schema.resources)) throw new Error("this version of netns has no Topology");
  return version;
}
