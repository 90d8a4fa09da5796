import { SWITCH, spokes, star } from "../../test/support/inputs/star";
import type { Shape } from "./shape";

const BRIDGE = { namespace: SWITCH, name: "br0" };
const GATEWAY = { address: "10.0.255.254", address6: "2001:db8::1:0" };
const TABLE = "filter";
const RULES = `
    chain input {
      type filter hook input priority filter; policy drop;
      ct state established,related accept
      iifname "lo" accept
      meta l4proto { icmp, ipv6-icmp } accept
      tcp dport { 22, 80, 443 } accept
    }
`;

export const lab: Shape = {
  id: "lab",
  about:
    "N hosts on a bridge, each with an address of both families, a default route, three settings, a tbf queue and a small firewall. No duplicate address detection, for which a script would not wait.",
  ns: [100],
  inputs(n, isEdited) {
    const hosts = spokes(n);
    const inner = { namespace: SWITCH, device: BRIDGE.name };
    return {
      ...star(n),
      bridges: [BRIDGE],
      bridgePorts: hosts.map(({ port }) => ({ namespace: SWITCH, bridge: BRIDGE.name, device: port })),
      sysctls: hosts.flatMap(({ name: namespace }) => [
        { namespace, key: "net.core.somaxconn", value: 1024 },
        { namespace, key: "net.ipv4.ip_local_port_range", value: "20000 60000" },
        { namespace, key: "net.ipv6.conf.eth0.accept_ra", value: 0 },
      ]),
      addresses: [
        { ...inner, address: `${GATEWAY.address}/16` },
        { ...inner, address: `${GATEWAY.address6}/64`, noDad: true },
        ...hosts.flatMap(({ name: namespace, address }, index) => [
          { namespace, device: "eth0", address },
          { namespace, device: "eth0", address: `2001:db8::${(index + 1).toString(16)}/64`, noDad: true },
        ]),
      ],
      routes: hosts.map(({ name: namespace }) => {
        return { namespace, destination: "default", gateway: GATEWAY.address, device: "eth0" };
      }),
      qdiscs: hosts.map(({ name: namespace }, index) => {
        const rate = isEdited && index === 0 ? "50mbit" : "100mbit";
        return { namespace, device: "eth0", kind: "tbf", tbf: { rate, burst: "32kb", latency: "50ms" } };
      }),
      firewalls: hosts.map(({ name: namespace }) => ({ namespace, name: TABLE, rules: RULES })),
    };
  },
  hand: (n) => `nsenter --net=/run/netns/h${n} nft delete table inet ${TABLE}`,
};
