import { z } from "zod";
import { LISTS } from "./elements";

/** What a program gets. */

const ipv4 = z.string().optional();
const ipv6 = z.string().optional();

const device = z
  .strictObject({
    name: z.string().meta({ description: "The device's name." }),
    network: z.string().meta({ description: "The network that it is on, by its name in `networks`." }),
    ipv4: ipv4.meta({ description: "Its IPv4 address, without a prefix length. Absent: it has none." }),
    ipv6: ipv6.meta({ description: "Its IPv6 address, without a prefix length. Absent: it has none." }),
  })
  .meta({ id: "LabHostDevice", description: "A device of a host of a lab." });

const host = z
  .strictObject({
    namespace: z.string().meta({ description: "The name of its namespace." }),
    ipv4: ipv4.meta({ description: "Its first IPv4 address, without a prefix length. Absent: it has none." }),
    ipv6: ipv6.meta({ description: "Its first IPv6 address, without a prefix length. Absent: it has none." }),
    loopback: z
      .strictObject({
        ipv4: ipv4.meta({ description: "Its IPv4 address, without a prefix length. Absent: it has none." }),
        ipv6: ipv6.meta({ description: "Its IPv6 address, without a prefix length. Absent: it has none." }),
      })
      .meta({ id: "LabLoopbackResult", description: "The addresses of a host's loopback device." })
      .optional()
      .meta({ description: "The addresses of its loopback device. Absent: it has none but those of every host." }),
    outside6: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description:
          'By the name of each router with `nat6: "prefix"` that it is behind, its first IPv6 address as it is outside of ' +
          "that. Absent: it is behind none.",
      }),
    devices: z.array(device).meta({ description: "Its devices, in the order of switches by name, then of `links`." }),
  })
  .meta({ id: "LabHostResult", description: "A host as it comes out." });

const network = z
  .strictObject({
    subnet: z.string().optional().meta({ description: "Its IPv4 subnet. Absent: it has none." }),
    subnet6: z.string().optional().meta({ description: "Its IPv6 subnet. Absent: it has none." }),
  })
  .meta({ id: "LabNetworkResult", description: "A network as it comes out." });

const lists = Object.entries(LISTS).map(([name, kind]) => {
  const element = z.record(z.string(), z.unknown()).meta({ refersTo: `${kind}Element` });
  return [name, z.array(element).meta({ description: `What each ${kind} takes.` })] as const;
});

const topology = z
  .strictObject(Object.fromEntries(lists))
  .meta({ id: "LabTopology", description: "The lists of a Topology." });

export const result = z.strictObject({
  topology: topology.meta({
    id: "LabTopology",
    description: "The lists for a Topology; a program may add to them what it likes.",
  }),
  hosts: z.record(z.string(), host).meta({ description: "The hosts by their names, with their addresses." }),
  networks: z.record(z.string(), network).meta({
    description:
      "The networks by their names, with their subnets: of a switch its name, of a VLAN `SWITCH:VLAN`, of a cable " +
      "`HOST:HOST`, of a loopback device `HOST:lo`.",
  }),
});
