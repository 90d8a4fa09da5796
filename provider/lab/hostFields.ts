import { z } from "zod";
import { flag, ipAddress, ipPrefix } from "../core/fields";
import { NOT_EMPTY, ruled } from "../core/rules";
import { NONE } from "./names";
import { processes } from "./processes";

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
export const host = z
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
      .enum([NONE, "home", "fullCone", "symmetric", "cgnat"], {
        error: "must be none, home, fullCone, symmetric or cgnat",
      })
      .meta({ id: "LabNat", description: "How a router translates IPv4 addresses, in the words of RFC 4787." })
      .optional()
      .meta({
        description:
          "How a router translates IPv4 addresses on the way to its gateway, so that outside nobody knows of the " +
          "hosts behind it. In the words of RFC 4787: `home`: endpoint-independent mapping, address-and-port-dependent " +
          "filtering; `fullCone`: for UDP endpoint-independent filtering as well; `symmetric`: address-and-port-dependent " +
          "mapping and filtering; `cgnat`: two routers, a `home` one and behind it, called `HOST-carrier`, that of a carrier, " +
          "which is `fullCone` (RFC 6888), with 100.64.0.0/10 between them (RFC 6598). The router itself takes no new tcp and " +
          "udp from there. Absent: `none`.",
      }),
    nat6: z
      .enum([NONE, "prefix", "masquerade"], { error: "must be none, prefix or masquerade" })
      .meta({ id: "LabNat6", description: "How a router translates IPv6 addresses." })
      .optional()
      .meta({
        description:
          "The same of IPv6: `prefix`: the first 48 bits of addresses behind it are others outside, without a state " +
          "(NPTv6, RFC 6296): hosts get in by `outside6` of the result; `masquerade`: hosts behind it have its own address outside. Absent: `none`.",
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
  .extend({
    loopback: flag()
      .default(false)
      .meta({
        description:
          "Whether its loopback device has addresses, one of each family, of `loopbacks` of the lab: that of a router, or of " +
          "a service, which is there whatever cable is down. Routers have routes to it. Default: false.",
      }),
    processes: processes()
      .optional()
      .meta({
        description:
          "Commands that run in it, by names of at most 100 letters, digits, `_`, `.` and `-`, with neither of the last two first: " +
          "each is a Process of that name in the host's namespace, and takes what that takes. They start when all devices, " +
          "addresses and routes of the lab are there. Absent: none.",
      }),
    up: flag().default(true).meta({
      description: "Whether its devices are up; those at the other ends of its cables are. Default: true.",
    }),
  })
  .meta({ id: "LabHost", description: "A host of a lab: a namespace." });

export type HostDescription = z.output<typeof host>;

/** One of which nothing is said. */
export const PLAIN: HostDescription = { forwarding: false, loopback: false, up: true };
