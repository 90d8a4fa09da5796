import { devices, numbers, type Shape } from "./shape";

const BOX = "box";
const OF_EACH = {
  "ipv4.conf.%.arp_announce": 2,
  "ipv4.conf.%.arp_ignore": 1,
  "ipv4.conf.%.rp_filter": 2,
  "ipv6.conf.%.accept_ra": 0,
  "ipv6.conf.%.router_solicitations": 0,
};

export const settings: Shape = {
  id: "settings",
  about: "Five settings (sysctls) for each of N devices of one namespace, which are the ends of veth pairs.",
  ns: [200],
  inputs: (n, isEdited) => ({
    ...devices(BOX, n),
    sysctls: numbers(n).flatMap((number) =>
      Object.entries(OF_EACH).map(([key, value]) => ({
        namespace: BOX,
        key: `net.${key.replace("%", `d${number}`)}`,
        value: isEdited && number === 1 && key.includes("rp_filter") ? 1 : value,
      })),
    ),
  }),
  hand: (n) => `nsenter --net=/run/netns/${BOX} sysctl -qw net.ipv6.conf.d${n}.router_solicitations=1`,
};
