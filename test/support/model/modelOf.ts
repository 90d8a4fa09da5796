import type { Json } from "../../../provider/core/values";
import { type Device, deviceAt, type Graph, graphOf } from "../../../provider/model/graph";
import { resourcesOf } from "../../../provider/model/resources";

/** The graph of a lab that is one Topology. */
export function graphOfLab(inputs: Json): Graph {
  const type = "netns:index:Topology";
  return graphOf(resourcesOf([{ type, urn: `urn:pulumi:lab::labs::${type}::lab`, inputs }]));
}

/** The device of `HOST/NAME`. */
export function deviceOf(graph: Graph, label: string): Device {
  const [namespace, name] = label.split("/");
  const device = deviceAt(graph, { namespace, name });
  if (!device) throw new Error(`no device ${label}`);
  return device;
}
