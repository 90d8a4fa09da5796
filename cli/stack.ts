import type { Config } from "../provider/core/config";
import type { Json } from "../provider/core/values";
import { opened } from "../provider/core/wire";
import { type Graph, graphOf, type Host } from "../provider/model/graph";
import { type Resource, resourcesOf, type Written } from "../provider/model/resources";
import { checkedConfig } from "../provider/place/checkedConfig";
import { runPulumi } from "./pulumi";

/** Where to look for a stack: by the folder that we are in and the stack that is selected there, unless told. */
export interface StackPlace {
  cwd?: string;
  stack?: string;
}

/** What is in a stack, as far as this provider goes. What is secret there is not known here. */
export interface Stack {
  resources: Resource[];
  graph: Graph;
  /** The same as the engine has written it. */
  written: Written[];
  /** The configuration of the provider that made what is in a host: where that is, and how to get there. */
  configOf(host: Host): Config;
  /** Of all of it, what is in the same place as a host. */
  beside(host: Host): Pick<Stack, "resources" | "written">;
}

/** A resource as `pulumi stack export` writes it. */
interface Exported extends Written {
  id?: string;
  provider?: string;
}

const PROVIDER = "pulumi:providers:netns";

/** Before the first `pulumi up`, and after a destroy. */
export const EMPTY = {
  said: "the stack has nothing of netns in it yet",
  todo: "`pulumi up` makes the lab.",
};

/** What the state of a stack says, whatever its backend. That takes no rights on the host. */
export async function readStack(place: StackPlace): Promise<Stack> {
  const exported = JSON.parse(await exportStack(place)) as { deployment?: { resources?: Exported[] } };
  const all = exported.deployment?.resources ?? [];
  const providers = new Map(all.filter(({ type }) => type === PROVIDER).map((one) => [`${one.urn}::${one.id}`, one]));
  const valuesOf = ({ provider = "" }: Exported) => opened(providers.get(provider)?.inputs).values;
  const configs = new Map<Resource, Json>();
  for (const one of all) for (const resource of resourcesOf([one])) configs.set(resource, valuesOf(one));
  const resources = [...configs.keys()];
  const graph = graphOf(resources);
  const configOf = (host: Host) => checkedConfig(configs.get(makerOf(host)) ?? {}, process.env);
  const beside = (host: Host) => {
    const place = JSON.stringify(configs.get(makerOf(host)));
    return {
      resources: resources.filter((one) => JSON.stringify(configs.get(one)) === place),
      written: all.filter((one) => JSON.stringify(valuesOf(one)) === place),
    };
  };
  return { resources, graph, written: all, configOf, beside };
}

/** A host that no resource makes, such as a container, is there because things of the stack are in it. */
function makerOf(host: Host): Resource {
  const { by, devices, routes, rules, sysctls, firewalls, unplaced } = host;
  const on = [...devices.values()].flatMap((one) => [
    one,
    ...one.addresses,
    ...one.neighbors,
    ...one.qdiscs,
    ...one.settings,
  ]);
  const all = [{ by }, ...on, ...routes, ...rules, ...sysctls.values(), ...firewalls, ...unplaced];
  return all.find((one) => one.by)?.by as Resource;
}

/**
 * What `exportStack` of the Automation API runs, run here: to load that API takes half a second, four times as long as
 * this does. Without `--show-secrets`, so that no passphrase is needed and no secret is shown on a terminal.
 */
async function exportStack(place: StackPlace): Promise<string> {
  const { stdout, stderr, exitCode, fail } = await runPulumi(place, ["stack", "export"], "could not read the stack");
  if (exitCode !== 0) throw await fail(stderr);
  return stdout;
}
