import { z } from "zod";
import { flag, ipAddress, ipPrefix, mtu } from "../core/fields";
import { longName } from "../core/names";
import { NOT_EMPTY, ruled } from "../core/rules";
import { condition, delayOrNone } from "./condition";
import { cableEnd, NODE_NAME, NONE, nodeName } from "./names";
import { subnet } from "./subnetField";

/** What a program says of a lab, in the fewest words. */

/** What a switch and a cable between two hosts both have: one network. */
const network = (length: number) => ({
  subnet: subnet("inet")
    .optional()
    .meta({
      description:
        "Its IPv4 subnet: `10.0.1.0/24`; `none`: no IPv4 here. Absent: one of 10.0.0.0/8, of length " +
        `${length}, that follows from the names.`,
    }),
  subnet6: subnet("inet6")
    .optional()
    .meta({
      description:
        "Its IPv6 subnet: `2001:db8:1::/64`; `none`: no IPv6 here. Absent: one of fd00::/48, of length 64, that follows " +
        "from the names.",
    }),
});

const route = z
  .strictObject({
    destination: ipPrefix().meta({
      description:
        "What it leads to: a prefix, a host's address, `default` for all of IPv4, or `::/0` for all of IPv6.",
    }),
    gateway: ruled([NOT_EMPTY]).meta({
      description: "The next router: the name of a host on a network of both, or an address.",
    }),
  })
  .meta({ id: "LabRoute", description: "A route of a host by hand." });

const host = z
  .strictObject({
    forwarding: flag().default(false).meta({
      description: "Whether it is a router: it forwards packets that are for others, IPv4 and IPv6. Default: false.",
    }),
    gateway: ruled([NOT_EMPTY])
      .optional()
      .meta({
        description:
          "The host that its default routes lead to, by its name: one on a network of both; `none`: no default routes. " +
          "Absent: of a host that is no router, the first router on its networks; of a router none.",
      }),
    nat: z
      .enum([NONE, "home", "fullCone", "symmetric"], { error: "must be none, home, fullCone or symmetric" })
      .meta({ id: "LabNat", description: "How a router translates IPv4 addresses, in the words of RFC 4787." })
      .optional()
      .meta({
        description:
          "How a router translates IPv4 addresses on the way to its gateway, so that outside nobody knows of the " +
          "hosts behind it. In the words of RFC 4787: `home`: endpoint-independent mapping, address-and-port-dependent " +
          "filtering; `fullCone`: for UDP endpoint-independent filtering as well; `symmetric`: address-and-port-dependent " +
          "mapping and filtering. The router itself takes no new tcp and udp from there. Absent: `none`.",
      }),
    nat6: z
      .enum([NONE, "masquerade"], { error: "must be none or masquerade" })
      .meta({ id: "LabNat6", description: "How a router translates IPv6 addresses." })
      .optional()
      .meta({
        description: "The same of IPv6: `masquerade`: hosts behind it have its own address outside. Absent: `none`.",
      }),
    firewall: z
      .string({ error: "must be a string" })
      .optional()
      .meta({
        description:
          "What a router lets through between its gateway's network and the others: `blockInbound`: nothing comes in but " +
          "answers (RFC 6092); `corporate`: besides, nothing goes out but tcp to ports 80 and 443, and udp to 53; `captivePortal`: besides, no udp goes out but to port 53. Or chains, as " +
          "`rules` of a Firewall has them. Absent: `none`.",
      }),
    addresses: z
      .array(ipAddress())
      .optional()
      .meta({
        description:
          "Addresses by hand, without a prefix length: each is that of the network of the host in whose subnet it is. " +
          "Absent: they follow from the host's name.",
      }),
    routes: z.array(route).optional().meta({
      description:
        "Routes by hand. One that would follow from the lab for the same destination is left out. Absent: none.",
    }),
  })
  .meta({ id: "LabHost", description: "A host of a lab: a namespace." });

const hostSwitch = z
  .strictObject({
    hosts: z
      .array(cableEnd())
      .optional()
      .meta({
        description:
          "The hosts on it, each by a cable: `HOST`, or `HOST:DEVICE` with the name of the host's device, which is " +
          "otherwise that of the switch. Where two names would have one address, the first in the list has it: put new " +
          "hosts at the end. Absent: those alone that a link joins to it.",
      }),
    ...network(24),
    link: condition.optional().meta({
      description:
        "What packets suffer on each of its cables, each way, unless a link says otherwise. Absent: nothing.",
    }),
    mtu: mtu().optional().meta({
      description: "The largest packet in bytes of the switch and of all devices on it. Absent: the kernel's 1500.",
    }),
    openvswitch: flag()
      .default(false)
      .meta({
        description:
          "Whether it is a bridge of Open vSwitch, in the namespace that the provider runs in, instead of one of Linux in a " +
          "namespace of its own. Default: false.",
      }),
    datapath: z
      .enum(["system", "netdev"], { error: "must be system or netdev" })
      .meta({ id: "LabDatapath", description: "What forwards the frames of a bridge of Open vSwitch." })
      .optional()
      .meta({
        description:
          "Of Open vSwitch: `system`, the kernel's module, or `netdev`, ovs-vswitchd itself, which needs no module; then " +
          "the hosts make the checksums of what they send, which needs ethtool. Absent: `system`.",
      }),
    stp: flag()
      .default(false)
      .meta({
        description:
          "Whether it takes part in the spanning tree protocol (IEEE 802.1D): needed where links of switches close a loop. " +
          "Default: false.",
      }),
  })
  .meta({ id: "LabSwitch", description: "A switch of a lab: a bridge with its ports." });

const link = z
  .strictObject({
    between: z
      .array(cableEnd())
      .length(2, { error: "must have two ends" })
      .meta({
        description:
          "The two ends, each a host or a switch: `NAME`, or `NAME:DEVICE` with the name of its device there, which is " +
          "otherwise the name of the other end. Between two hosts the first has the first address of the subnet.",
      }),
    ...network(30),
    link: condition.optional().meta({
      description:
        "What packets suffer on it, each way. Absent: what the switch at one end says of its cables, or nothing.",
    }),
    mtu: mtu().optional().meta({
      description:
        "The largest packet in bytes, of both ends. Absent: that of the switch at one end, or the kernel's 1500.",
    }),
  })
  .meta({ id: "LabLink", description: "A cable of a lab: a pair of veth devices." });

const region = z
  .strictObject({
    hosts: z
      .array(cableEnd())
      .optional()
      .meta({
        description:
          "The hosts in it, each by a cable to the region's router: `HOST`, or `HOST:DEVICE` with the name of the host's " +
          "device. Absent: those alone that links join to the router by the region's name.",
      }),
    delays: z
      .record(nodeName(), delayOrNone(), { error: "must be an object" })
      .optional()
      .meta({
        description:
          "How long a packet takes to other regions, by their names: `40ms`, or `none` while the cable there is cut; " +
          "packets take the way by another region then, if there is one. Each two regions say it once. Absent: no cables to others, but those that they say.",
      }),
  })
  .meta({ id: "LabRegion", description: "A region of a lab: a router, far from those of other regions." });

export const description = z.strictObject({
  hosts: z
    .record(nodeName(), host, { error: "must be an object" })
    .optional()
    .meta({
      description:
        `The hosts by their names (${NODE_NAME}), which are those of their namespaces. A host of which there is ` +
        "nothing more to say need not be here: `switches` and `links` name it. Absent: none but those.",
    }),
  switches: z.record(nodeName(), hostSwitch, { error: "must be an object" }).optional().meta({
    description: "The switches by their names, of the same form as those of hosts. Each is one network. Absent: none.",
  }),
  links: z
    .array(link)
    .optional()
    .meta({
      description:
        "The cables: between two hosts, which is a network of its own; from a host to a switch; between two switches, " +
        "which makes them one network. Absent: none but those to the hosts of `switches`.",
    }),
  regions: z.record(nodeName(), region, { error: "must be an object" }).optional().meta({
    description: "Places far from each other by their names, each of which is a router of that name. Absent: none.",
  }),
  ipv4: flag().default(true).meta({ description: "Whether hosts have addresses of IPv4. Default: true." }),
  ipv6: flag().default(true).meta({ description: "Whether hosts have addresses of IPv6. Default: true." }),
  routing: z
    .enum(["static", NONE], { error: "must be static or none" })
    .meta({ id: "LabRouting", description: "Where the routes of a lab come from." })
    .default("static")
    .meta({
      description:
        "`static`: hosts have default routes to a router, and routers a route to each network by the fewest routers; " +
        "`none`: only what is said by hand, such as for a lab of routing protocols. Default: `static`.",
    }),
  prefix: longName(50)
    .optional()
    .meta({
      description:
        "What the names of all namespaces begin with, and those of bridges of Open vSwitch, so that several labs can be on one host: " +
        "`lab1-`. Absent: nothing.",
    }),
});

export type Description = z.output<typeof description>;
export type HostDescription = z.output<typeof host>;
export type SwitchDescription = z.output<typeof hostSwitch>;
