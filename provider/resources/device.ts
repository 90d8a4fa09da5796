import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName, mac, mtu } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { metaOf } from "../core/meta";
import { DEVICE_NAME } from "../core/rules";
import type { Json } from "../core/values";
import { type DevicePlace, delDevice, findDevice, ownerIn, remarkDevice, settingsOf } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { calledAs, isOf, type Sort, showLinks } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { looksRandom, randomMac } from "../kernel/mark";
import { inScope } from "../kernel/netns";
import { placeOf } from "../kernel/place";
import { affectedParts, type Running } from "../kernel/takenAlong";
import type { DeviceRef, Fact, Link as FactsOfLink, Partly } from "./facts";
import { inNamespace, named, type Seen } from "./kind";

/** What the kinds that are one device each have in common. */

export const deviceInputs = {
  namespace: inNamespace("The namespace that the device is in"),
  name: ifName().meta({
    description: `The device's name, ${DEVICE_NAME}. Defaults to the resource's logical name, without a random suffix.`,
    replaces: true,
  }),
  mac: mac().optional().meta({
    description: "The device's MAC address, not a multicast one. Absent: a random one that the kernel gives.",
    kernelDefault: randomMac,
  }),
  mtu: mtu().optional().meta({
    description: "The largest packet in bytes, 68 to 65535. Absent: the kernel's 1500.",
    kernelDefault: 1500,
  }),
  up: flag().default(true).meta({ description: "Whether the device is up. Default: true." }),
};

/** For the description of what has `unsetReplaces`. */
export const LEFT_OUT = "Removing it later replaces the resource.";

/** The MTU of what is on a parent. */
export const parentsMtu = () =>
  mtu()
    .optional()
    .meta({
      description:
        "The largest packet in bytes, 68 to 65535, and no more than the parent's. Absent: that of the parent. " +
        LEFT_OUT,
      unsetReplaces: true,
    });

export const parentName = (description: string) => ifName().meta({ description, replaces: true });

/** A device cannot be on itself. */
export function notItself({ name, parent }: { name?: string | undefined; parent?: string | undefined }): Fault[] {
  return name !== undefined && name === parent ? [{ path: ["parent"], reason: "is the device itself" }] : [];
}

export const deviceOutputs = {
  mac: z.string().meta({ description: "The device's MAC address." }),
  mtu: z.int().meta({ description: "The largest packet in bytes." }),
  ifindex: z.int().meta({ description: "The device's number in its namespace (`ip link`)." }),
};

/** What a kind of device says of itself whatever its type, in the kernel's word for that, is. `isOne`: which of them are listed. */
export function deviceKind(sort: Sort, isOne: (link: Link) => boolean = () => true) {
  return {
    autoname: "name",
    idForm: "NAMESPACE/NAME (NAME alone without a namespace)",
    id: ({ namespace, name }: DevicePlace) => joinId(namespace, name),
    parseId(id: string): DevicePlace | undefined {
      const split = splitId(id, 1);
      const name = ifName().safeParse(split?.parts[0]).data;
      return name === undefined ? undefined : { name, namespace: split?.netns };
    },
    devices: (want: Partial<DevicePlace>) => [named(want, "name")],
    where: ({ namespace, name }: DevicePlace): DevicePlace => ({ namespace, name }),
    remark: (have: DevicePlace, mark: string) => [remarkDevice(have, mark)],
    remove: (have: DevicePlace) => [delDevice(have)],
    facts: (values: Partly<DeviceValues>): Fact[] => [deviceFact(values, { type: sort as "dummy" | "tun" })],
    preview: () => ({}),
    affects: ({ namespace, name, ...have }: DevicePlace & Running, want: Running) =>
      affectedParts({ namespace, name }, have, want),
    holdsUp: ({ up }: Running) => up === false,
    bearsMark: true,
    identity: [["ifindex"]],
    list: (kernel: Kernel, query: { namespace?: string }) =>
      inScope(kernel, query, async (netns) =>
        (await showLinks(kernel, netns, sort))?.filter(isOne).map(({ ifname }) => joinId(netns, ifname)),
      ),
  };
}

type DeviceValues = DevicePlace & { mac: string; mtu: number; up: boolean };

/** What a device says of the network; `link` is what only its sort has. */
export function deviceFact({ namespace, name, up = true, mac, mtu }: Partly<DeviceValues>, link: FactsOfLink): Fact {
  return { says: "device", device: { namespace, name }, link, up, mac, mtu };
}

export function ref({ namespace, name }: DeviceRef): DeviceRef {
  return { namespace, name };
}

/** What is in a device's place; `read` tells what this sort has besides what all devices have. */
export async function seeDevice<Own extends object>(
  sort: Sort,
  kernel: Kernel,
  where: DevicePlace,
  mark: string | undefined,
  read: (link: Link, namespace: string | undefined) => Own | Promise<Own>,
): Promise<Seen<{ name: string; namespace?: string } & ReturnType<typeof settingsOf> & Own> | undefined> {
  const found = await findDevice(kernel, where, sort, mark);
  if (!found) return undefined;
  const { link, at } = found;
  const id = joinId(at.namespace, at.name);
  if (!isOf(sort, link)) return { what: `a device ${id} that is no ${calledAs(sort)}`, device: at };
  const place = at.namespace === undefined ? { name: at.name } : { namespace: at.namespace, name: at.name };
  const own = await read(link, at.namespace);
  return {
    ...ownerIn(link),
    device: at,
    place: await placeOf(kernel, at.namespace, link),
    state: { ...place, ...settingsOf(link), ...own },
    what: `the ${calledAs(sort)} ${id}`,
  };
}

/**
 * The inputs that a program needs to have this: what the kernel gives by itself is left out. `usual`: values that it
 * gives where its own value is not always the same.
 */
export function withoutDefaults<Inputs extends z.ZodObject>(
  inputs: Inputs,
  state: Json,
  usual: { [Key in keyof z.output<Inputs>]?: readonly unknown[] } = {},
): z.output<Inputs> {
  const entries = Object.entries(inputs.shape).flatMap(([key, field]) => {
    const { kernelDefault } = metaOf(field as z.ZodType);
    const isDefault =
      usual[key]?.some((value) => isDeepStrictEqual(value, state[key])) ??
      (kernelDefault === randomMac
        ? looksRandom(String(state[key]))
        : typeof kernelDefault === "function" || kernelDefault === state[key]);
    return isDefault || state[key] === undefined ? [] : [[key, state[key]]];
  });
  return Object.fromEntries(entries) as z.output<Inputs>;
}

/** Of the fields that a program may leave out, those that the kernel always shows. */
export function always<Shape extends Record<string, z.ZodType>, const Keys extends readonly (keyof Shape)[]>(
  shape: Shape,
  keys: Keys,
): { [K in Keys[number]]: Shape[K] extends z.ZodOptional<infer Inner> ? Inner : Shape[K] } {
  const entries = keys.map((key) => {
    const field = shape[key] as unknown as z.ZodOptional<z.ZodType>;
    const { description, replaces } = metaOf(field);
    return [key, field.unwrap().meta({ description, ...(replaces && { replaces }) })];
  });
  return Object.fromEntries(entries);
}
