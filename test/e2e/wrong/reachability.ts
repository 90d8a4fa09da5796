import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { namespace: "net0", to: "10.0.1.2" };

export const wrongReachabilities: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["to: is required"] },
  { title: "tcp without a port", props: { ...ok, protocol: "tcp" }, faults: ["port: is required for `tcp`"] },
  {
    title: "a port of ICMP",
    props: { ...ok, port: 80 },
    faults: ["port: is for `tcp` and `udp`: ICMP has no ports"],
  },
  {
    title: "a size of a connection that must not be fragmented",
    props: { ...ok, protocol: "tcp", port: 80, size: 1, dontFragment: true },
    faults: [
      "size: is for `icmp` and `udp`: a connection has no size",
      "dontFragment: is for `icmp` and `udp`: TCP finds the MTU of the path by itself",
    ],
  },
  {
    title: "a longest round trip of what must not come back",
    props: { ...ok, reachable: false, withinMs: 10 },
    faults: ["withinMs: has no meaning with `reachable: false`"],
  },
  {
    title: "an address that is none",
    props: { ...ok, to: "10.0.1.300" },
    faults: ["to: must be an IPv4 or IPv6 address"],
  },
  {
    title: "a fault in every property [15]",
    props: {
      ...{ namespace: "a/b", to: "a/b", protocol: "sctp", port: 0, size: -1, dontFragment: 1, reachable: "yes" },
      ...{ withinMs: 0, timeoutMs: "5s", triggers: "x", count: 3 },
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "to: must not contain `/`: it is the name of a file under /run/netns",
      "protocol: must be `icmp`, `tcp` or `udp`",
      "port: is below 1, the kernel's minimum",
      "size: is below 0, the kernel's minimum",
      "dontFragment: must be true or false",
      "reachable: must be true or false",
      "withinMs: must be above 0",
      "timeoutMs: must be a number of milliseconds",
      "triggers: must be a list",
      "count: is not a property of this; there are `namespace`, `to`, `protocol`, `port`, `size`, `dontFragment`, `reachable`, `withinMs`, `timeoutMs`, `triggers`",
    ],
  },
  {
    title: "an address that is none, and a secret",
    props: { ...ok, to: secret("hidden/name") },
    faults: ["to: must not contain `/`: it is the name of a file under /run/netns"],
    hidden: "hidden/name",
  },
];
