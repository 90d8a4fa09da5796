import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const PREFIX = "must be `default` or an IPv4 or IPv6 prefix, such as 10.0.0.0/8, 2001:db8::/32 or ::/0";
const UNICAST = "is only for the type `unicast`";
const v4 = { destination: "10.0.0.0/8", gateway: "10.0.1.2" };
const v6 = { destination: "2001:db8::/32", gateway: "fe80::1", device: "lo" };
const ways = [{ gateway: "10.0.1.2" }, { gateway: "10.0.2.2" }];

export const wrongRoutes: WrongProgram[] = [
  {
    title: "nothing at all",
    props: {},
    faults: ["destination: is required", "gateway: is required without `device` or `nexthops`"],
  },
  { title: "a name for a destination", props: { ...v4, destination: "all" }, faults: [`destination: ${PREFIX}`] },
  { title: "a prefix of 33 bits", props: { ...v4, destination: "10.0.0.0/33" }, faults: [`destination: ${PREFIX}`] },
  {
    title: "host bits",
    props: { ...v4, destination: "10.0.1.1/24" },
    faults: ["destination: has bits set beyond its prefix length: write the first address of the network"],
  },
  {
    title: "both families to `default`",
    props: { destination: "default", gateway: "10.0.1.2", source: "2001:db8::2" },
    faults: ["gateway: is not of the family of `destination`"],
  },
  {
    title: "an IPv6 gateway to all of IPv4",
    props: { destination: "0.0.0.0/0", gateway: "2001:db8::1" },
    faults: ["gateway: is not of the family of `destination`"],
  },
  {
    title: "a gateway of the other family",
    props: { ...v6, gateway: "10.0.1.2" },
    faults: ["gateway: is not of the family of `destination`"],
  },
  {
    title: "a link-local gateway and no device",
    props: { ...v6, device: undefined },
    faults: ["gateway: is link-local, and so needs `device`"],
  },
  { title: "onLink and no device", props: { ...v4, onLink: true }, faults: ["onLink: needs `gateway` and `device`"] },
  {
    title: "a way for a blackhole",
    props: { ...v4, type: "blackhole", device: "lo", mtu: 1400, scope: "link", source: "10.0.1.1", onLink: true },
    faults: ["gateway", "device", "mtu", "scope", "source", "onLink"].map((key) => `${key}: ${UNICAST}`),
  },
  {
    title: "IPv4's own in IPv6",
    props: { ...v6, scope: "link", metric: 0 },
    faults: ["scope: is only for IPv4", "metric: must be above 0 with IPv6"],
  },
  {
    title: "a gateway and several ways",
    props: { ...v4, nexthops: ways },
    faults: ["gateway: cannot be given with `nexthops`, which have their own"],
  },
  {
    title: "one of several ways",
    props: { destination: "default", nexthops: [{ device: "lo" }] },
    faults: ["nexthops: must be at least two: for one, use `gateway` and `device`"],
  },
  {
    title: "ways that lead nowhere",
    props: { destination: "::/0", nexthops: [{}, { device: "lo" }, { gateway: "10.0.1.2" }] },
    faults: [
      "nexthops[0].gateway: is required with IPv6",
      "nexthops[1].gateway: is required with IPv6",
      "nexthops[2].gateway: is not of the family of `destination`",
    ],
  },
  {
    title: "a way that leads nowhere in IPv4",
    props: { destination: "default", nexthops: [{ weight: 2 }, { device: "lo" }] },
    faults: ["nexthops[0].gateway: is required without `device`"],
  },
  {
    title: "a text for the ways [15]",
    props: { destination: "default", nexthops: "lo" },
    faults: ["nexthops: must be a list"],
  },
  {
    title: "a fault in every property [15]",
    props: {
      namespace: "a/b",
      destination: 10,
      gateway: "0.0.0.0",
      device: "a/b",
      source: "x",
      metric: -1,
      table: 0,
      scope: "wide",
      type: "local",
      mtu: 65521,
      onLink: "yes",
      nexthops: [
        { gateway: "10.0.1", device: "", weight: 257, wieght: 1 },
        { gateway: "10.0.1.2", weight: 0 },
      ],
      via: "10.0.1.2",
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "destination: must be a string",
      "gateway: is the unspecified address, which to the kernel means none",
      "device: must not contain `/`",
      "source: must be an IPv4 or IPv6 address",
      "metric: is below 0, the kernel's minimum",
      "table: is below 1, the kernel's minimum",
      "scope: must be global, site, link or host",
      "type: must be unicast, blackhole, unreachable, prohibit or throw",
      "mtu: is above 65520, the most that a route takes",
      "onLink: must be true or false",
      "nexthops[0].gateway: must be an IPv4 or IPv6 address",
      "nexthops[0].device: must not be empty",
      "nexthops[0].weight: is above 256, the kernel's maximum",
      "nexthops[0].wieght: is not a property of this; did you mean `weight`?",
      "nexthops[1].weight: is below 1, the kernel's minimum",
      "via: is not a property of this; there are `namespace`, `destination`, `gateway`, `device`, `source`, `metric`, `table`, `scope`, `type`, `mtu`, `onLink`, `nexthops`",
    ],
  },
  {
    title: "a wrong destination and a wrong way that are secrets",
    props: { destination: secret("hidden"), nexthops: [{ gateway: secret("hidden") }, { device: "lo" }] },
    faults: [`destination: ${PREFIX}`, "nexthops[0].gateway: must be an IPv4 or IPv6 address"],
    hidden: "hidden",
  },
];
