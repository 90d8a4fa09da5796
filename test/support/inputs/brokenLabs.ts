import type { Cause } from "../../../provider/model/reach/causes";
import type { From, ReachOptions } from "../../../provider/model/reach/reach";

/** A lab with one fault, and how it would be without: what `reach` says of both, ping must see. */
export interface BrokenLab {
  code: Cause;
  /** Told apart from others with the same cause. */
  how: string;
  wrong: string;
  right: string;
  from?: string | From;
  to?: string;
  options?: ReachOptions;
  direction?: "there" | "back";
  /** The kernel needs a part that not all have. */
  needs?: "vlan" | "dummy" | "netem" | "ovs";
}

const CABLE = "cable a/eth0 b/eth0";
const PAIR = `${CABLE}
  address a/eth0 10.0.0.1/24
  address b/eth0 10.0.0.2/24`;
const PAIR6 = `${CABLE}
  address a/eth0 2001:db8::1/64
  address b/eth0 2001:db8::2/64`;
/** a and b on two networks of a router. */
const ROUTED = `cable a/eth0 r/eth0
  cable b/eth0 r/eth1
  address a/eth0 10.0.1.2/24
  address r/eth0 10.0.1.1/24
  address r/eth1 10.0.2.1/24
  address b/eth0 10.0.2.2/24`;
const ROUTES = `route a default 10.0.1.1
  route b default 10.0.2.1`;
const FORWARD = "sysctl r net.ipv4.ip_forward 1";
const SWITCH = `cable a/eth0 sw/p1
  cable b/eth0 sw/p2
  address a/eth0 10.0.0.1/24
  address b/eth0 10.0.0.2/24`;
const BRIDGE = `${SWITCH}
  bridge sw/br0
  port sw/br0 p1
  port sw/br0 p2`;
const TRAP = `cable h/veth0 h/veth1
  address h/veth0 1.1.1.1/24
  address h/veth1 1.1.1.2/24`;

/** Two cables between a and b; what b sends to a goes by the second one. */
const TWO_CABLES = `${PAIR}
  cable a/eth1 b/eth1
  route b 10.0.0.1/32 {"device":"eth1"}`;
const OVS_SWITCH = `${SWITCH}
  ovs sw/br0
  ovsPort sw/br0 p1
  ovsPort sw/br0 p2`;

export const BROKEN_LABS: readonly BrokenLab[] = [
  { code: "link-down", how: "the near end", right: PAIR, wrong: PAIR.replace(CABLE, `${CABLE} {"a":{"up":false}}`) },
  { code: "peer-down", how: "the far end", right: PAIR, wrong: PAIR.replace(CABLE, `${CABLE} {"b":{"up":false}}`) },
  {
    code: "loopback-down",
    how: "to itself",
    from: "b",
    to: "10.0.0.2",
    right: PAIR,
    wrong: `host b {"loopbackUp":false}\n${PAIR}`,
  },
  { code: "no-address", how: "the other has none", right: PAIR, wrong: PAIR.replace("address b/eth0 10.0.0.2/24", "") },
  {
    code: "nobody-answers",
    how: "an address that is not there",
    to: "10.0.0.2",
    right: PAIR,
    wrong: PAIR.replace("10.0.0.2", "10.0.0.3"),
  },
  { code: "no-route", how: "another network", right: PAIR, wrong: PAIR.replace("10.0.0.1/24", "10.0.9.1/24") },
  {
    code: "no-route",
    how: "no way back",
    direction: "back",
    right: `${ROUTED}\n${ROUTES}\n${FORWARD}`,
    wrong: `${ROUTED}\nroute a default 10.0.1.1\n${FORWARD}`,
  },
  { code: "no-forwarding", how: "IPv4", right: `${ROUTED}\n${ROUTES}\n${FORWARD}`, wrong: `${ROUTED}\n${ROUTES}` },
  {
    code: "no-forwarding",
    how: "IPv6",
    right: `${ROUTED}\n${ROUTES}\nsysctl r net.ipv6.conf.all.forwarding 1`
      .replaceAll(
        /10\.0\.(\d)\.(\d)(\/24)?/g,
        (_, net, host, length) => `2001:db8:0:${net}::${host}${length ? "/64" : ""}`,
      )
      .replaceAll("default", "::/0"),
    wrong: `${ROUTED}\n${ROUTES}`
      .replaceAll(
        /10\.0\.(\d)\.(\d)(\/24)?/g,
        (_, net, host, length) => `2001:db8:0:${net}::${host}${length ? "/64" : ""}`,
      )
      .replaceAll("default", "::/0"),
  },
  {
    code: "no-proxy",
    how: "the prefix is too short",
    right: `${ROUTED.replace("10.0.1.2/24", "10.0.1.2/16")}\nroute b default 10.0.2.1\n${FORWARD}\nsysctl r net.ipv4.conf.eth0.proxy_arp 1`,
    wrong: `${ROUTED.replace("10.0.1.2/24", "10.0.1.2/16")}\nroute b default 10.0.2.1\n${FORWARD}`,
  },
  {
    code: "rp-filter",
    how: "strict, and the way back goes elsewhere",
    to: "10.0.2.2",
    right: `${ROUTED}\n${ROUTES}\n${FORWARD}`,
    wrong: `${ROUTED}\n${ROUTES}\n${FORWARD}
      sysctl r net.ipv4.conf.eth0.rp_filter 1
      route r 10.0.1.2/32 10.0.2.2`,
  },
  {
    code: "own-source",
    how: "both ends of a subnet in one namespace",
    from: { host: "h", device: "veth0", source: "1.1.1.1" },
    to: "1.1.1.2",
    wrong: TRAP,
    right: `${TRAP}
      ${["veth0", "veth1"].map((name) => `sysctl h net.ipv4.conf.${name}.accept_local 1`).join("\n")}`,
  },
  {
    code: "arp-ignored",
    how: "the address is on another device",
    to: "10.0.9.9",
    right: `${PAIR}\naddress b/lo 10.0.9.9/32\nroute a 10.0.9.9/32 {"device":"eth0"}`,
    wrong: `${PAIR}\naddress b/lo 10.0.9.9/32\nroute a 10.0.9.9/32 {"device":"eth0"}\nsysctl b net.ipv4.conf.eth0.arp_ignore 1`,
  },
  {
    code: "arp-filtered",
    how: "the way back goes by another device",
    right: TWO_CABLES,
    wrong: `${TWO_CABLES}\nsysctl b net.ipv4.conf.eth0.arp_filter 1`,
  },
  {
    code: "other-device",
    how: "who has sent is bound to one, and the answer comes in by another",
    from: { host: "a", device: "eth0" },
    direction: "back",
    right: PAIR,
    wrong: TWO_CABLES,
  },
  {
    code: "ovs-secure",
    how: "without flows",
    needs: "ovs",
    // Whether its own device is up does not matter.
    right: OVS_SWITCH.replace("br0\n", 'br0 {"up":false}\n'),
    wrong: OVS_SWITCH.replace("br0\n", 'br0 {"failMode":"secure"}\n'),
  },
  {
    code: "neighbor-wrong",
    how: "a MAC address that nobody has",
    right: `${PAIR.replace(CABLE, `${CABLE} {"b":{"mac":"02:00:00:00:00:02"}}`)}\nneighbor a/eth0 10.0.0.2 02:00:00:00:00:02`,
    wrong: `${PAIR.replace(CABLE, `${CABLE} {"b":{"mac":"02:00:00:00:00:02"}}`)}\nneighbor a/eth0 10.0.0.2 02:00:00:00:00:99`,
  },
  {
    code: "route-blackhole",
    how: "to the other",
    right: PAIR,
    wrong: `${PAIR}\nroute a 10.0.0.2/32 {"type":"blackhole"}`,
  },
  {
    code: "route-unreachable",
    how: "to the other",
    right: PAIR,
    wrong: `${PAIR}\nroute a 10.0.0.2/32 {"type":"unreachable"}`,
  },
  {
    code: "route-prohibit",
    how: "back",
    direction: "back",
    right: PAIR,
    wrong: `${PAIR}\nroute b 10.0.0.1/32 {"type":"prohibit"}`,
  },
  {
    code: "empty-table",
    how: "nothing in the table",
    right: `${ROUTED}\nroute b default 10.0.2.1\n${FORWARD}\nrule a 100 {"to":"10.0.2.0/24","table":100}\nroute a default 10.0.1.1 {"table":100}`,
    wrong: `${ROUTED}\nroute b default 10.0.2.1\n${FORWARD}\nrule a 100 {"to":"10.0.2.0/24","table":100}`,
  },
  {
    code: "rule-refuses",
    how: "prohibit",
    right: PAIR,
    wrong: `${PAIR}\nrule a 100 {"to":"10.0.0.2","action":"prohibit"}`,
  },
  {
    code: "mtu",
    how: "the sender's device",
    options: { size: 1450, dontFragment: true },
    right: PAIR,
    wrong: PAIR.replace(CABLE, `${CABLE} {"a":{"mtu":1400},"b":{"mtu":1400}}`),
  },
  {
    code: "mtu",
    how: "behind a router",
    options: { size: 1450, dontFragment: true },
    right: `${ROUTED}\n${ROUTES}\n${FORWARD}`,
    wrong: `${ROUTED.replace("cable b/eth0 r/eth1", 'cable b/eth0 r/eth1 {"a":{"mtu":1400},"b":{"mtu":1400}}')}\n${ROUTES}\n${FORWARD}`,
  },
  {
    code: "frame-too-big",
    how: "the far end takes less",
    options: { size: 1450, dontFragment: true },
    right: PAIR,
    wrong: PAIR.replace(CABLE, `${CABLE} {"b":{"mtu":1400}}`),
  },
  {
    code: "vlan-not-carried",
    how: "another VLAN on each port",
    right: BRIDGE,
    wrong: BRIDGE.replace("br0\n", 'br0 {"vlanFiltering":true}\n').replace(
      /p2$/,
      'p2 {"vlans":[{"vid":20,"pvid":true,"untagged":true}]}',
    ),
  },
  {
    code: "port-isolated",
    how: "both ports",
    right: BRIDGE,
    wrong: BRIDGE.replace(/port (.*)/g, 'port $1 {"isolated":true}'),
  },
  {
    code: "port-no-flood",
    how: "neither learning nor flood",
    right: BRIDGE,
    wrong: BRIDGE.replace(/p2$/, 'p2 {"flood":false,"learning":false}'),
  },
  { code: "link-down", how: "the bridge", right: BRIDGE, wrong: BRIDGE.replace("br0\n", 'br0 {"up":false}\n') },
  {
    code: "no-ipv6",
    how: "the near end",
    right: PAIR6,
    to: "2001:db8::2",
    wrong: `${PAIR6}\nsysctl a net.ipv6.conf.eth0.disable_ipv6 1`,
  },
  { code: "echo-ignored", how: "IPv4", right: PAIR, wrong: `${PAIR}\nsysctl b net.ipv4.icmp_echo_ignore_all 1` },
  {
    code: "no-remote",
    how: "a vxlan that knows nobody",
    from: { host: "a", device: "vx0" },
    to: "10.9.0.2",
    right: `${PAIR}
      vxlan a/vx0 42 {"remote":"10.0.0.2"}
      vxlan b/vx0 42 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
    wrong: `${PAIR}
      vxlan a/vx0 42
      vxlan b/vx0 42 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
  },
  {
    code: "no-tunnel",
    how: "another vni",
    to: "10.9.0.2",
    right: `${PAIR}
      vxlan a/vx0 42 {"remote":"10.0.0.2"}
      vxlan b/vx0 42 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
    wrong: `${PAIR}
      vxlan a/vx0 42 {"remote":"10.0.0.2"}
      vxlan b/vx0 43 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
  },
  {
    code: "tunnel-broken",
    how: "the underlay is down",
    to: "10.9.0.2",
    right: `${PAIR}
      vxlan a/vx0 42 {"remote":"10.0.0.2"}
      vxlan b/vx0 42 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
    wrong: `${PAIR.replace("10.0.0.2/24", "10.0.7.2/24")}
      vxlan a/vx0 42 {"remote":"10.0.0.2"}
      vxlan b/vx0 42 {"remote":"10.0.0.1"}
      address a/vx0 10.9.0.1/24
      address b/vx0 10.9.0.2/24`,
  },
  {
    code: "qdisc-loss",
    how: "all",
    needs: "netem",
    right: PAIR,
    wrong: `${PAIR}\nqdisc a/eth0 netem {"netem":{"loss":"100%"}}`,
  },
  {
    code: "routing-loop",
    how: "two routers send it to each other",
    to: "10.0.5.5",
    right: `${ROUTED}\n${ROUTES}\n${FORWARD}\naddress b/lo 10.0.5.5/32\nroute r 10.0.5.5/32 10.0.2.2`,
    wrong: `${ROUTED}\n${ROUTES}\n${FORWARD}\nsysctl b net.ipv4.ip_forward 1\nroute r 10.0.5.5/32 10.0.2.2`,
  },
  {
    code: "macvlan-apart",
    how: "its own parent",
    from: { host: "a", device: "m0" },
    to: "10.9.0.2",
    right: `${CABLE}
      macvlan a/m0 eth0 {"mode":"bridge"}
      address a/m0 10.9.0.1/24
      address b/eth0 10.9.0.2/24`,
    wrong: `${CABLE}
      macvlan a/m0 eth0 {"mode":"bridge"}
      address a/m0 10.9.0.1/24
      address a/eth0 10.9.0.2/24`,
  },
];
