import { z } from "zod";
import type { Fault } from "../core/check";
import { count, flag, ipAddress, netnsName } from "../core/fields";
import { joinId, splitId } from "../core/id";
import { canonicalIp } from "../core/ip";
import type { Kernel } from "../kernel/kernel";
import type { Way } from "../kernel/packet";
import { prove } from "../kernel/reachability";
import { type DeepPartial, defineKind, inNamespace } from "./kind";

/** What can be done with an address or a name of a namespace. */
const WAY = /^(icmp|tcp|udp)(?::([1-9]\d{0,4}))?(?:,(0|[1-9]\d{0,4}))?(,df)?$/;
/** What IPv4 can carry in one packet without its header and that of UDP or ICMP. */
const MOST_BYTES = 65_507;
const milliseconds = () =>
  z
    .number({ error: "must be a number of milliseconds" })
    .positive({ error: "must be above 0" })
    .max(600_000, { error: "is above 600000, which are ten minutes" });

const inputs = z.strictObject({
  namespace: inNamespace("The namespace that the packets are sent from"),
  to: z
    .string({ error: "must be a string" })
    .superRefine((to, context) => {
      const { error } = (isAddress(to) ? ipAddress() : netnsName()).safeParse(to);
      for (const { message } of error?.issues ?? []) context.addIssue({ code: "custom", message });
    })
    .overwrite((to) => canonicalIp(to) ?? to)
    .meta({
      description:
        "Where they are sent to: an IPv4 or IPv6 address, or the name of a namespace, `h2.name`. Of a namespace's global " +
        "addresses, the one on a network that `namespace` is on as well, else its first one of IPv4, or of IPv6 where " +
        "`namespace` has no IPv4. It is none that `namespace` has itself.",
      replaces: true,
    }),
  protocol: z
    .enum(["icmp", "tcp", "udp"], { error: "must be `icmp`, `tcp` or `udp`" })
    .default("icmp")
    .meta({
      description:
        "What is sent: `icmp`: an echo request, as ping(8) does; `tcp`: a connection is opened, and reset at once; `udp`: " +
        "one packet, to which the service must answer. Default: `icmp`.",
      replaces: true,
    }),
  port: count(1, 65_535)
    .optional()
    .meta({ description: "The port, for `tcp` and `udp`, which need one.", replaces: true }),
  size: count(0, MOST_BYTES)
    .optional()
    .meta({
      description:
        "Bytes of payload for `icmp` and `udp`, as `ping -s`: with the headers, 1472 fill an MTU of 1500 in " +
        "IPv4, and 1452 in " +
        "IPv6. Default: 56 for `icmp`, 0 for `udp`.",
      replaces: true,
    }),
  dontFragment: flag().default(false).meta({
    description:
      "Whether the packet must arrive in one piece, as `ping -M do`: it proves the MTU of the path. Default: false.",
    replaces: true,
  }),
  reachable: flag()
    .default(true)
    .meta({
      description:
        "Whether an answer is to come; for `tcp`, the connection. With `false`, it is proved that none comes: the packet " +
        "has left, and was refused (connection refused, an ICMP error, a firewall or route here that forbids it), or " +
        "nothing was heard. Where no packet can leave, because there is no route, no address, or a device is " +
        "down, that is no proof, " +
        "and it fails. Default: true.",
    }),
  withinMs: milliseconds().optional().meta({
    description:
      "The longest that the round trip may take, in milliseconds. An answer that comes later is none. Absent: any time.",
    policy: true,
  }),
  timeoutMs: milliseconds()
    .optional()
    .meta({
      description:
        "How long it may take until it is so, in milliseconds: until then it is tried again and again. With " +
        "`reachable: false`, how long " +
        "nothing may be heard. Default: 5000, and 1000 with `reachable: false`.",
      policy: true,
    }),
  triggers: z
    .array(z.string({ error: "must be a string" }))
    .optional()
    .meta({
      description:
        "Values whose change has it proved again in the same `pulumi up`, such as `[firewall.rules]`. Without, " +
        "what changes " +
        "elsewhere in the stack is seen by the next preview or `up`. A Topology needs none: it proves all again " +
        "with each change.",
      policy: true,
    }),
});

const hop = z
  .object({
    namespace: z
      .string()
      .optional()
      .meta({ description: "The host. Absent: the namespace that the provider runs in." }),
    in: z.string().optional().meta({ description: "The device that the packet comes in by. Absent: it begins here." }),
    out: z.string().optional().meta({ description: "The device that it goes out by. Absent: it ends here." }),
  })
  .meta({ id: "ReachabilityHop", description: "A host that a packet passes, or a bridge in one." });

const outputs = inputs.extend({
  reachable: z.boolean().optional().meta({
    description: "Whether an answer came when it was tried last. Absent: no packet could leave, so nothing is proved.",
  }),
  address: z
    .string()
    .optional()
    .meta({ description: "The address that it was sent to.", derivedFrom: ["to"] }),
  heard: z.string().meta({
    description:
      "What was heard, such as `an answer from 10.0.0.2` or ``ICMP `Destination Host Unreachable` from 10.0.0.1``.",
    derivedFrom: ["to"],
  }),
  rttMs: z.number().optional().meta({
    description:
      "The round trip in milliseconds when it was proved; a later proof with the same outcome leaves it as it is.",
  }),
  way: z
    .object({
      there: z.array(hop).meta({ description: "The way of the packet." }),
      back: z.array(hop).meta({ description: "The way of the answer." }),
    })
    .meta({ id: "ReachabilityWay", description: "The way of a packet, and of its answer." })
    .optional()
    .meta({
      description:
        "The way that the packet takes, and that of its answer, hop by hop, when it was proved: as devices, addresses, routes, " +
        "rules, bridges and firewalls have it on the host. Of several ways with equal rights it is one. Absent: it cannot be " +
        "told, or no answer is to come.",
      derivedFrom: ["namespace", "to", "reachable"],
    }),
});

type Inputs = z.output<typeof inputs>;
type Where = Pick<Inputs, "namespace" | "to" | "protocol" | "port" | "size" | "dontFragment">;

export const reachability = defineKind({
  type: "Reachability",
  description:
    "A proof by packets that one host reaches another, or does not. Create and update prove it, and fail if it is not so " +
    "within `timeoutMs`; each preview, `up` and refresh proves it again and shows it as drift where it is not " +
    "so any more. It " +
    "changes nothing on the host, and delete does nothing. The provider sends the packets itself, so no `ping` " +
    "or `nc` is needed.\n\n" +
    "It should depend on all that makes the way: pass it outputs of those, or use `dependsOn`. In a Topology it " +
    "is tried after " +
    "everything else, and if it fails, the whole change is undone.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name },
});
const left = new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
const right = new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
const ping = new netns.Reachability(
  "ping",
  { namespace: net0.name, to: net1.name, size: 1472, dontFragment: true },
  { dependsOn: [left, right] },
);
export const roundTrip = ping.rttMs;`,
  inputs,
  outputs,
  crossCheck,
  idForm:
    "NAMESPACE/TO/PROTOCOL (TO/PROTOCOL without a namespace), where PROTOCOL is `icmp`, `tcp:PORT` or " +
    "`udp:PORT`, with `,SIZE` " +
    "and `,df` behind it where they are said",
  id: ({ namespace, to, protocol, port, size, dontFragment }) => {
    const way = [`${protocol}${port === undefined ? "" : `:${port}`}`, ...(size === undefined ? [] : [size])];
    return joinId(namespace, to, [...way, ...(dontFragment ? ["df"] : [])].join(","));
  },
  parseId(id): Where | undefined {
    const split = splitId(id, 2);
    const [to, way = ""] = split?.parts ?? [];
    const [match, protocol, port, size, df] = WAY.exec(way) ?? [];
    if (match === undefined) return undefined;
    const namespace = split?.netns === undefined ? {} : { namespace: split.netns };
    const numbers = {
      ...(port !== undefined && { port: Number(port) }),
      ...(size !== undefined && { size: Number(size) }),
    };
    const { data } = inputs.safeParse({ ...namespace, to, protocol, ...numbers, dontFragment: df !== undefined });
    return data && crossCheck(data).length === 0 ? whereOf(data) : undefined;
  },
  where: whereOf,

  async prove(kernel, want) {
    const { address, reachable, rttMs, heard, failure, way } = await prove(kernel, want);
    const seen = { ...(address !== undefined && { address }), ...(rttMs !== undefined && { rttMs }) };
    const { reachable: _, ...rest } = want;
    const state = { ...rest, ...seen, ...(reachable !== undefined && { reachable }), heard };
    return { state, failure, ...(way && { more: async (at: Kernel) => wayAs(await way(at)) }) };
  },
  observe: async () => undefined,
  plan: () => [],
  remove: () => [],

  preview: () => ({}),
  adopt: ({ address: _, heard: __, rttMs: ___, way: ____, reachable = true, ...rest }) => ({ ...rest, reachable }),
  facts: ({ namespace, to, protocol = "icmp", port, reachable = true }) => [
    { says: "asks", namespace, to, protocol, port, reachable },
  ],
  bearsMark: false,
  identity: [],
  // Between any two hosts there could be one.
  list: async () => [],
});

function wayAs(way: Way | undefined): { way?: Way } {
  return way ? { way } : {};
}

function whereOf({ namespace, to, protocol, port, size, dontFragment }: Inputs): Where {
  return { namespace, to, protocol, port, size, dontFragment };
}

function isAddress(to: string): boolean {
  return to.includes(":") || /^\d+(\.\d+){3}$/.test(to);
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const faults: Fault[] = [];
  const fault = (path: string, reason: string) => faults.push({ path: [path], reason });
  const isPortless = want.protocol === "icmp";
  if (isPortless && "port" in want) fault("port", "is for `tcp` and `udp`: ICMP has no ports");
  if (!isPortless && want.protocol !== undefined && !("port" in want))
    fault("port", `is required for \`${want.protocol}\``);
  if (want.protocol === "tcp" && "size" in want) fault("size", "is for `icmp` and `udp`: a connection has no size");
  if (want.protocol === "tcp" && want.dontFragment)
    fault("dontFragment", "is for `icmp` and `udp`: TCP finds the MTU of the path by itself");
  if (want.reachable === false && "withinMs" in want) fault("withinMs", "has no meaning with `reachable: false`");
  return faults;
}
