import { z } from "zod";
import { flag, netnsName } from "../core/fields";
import { NETNS_NAME } from "../core/rules";
import { remarkDevice } from "../kernel/device";
import { isUp, showLink } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { addNetns, delNetns, listNetns } from "../kernel/netns";
import { netnsPath } from "../kernel/netnsPath";
import { placeOf } from "../kernel/place";
import { ip, type Step } from "../kernel/step";
import { affectedParts } from "../kernel/takenAlong";
import { defineKind } from "./kind";

const inputs = z.strictObject({
  name: netnsName().meta({
    description:
      `The name of the namespace under /run/netns, as \`ip netns\` shows it: ${NETNS_NAME}. ` +
      "Defaults to the resource's logical name, without a random suffix.",
    replaces: true,
  }),
  loopbackUp: flag().default(true).meta({
    description: "Whether the namespace's own loopback device `lo` is up. The kernel creates it down. Default: true.",
  }),
});

const outputs = inputs.extend({
  path: z.string().meta({ description: "The namespace's file, `/run/netns/NAME`.", derivedFrom: ["name"] }),
  inode: z.int().meta({
    description:
      "The inode number of the namespace's file, which tells one namespace from another of the same name " +
      "(namespaces(7)).",
  }),
});

type State = z.output<typeof outputs>;

export const namespace = defineKind({
  type: "Namespace",
  description:
    "A network namespace with a name: devices, addresses, routes, sysctls and sockets of its own, see " +
    "network_namespaces(7) and ip-netns(8).\n\n" +
    "The alias of its `lo` is the stack's ownership mark (`ip -n NAME link show lo`). A namespace of the same " +
    "name that something else made is never taken over or removed.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
export const path = net0.path;`,
  inputs,
  outputs,
  autoname: "name",
  idForm: "NAME",
  id: ({ name }) => name,
  parseId: (id) => (netnsName().safeParse(id).success ? { name: id } : undefined),
  where: ({ name }) => ({ name }),

  async observe(kernel, { name }: { name: string }) {
    const file = await kernel.stat(netnsPath(name));
    if (!file) return undefined;
    if (!file.isNamespace) {
      const what = `the plain file ${netnsPath(name)}`;
      // The empty file that `ip netns` mounts a namespace on, and that stays when it is killed or may not remove it.
      const isMountPoint = file.size === 0 && file.access === 0;
      return isMountPoint ? { what, madeUnder: () => true, leftover: [delNetns(name)] } : { what };
    }
    const lo = await showLink(kernel, name, "lo");
    if (!lo) return { what: `the file ${netnsPath(name)}, which is not a network namespace` };
    const state = { name, loopbackUp: isUp(lo), path: netnsPath(name), inode: file.inode };
    return { state, what: `the namespace ${name}`, place: await placeOf(kernel, name, lo), ...markOf(lo) };
  },
  plan: (want, have, mark) => [...(have ? [] : [addNetns(want.name, mark)]), ...loopback(want, have)],
  remark: ({ name }, mark) => [remarkDevice({ namespace: name, name: "lo" }, mark)],
  remove: (have) => [delNetns(have.name)],

  preview: ({ name }) => ({ path: netnsPath(name) }),
  adopt: ({ name, loopbackUp }) => ({ name, loopbackUp }),
  gives: ({ name }) => [{ sort: "namespace", namespace: name }],
  holdsUp: ({ loopbackUp }) => loopbackUp === false,
  affects: (have, { loopbackUp }) =>
    affectedParts({ namespace: have.name, name: "lo" }, { up: have.loopbackUp }, { up: loopbackUp }),
  facts: ({ name, loopbackUp = true }) => [{ says: "namespace", name, loopbackUp }],
  bearsMark: true,
  identity: [["inode"]],
  list: (kernel, query) => listNetns(kernel).then((names) => names.filter((name) => only(query.namespace, name))),
});

function loopback(want: { name: string; loopbackUp: boolean }, have: State | undefined): Step[] {
  if (want.loopbackUp === (have?.loopbackUp ?? false)) return [];
  const state = want.loopbackUp ? "up" : "down";
  return [ip(want.name, `set lo ${state}`, ["link", "set", "dev", "lo", state], ["loopbackUp"])];
}

function markOf(lo: Link): { mark?: string } {
  return lo.ifalias === undefined ? {} : { mark: lo.ifalias };
}

function only(asked: string | undefined, name: string): boolean {
  return asked === undefined || asked === name;
}
