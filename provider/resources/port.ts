import type { z } from "zod";
import type { Fault } from "../core/check";
import { ifName } from "../core/fields";
import { joinId, splitId } from "../core/id";
import type { Kernel } from "../kernel/kernel";
import { showLink, showLinks } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { inScope } from "../kernel/netns";
import { placeIn, placeOf } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { inNamespace, type Named, named, type Seen } from "./kind";

/** What the kinds have in common that make a device a port of another one, its controller. */

/** The property that names the controller. */
type Property = "bond" | "bridge" | "vrf";
export type PortPlace<P extends Property> = { namespace?: string | undefined; device: string } & { [K in P]: string };
type Partly<P extends Property> = { [K in keyof PortPlace<P>]?: PortPlace<P>[K] | undefined };

/** A sort of controllers. */
interface Controller<P extends Property> {
  property: P;
  /** In words. */
  word: string;
  /** The kernel's word for what a port of one is (`info_slave_kind` of `ip -j -d link`). */
  slave: string;
  /** What a device needs while it joins or leaves. */
  moving?(step: Step, at: { device: string }): Step;
  /** What is done to it when a port has left. */
  afterLeaving?(master: Link, namespace: string | undefined): Step[];
}

export function portInputs<P extends Property>({ property, word }: Controller<P>, examples: string) {
  const controller = ifName().meta({ description: `The name of the ${word}.`, replaces: true });
  return {
    namespace: inNamespace(`The namespace that the ${word} and the device are in`),
    [property as P]: controller,
    device: ifName().meta({
      description: `The name of the device that becomes a port of it: ${examples}.`,
      replaces: true,
    }),
  } as { namespace: ReturnType<typeof inNamespace>; device: z.ZodString } & { [K in P]: z.ZodString };
}

/** What such a kind says of itself, whatever its controller is. */
export function portKind<P extends Property>(controller: Controller<P>) {
  const { property } = controller;
  const word = property.toUpperCase();
  const idOf = (want: PortPlace<P>) => joinId(want.namespace, want[property], want.device);
  return {
    on: (want: Partly<P>): Named[] => [named(want as { vrf?: string }, property as "vrf"), named(want, "device")],
    claim: (want: Partly<P>) => named(want, "device"),
    idForm: `NAMESPACE/${word}/DEVICE (${word}/DEVICE without a namespace)`,
    id: idOf,
    parseId(id: string): PortPlace<P> | undefined {
      const split = splitId(id, 2);
      const [its, device] = (split?.parts ?? []).map((part) => ifName().safeParse(part).data);
      return its === undefined || device === undefined || its === device
        ? undefined
        : ({ namespace: split?.netns, [property]: its, device } as PortPlace<P>);
    },
    where: (want: PortPlace<P>) =>
      ({ namespace: want.namespace, [property]: want[property], device: want.device }) as PortPlace<P>,
    remove: (have: PortPlace<P>, seen: Seen<unknown>): Step[] => seen.removal?.() ?? [leave(controller, have)],
    preview: () => ({}),
    called: (state: PortPlace<P>) => [state.device, `${state[property]}-${state.device}`],
    bearsMark: false,
    async placeOf(kernel: Kernel, { namespace, device, ...want }: PortPlace<P>) {
      const on = await placeIn(kernel, namespace, device);
      const to = await placeIn(kernel, namespace, (want as unknown as PortPlace<P>)[property]);
      return on && to && `${on} ${to}`;
    },
    identity: [],
    list: (kernel: Kernel, query: { namespace?: string }) =>
      inScope(kernel, query, async (netns) =>
        (await showLinks(kernel, netns))
          ?.filter((link) => isPort(controller, link))
          .map(({ master = "", ifname }) => joinId(netns, master, ifname)),
      ),
  };
}

/** A device cannot be a port of itself. */
export function notOfItself<P extends Property>({ property, word }: Controller<P>, want: Partly<P>): Fault[] {
  return want[property] !== undefined && want[property] === want.device
    ? [{ path: ["device"], reason: `is the ${word} itself, which is no port of its own` }]
    : [];
}

/**
 * What is in a port's place; `read` tells what this sort has. Where the device is a port of another controller, it is not
 * this that is seen, but it is in the place.
 */
export async function seePort<P extends Property, Own extends object>(
  controller: Controller<P>,
  kernel: Kernel,
  where: PortPlace<P>,
  read: (link: Link, master: Link) => Own | Promise<Own>,
): Promise<Seen<PortPlace<P> & Own> | undefined> {
  const { namespace, device } = where;
  const its = where[controller.property];
  const link = await showLink(kernel, namespace, device);
  if (link?.master === undefined) return undefined;
  const master = await showLink(kernel, namespace, link.master);
  if (!master) return undefined;
  const on = await placeOf(kernel, namespace, link);
  const place = `${on} ${await placeOf(kernel, namespace, master)}`;
  if (!isPort(controller, link) || link.master !== its) {
    const to = await placeIn(kernel, namespace, its);
    const sort = link.master === its ? `, which is no ${controller.word}` : "";
    return {
      what: `the device ${joinId(namespace, device)}, which belongs to ${link.master}${sort}`,
      place,
      ...(to !== undefined && { slot: `${on} ${to}` }),
      leftover: [leave(controller, { namespace, device })],
      madeUnder: () => true,
    };
  }
  const at = { ...(namespace === undefined ? {} : { namespace }), [controller.property]: its, device };
  const state = { ...(at as unknown as PortPlace<P>), ...(await read(link, master)) };
  const removal = () => [leave(controller, where), ...(controller.afterLeaving?.(master, namespace) ?? [])];
  return { state, what: `the port ${joinId(namespace, its, device)}`, place, removal };
}

function isPort({ slave }: Controller<Property>, link: Link): boolean {
  return link.linkinfo?.info_slave_kind === slave;
}

export function join<P extends Property>(controller: Controller<P>, want: PortPlace<P>): Step {
  const { namespace, device } = want;
  const words = ["link", "set", "dev", device, "master", want[controller.property]];
  return moving(controller, ip(namespace, `make it a port of the ${controller.word}`, words, ["device"]), device);
}

function leave(
  controller: Controller<Property>,
  { namespace, device }: { namespace?: string | undefined; device: string },
): Step {
  const step = ip(namespace, `take it out of the ${controller.word}`, ["link", "set", "dev", device, "nomaster"]);
  return moving(controller, step, device);
}

function moving(controller: Controller<Property>, step: Step, device: string): Step {
  return controller.moving?.(step, { device }) ?? step;
}
