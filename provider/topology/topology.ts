import { z } from "zod";
import { getAt, isObject, type Json, type Path } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { listNetns } from "../kernel/netns";
import type { Definition, Kind, List } from "../resources/kind";
import { listsOf } from "./elements";
import { faultsBetween } from "./faults";
import { fromRanges, toRanges } from "./namespaceRanges";

export interface Topology extends Definition {
  lists: readonly List[];
  /** The namespaces that an id names, undefined when it has not the form. */
  parseId(id: string): string[] | undefined;
}

const example = `import * as netns from "pulumi-netns";

const lab = new netns.Topology("lab", {
  namespaces: [{ name: "net0" }, { name: "net1" }],
  vethPairs: [{ a: { name: "veth0", namespace: "net0" }, b: { name: "veth1", namespace: "net1" } }],
  addresses: [
    { namespace: "net0", device: "veth0", address: "10.0.1.1/24" },
    { namespace: "net1", device: "veth1", address: "10.0.1.2/24" },
  ],
});
export const namespaces = lab.namespaces;`;

/** The topology of these kinds: what it takes and what it gives are lists of what they do. */
export function topologyOf(kinds: readonly Kind[]): Topology {
  const lists = listsOf(kinds);
  const shape = (list: (kind: Kind) => z.ZodType) =>
    z.strictObject(Object.fromEntries(lists.map(({ name, kind }) => [name, list(kind)])));
  return {
    type: "Topology",
    description:
      "A whole lab as one resource: lists of what the other resources take, created, changed and deleted " +
      "together. " +
      "For labs of many parts it is much faster than a resource for each (docs/performance.md), and it is a " +
      "transaction: when a step fails or the run is cancelled, what was done is undone, and the host is as before.\n\n" +
      "An element is known by its id, and not by its place in the list, so one can be inserted anywhere. An update does " +
      "only what differs; an element whose change would replace a resource is replaced, alone. The order " +
      "in the lists means nothing: namespaces come first, then devices, sysctls, and what is on the devices. One thing " +
      "follows it: of several IPv4 addresses of one subnet on a device, those that are made together are made in the " +
      "order of the list, and the kernel takes the first for the primary one (`ip address` shows the others as secondary). A " +
      "change of the order alone changes nothing on a host where they are already.",
    example,
    inputs: shape((kind) =>
      z
        .array(element(kind))
        .optional()
        .meta({ description: `What each ${kind.type} takes.` }),
    ),
    outputs: shape((kind) => z.array(seenElement(kind)).meta({ description: `What each ${kind.type} gives.` })),
    lists,
    canonical: (inputs, old) =>
      mapElements(lists, inputs, (kind, one, path) => kind.canonical?.(one, elementAt(old, path)) ?? one),
    crossCheck: (inputs: Json) => faultsBetween(lists, inputs),
    nftTexts: (inputs: Json) =>
      lists.flatMap(({ name, kind }) => {
        const list = inputs[name];
        if (!kind.nftTexts || !Array.isArray(list)) return [];
        return list.flatMap((one, index) =>
          isObject(one)
            ? (kind.nftTexts?.(one) ?? []).map((text) => ({ ...text, path: [name, index, ...text.path] }))
            : [],
        );
      }),
    idForm:
      "NAMESPACE,NAMESPACE,… (`switch,h[1-100]` for many): all that is in these namespaces, but for what " +
      "the kernel makes by itself",
    parseId: fromRanges,
    // Each can be imported alone; which belong together is for the one who imports them to say.
    list: async (kernel: Kernel, { namespace }: { namespace?: string }) => {
      const names = await listNetns(kernel);
      return names.filter((name) => namespace === undefined || name === namespace).map((name) => toRanges([name]));
    },
  };
}

type Each = (kind: Kind, one: Json, path: Path) => Json;

/** Its elements as far as they are known, each mapped. */
function mapElements(lists: readonly List[], inputs: Json, map: Each): Json {
  const mapped = lists.flatMap(({ name, kind }) => {
    const list = inputs[name];
    if (!kind.canonical || !Array.isArray(list)) return [];
    return [[name, list.map((one, index) => (isObject(one) ? map(kind, one, [name, index]) : one))] as const];
  });
  return { ...inputs, ...Object.fromEntries(mapped) };
}

function elementAt(inputs: Json, path: Path): Json {
  const one = getAt(inputs, path);
  return isObject(one) ? one : {};
}

function element(kind: Kind): z.ZodType {
  return kind.inputs.meta({ id: `${kind.type}Element`, description: `One of the things that ${kind.type} describes.` });
}

function seenElement(kind: Kind): z.ZodType {
  const description = `One of the things that ${kind.type} describes, as the kernel shows it.`;
  return kind.outputs.meta({ id: `${kind.type}ElementState`, description });
}
