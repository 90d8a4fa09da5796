import type { z } from "zod";
import { description } from "../lab/description";
import { textsOf } from "../lab/firewalls";
import { expand, faultsBeside, faultsIn } from "../lab/lab";
import { result } from "../lab/result";
import { defineFunction } from "./function";

export const lab = defineFunction({
  name: "lab",
  description:
    "A whole lab from a short description: hosts, switches, links and regions become the lists of a Topology, with devices, " +
    "addresses of IPv4 and IPv6, default routes, and routes between routers by the shortest way. `pulumi preview --diff` " +
    "shows each of them. It asks no host, and gives the same for the same description everywhere.\n\n" +
    "All that the description does not say follows from names: a device is called as what it leads to, and addresses " +
    "and subnets come from a hash of the names, so that adding, renaming or removing a host changes nothing about the " +
    "others. Where two names would have the same address, the first in its list has it, and the other one the next " +
    "of its own: what is added at the end of a switch's list changes nobody's address there. Each of them can be said by hand, and what is by " +
    "hand comes before all else.",
  example: `import * as netns from "pulumi-netns";

const { topology, hosts } = netns.labOutput({
  hosts: { r: { forwarding: true } },
  switches: { s1: { hosts: ["h1", "h2", "r"], subnet: "10.0.1.0/24" } },
  links: [{ between: ["r", "server"], link: { delay: "20ms" } }],
});
new netns.Topology("lab", topology);
export const server = hosts.server.ipv4;`,
  inputs: description,
  outputs: result,
  crossCheck: faultsIn,
  faultsBeside,
  nftTexts: textsOf,
  offline: (said) => expand(said) as unknown as z.output<typeof result>,
});
