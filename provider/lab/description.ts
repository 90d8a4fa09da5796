import { z } from "zod";
import { flag } from "../core/fields";
import { longName } from "../core/names";
import { delayOrNone } from "./condition";
import { host } from "./hostFields";
import { link } from "./linkFields";
import { loopbacks } from "./loopbacks";
import { cableEnd, NODE_NAME, NONE, nodeName } from "./names";
import { hostSwitch } from "./switchFields";

/** What a program says of a lab, in the fewest words. */

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
  loopbacks: loopbacks.optional().meta({
    description:
      "Where the addresses of loopback devices are from, of hosts with `loopback`. Absent: the defaults of both.",
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
        "`none`: only what is said by hand, by `gateway` and `routes` of hosts, such as for a lab of routing protocols. " +
        "Default: `static`.",
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
