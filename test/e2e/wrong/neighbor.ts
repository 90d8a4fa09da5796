import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const MAC = "must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01";
const REQUIRED = "mac: is required, unless `proxy` is true";
const ok = { device: "veth0", address: "10.0.1.2", mac: "02:00:00:00:00:01" };

export const wrongNeighbors: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["device: is required", "address: is required", REQUIRED] },
  { title: "no MAC address", props: { ...ok, mac: null, proxy: false }, faults: [REQUIRED] },
  {
    title: "a MAC address for a proxy",
    props: { ...ok, proxy: true },
    faults: ["mac: cannot be given with `proxy`: this host answers with its own"],
  },
  {
    title: "an IPv4 neighbour on lo",
    props: { ...ok, device: "lo" },
    faults: ["device: must not be `lo` with IPv4, which has no neighbours there"],
  },
  { title: "a router of IPv4", props: { ...ok, router: true }, faults: ["router: is only for IPv6"] },
  {
    title: "a prefix for an address",
    props: { ...ok, address: "10.0.1.2/24" },
    faults: ["address: must be an IPv4 or IPv6 address"],
  },
  {
    title: "a fault in every property [15]",
    props: { namespace: "a/b", device: "", address: 10, mac: "x", proxy: "yes", router: 1, lladdr: "x" },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "device: must not be empty",
      "address: must be a string",
      `mac: ${MAC}`,
      "proxy: must be true or false",
      "router: must be true or false",
      "lladdr: is not a property of this; there are `namespace`, `device`, `address`, `mac`, `proxy`, `router`",
    ],
  },
  {
    title: "a wrong MAC address that is a secret",
    props: { ...ok, mac: secret("hidden") },
    faults: [`mac: ${MAC}`],
    hidden: "hidden",
  },
];
