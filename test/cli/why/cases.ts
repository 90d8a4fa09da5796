import { hasQdisc, hasVlanFiltering } from "../../support/suites/kernelOptions";

/** A way to break the lab of program.ts, and what `netns why` must say of it first. */
export interface Breakage {
  /** "… is …", as a title. */
  what: string;
  /** What somebody types, each a line for a shell; `ip -n client …` may be written so, and `in client: …` runs in there. */
  break: readonly string[];
  /** What puts it back as it was. */
  mend: readonly string[];
  /** What is asked, as one types it. */
  ask: string;
  /** What the first sentence must name. */
  names: RegExp;
  /** The resource to change, by its name in the program, with its property; undefined: none makes what is to be changed. */
  change: string | undefined;
  /** What the line to type must have, where there is one. */
  line?: RegExp;
  /** What this kernel may lack. */
  needs?: readonly [option: string, isThere: boolean];
}

const SERVER = "client server";
const CLIENT_BACK = [
  "ip -n client link set eth0 up",
  "ip -n client route add default via 10.1.0.1",
  "ip -n client addr replace fd00:1::11/64 dev eth0 nodad",
  "ip -n client route replace default via fd00:1::1",
];
const SERVER_BACK = [
  "ip -n server link set eth0 up",
  "ip -n server route add default via 10.2.0.1",
  "ip -n server addr replace fd00:2::2/64 dev eth0 nodad",
  "ip -n server route replace default via fd00:2::1",
];
const DROP = (netns: string, hook: string, family = "inet", more = "") => ({
  break: [
    `in ${netns}: nft add table ${family} wall`,
    `in ${netns}: nft add chain ${family} wall stop { type filter hook ${hook} ${more} priority 0 \\; }`,
    `in ${netns}: nft add rule ${family} wall stop ip protocol icmp counter drop`,
  ],
  mend: [`in ${netns}: nft delete table ${family} wall`],
});

/** Those that issue 15 lists. */
export const BREAKAGES: readonly Breakage[] = [
  {
    what: "the near end of a cable is down",
    break: ["ip -n client link set eth0 down"],
    mend: CLIENT_BACK,
    ask: SERVER,
    names: /client\/eth0 is down/,
    change: "client-cable a.up",
  },
  {
    what: "the far end of a cable is down",
    break: ["ip -n server link set eth0 down"],
    mend: SERVER_BACK,
    ask: SERVER,
    names: /server\/eth0.* is down/,
    change: "server-cable b.up",
  },
  {
    what: "a port of the bridge is down",
    break: ["ip -n switch link set p1 down"],
    mend: ["ip -n switch link set p1 up"],
    ask: SERVER,
    names: /switch\/p1.* is down/,
    change: "client-cable b.up",
  },
  {
    what: "a port of the bridge that the packet would leave by is down",
    break: ["ip -n switch link set p1 down"],
    mend: ["ip -n switch link set p1 up"],
    ask: "peer client",
    names: /^switch\/p1 is down: .*`b\.up: true`/,
    change: "client-cable b.up",
  },
  {
    what: "a port of the bridge has no carrier, because the other end of its cable is down",
    break: ["ip -n client link set eth0 down"],
    mend: CLIENT_BACK,
    ask: "peer client",
    names: /^client\/eth0, the other end of switch\/p1, is down: .*`a\.up: true`/,
    change: "client-cable a.up",
  },
  ...(["peer 10.8.0.2", "twin 10.8.0.1"] as const).map(
    (ask): Breakage => ({
      what: `the program itself keeps a device down, asked from ${ask.split(" ")[0]}`,
      break: [],
      mend: [],
      ask,
      names:
        /twin\/eth0.* is down: the program keeps it down \(`a\.up: false` of the VethPair spare-cable\); say `up: true`/,
      change: "spare-cable a.up",
    }),
  ),
  {
    what: "the one who asks has no address",
    break: ["ip -n client addr del 10.1.0.11/24 dev eth0"],
    mend: ["ip -n client addr add 10.1.0.11/24 dev eth0", "ip -n client route add default via 10.1.0.1"],
    ask: "client 10.2.0.2",
    names: /client-v4/,
    change: "client-v4",
  },
  {
    what: "the one who is asked has no address",
    break: ["ip -n server addr del 10.2.0.2/24 dev eth0"],
    mend: ["ip -n server addr add 10.2.0.2/24 dev eth0", "ip -n server route add default via 10.2.0.1"],
    ask: SERVER,
    names: /10\.2\.0\.2/,
    change: "server-v4",
  },
  {
    what: "a prefix is too long",
    break: ["ip -n client addr del 10.1.0.11/24 dev eth0", "ip -n client addr add 10.1.0.11/30 dev eth0"],
    mend: [
      "ip -n client addr add 10.1.0.11/24 dev eth0",
      "ip -n client addr del 10.1.0.11/30 dev eth0",
      "ip -n client route replace default via 10.1.0.1",
    ],
    ask: SERVER,
    names: /client/,
    change: "client-v4",
  },
  {
    what: "there is no route",
    break: ["ip -n client route del default"],
    mend: ["ip -n client route add default via 10.1.0.1"],
    ask: SERVER,
    names: /client has no route to 10\.2\.0\.2/,
    change: "client-default",
  },
  {
    what: "the sender has the address of the host itself, and answers itself",
    break: ["ip -n client addr add 10.2.0.2/32 dev lo"],
    mend: ["ip -n client addr del 10.2.0.2/32 dev lo"],
    ask: SERVER,
    names: /^client has 10\.2\.0\.2 itself, so it cannot reach server by that address: /,
    change: undefined,
    line: /ip -n client addr del 10\.2\.0\.2/,
  },
  {
    what: "a host on the way has the address, and answers",
    break: ["ip -n router addr add 10.2.0.2/32 dev lo"],
    mend: ["ip -n router addr del 10.2.0.2/32 dev lo"],
    ask: SERVER,
    names: /^A packet for 10\.2\.0\.2 of server ends at router, which has that address, too: /,
    change: undefined,
    line: /ip -n router addr del 10\.2\.0\.2/,
  },
  {
    what: "there is no way back",
    break: ["ip -n server route del default"],
    mend: ["ip -n server route add default via 10.2.0.1"],
    ask: SERVER,
    names: /server has no route (back )?to 10\.1\.0\.11/,
    change: "server-default",
  },
  {
    what: "rp_filter is strict where the way back is another",
    break: ["in router: sysctl -qw net.ipv4.conf.eth0.rp_filter=1", "ip -n router route add 10.1.0.11/32 dev eth2"],
    mend: ["ip -n router route del 10.1.0.11/32 dev eth2", "in router: sysctl -qw net.ipv4.conf.eth0.rp_filter=0"],
    ask: SERVER,
    names: /rp_filter.*router|router.*rp_filter/,
    change: undefined,
    line: /ip -n router route del 10\.1\.0\.11/,
  },
  {
    what: "both ends of a cable are in one host, as in the article about ARP",
    break: [],
    mend: [],
    ask: "twin 10.9.0.2 -I ta",
    names: /accept_local/,
    change: "twin-[ab]",
  },
  {
    what: "forwarding is off",
    break: ["in router: sysctl -qw net.ipv4.ip_forward=0"],
    mend: ["in router: sysctl -qw net.ipv4.ip_forward=1"],
    ask: SERVER,
    names: /router .*does not forward.*net\.ipv4\.ip_forward/,
    change: "forwarding value",
  },
  {
    what: "forwarding of IPv6 is off",
    break: ["in router: sysctl -qw net.ipv6.conf.all.forwarding=0"],
    mend: ["in router: sysctl -qw net.ipv6.conf.all.forwarding=1"],
    ask: `${SERVER} -6`,
    names: /router .*does not forward.*net\.ipv6\.conf\.all\.forwarding/,
    change: "forwarding6 value",
  },
  {
    what: "the MTU is too small for a packet that may not be cut up",
    break: ["ip -n router link set eth1 mtu 1300"],
    mend: ["ip -n router link set eth1 mtu 1500"],
    ask: `${SERVER} --size 1400`,
    names: /1300.*router\/eth1|router\/eth1.*1300/,
    change: "server-cable a.mtu",
    line: /^ip -n router link set dev eth1 mtu 1500$/,
  },
  {
    what: "a VLAN is not carried",
    break: ["in switch: ip link set br0 type bridge vlan_filtering 1", "bridge -n switch vlan del dev p3 vid 1"],
    mend: [
      "bridge -n switch vlan add dev p3 vid 1 pvid untagged",
      "in switch: ip link set br0 type bridge vlan_filtering 0",
    ],
    ask: SERVER,
    names: /switch\/br0 does not send VLAN 1 out by p3/,
    change: "router-port vlans",
    needs: ["CONFIG_BRIDGE_VLAN_FILTERING", hasVlanFiltering],
  },
  {
    what: "a port of the bridge does not forward, for the spanning tree protocol is at work",
    break: [
      "in switch: ip link set br0 type bridge stp_state 1",
      "ip -n switch link set p1 down",
      "ip -n switch link set p1 up",
      "until: bridge -n switch link show dev p1 | grep -E 'listening|learning'",
    ],
    mend: [
      "in switch: ip link set br0 type bridge stp_state 0",
      "ip -n switch link set p1 down",
      "ip -n switch link set p1 up",
      "until: bridge -n switch link show dev p1 | grep forwarding",
    ],
    ask: SERVER,
    names: /switch\/p1.*(listening|learning)/,
    change: "bridge stp",
  },
  {
    what: "two ports of the bridge are isolated from each other",
    break: ["bridge -n switch link set dev p1 isolated on", "bridge -n switch link set dev p3 isolated on"],
    mend: ["bridge -n switch link set dev p1 isolated off", "bridge -n switch link set dev p3 isolated off"],
    ask: SERVER,
    names: /isolated/,
    change: "(client|router)-port isolated",
  },
  {
    what: "a neighbour is wrong by hand",
    break: ["ip -n client neigh replace 10.1.0.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent"],
    mend: ["ip -n client neigh del 10.1.0.1 dev eth0"],
    ask: SERVER,
    names: /02:00:00:00:00:99/,
    change: undefined,
    line: /ip .*neigh (del|replace) 10\.1\.0\.1/,
  },
  ...(
    [
      ["prerouting", DROP("router", "prerouting")],
      ["forward", DROP("router", "forward")],
      ["postrouting", DROP("router", "postrouting")],
      ["input", DROP("server", "input")],
      ["output", DROP("client", "output")],
      ["ingress", DROP("server", "ingress", "netdev", "device eth0")],
    ] as const
  ).map(
    ([hook, lines]): Breakage => ({
      what: `a firewall drops in ${hook}`,
      ...lines,
      ask: SERVER,
      names: new RegExp(`table .*wall.*${hook}|${hook}.*wall`),
      change: undefined,
    }),
  ),
  {
    what: "a rule of a table that the program has drops",
    break: ["in router: nft insert rule inet filter forward ip daddr 10.2.0.2 drop"],
    mend: ["in router: nft flush chain inet filter forward"],
    ask: SERVER,
    names: /table inet filter.*forward|forward.*filter/,
    change: "filter rules",
  },
  {
    what: "a policy rule leads to an empty table",
    break: ["ip -n client route del default", "ip -n client rule add from 10.1.0.11 lookup 77 priority 100"],
    mend: ["ip -n client rule del priority 100", "ip -n client route add default via 10.1.0.1"],
    ask: SERVER,
    names: /client has no route to 10\.2\.0\.2/,
    change: "client-default",
  },
  {
    what: "a route is a black hole",
    break: ["ip -n router route add blackhole 10.2.0.2/32"],
    mend: ["ip -n router route del blackhole 10.2.0.2/32"],
    ask: SERVER,
    names: /router.*blackhole/,
    change: undefined,
    line: /ip .*route del blackhole 10\.2\.0\.2/,
  },
  {
    what: "an address is there twice",
    break: ["ip -n peer addr add 10.1.0.11/24 dev eth0", "in peer: ping -c 1 -W 1 -I 10.1.0.11 10.1.0.1"],
    mend: ["ip -n peer addr del 10.1.0.11/24 dev eth0", "ip -n router neigh flush dev eth0"],
    ask: SERVER,
    names: /10\.1\.0\.11.*peer\/eth0|peer\/eth0.*10\.1\.0\.11/,
    change: undefined,
  },
  {
    what: "nobody listens on the port",
    break: [],
    mend: [],
    ask: `${SERVER} --tcp 81`,
    names: /server.*listens.*81|listens.*81.*server/,
    change: undefined,
  },
  {
    what: "IPv6 is off on a device",
    break: ["in server: sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1"],
    mend: [
      "in server: sysctl -qw net.ipv6.conf.eth0.disable_ipv6=0",
      "ip -n server addr replace fd00:2::2/64 dev eth0 nodad",
      "ip -n server route replace default via fd00:2::1",
    ],
    ask: `${SERVER} -6`,
    names: /IPv6 is off.*server\/eth0|server\/eth0.*disable_ipv6/,
    change: undefined,
    line: /disable_ipv6/,
  },
  {
    what: "duplicate address detection has failed",
    break: [
      "ip -n server addr del fd00:2::2/64 dev eth0",
      "ip -n router addr add fd00:2::2/64 dev eth1 nodad",
      "ip -n server addr add fd00:2::2/64 dev eth0",
      "until: ip -n server addr show dadfailed | grep fd00:2::2",
      "ip -n router addr del fd00:2::2/64 dev eth1",
    ],
    mend: [
      "ip -n server addr del fd00:2::2/64 dev eth0",
      "ip -n server addr add fd00:2::2/64 dev eth0 nodad",
      "ip -n server route replace default via fd00:2::1",
    ],
    ask: `${SERVER} -6`,
    names: /fd00:2::2.*duplicate address detection/,
    change: "server-v6 noDad",
  },
  {
    what: "a gateway is on no network of the host",
    break: ["ip -n client route replace default via 10.5.0.1 dev eth0 onlink"],
    mend: ["ip -n client route replace default via 10.1.0.1"],
    ask: SERVER,
    names: /10\.5\.0\.1/,
    change: "client-default gateway",
  },
  {
    what: "nobody answers ARP for another",
    break: ["in router: sysctl -qw net.ipv4.conf.eth0.proxy_arp=0"],
    mend: ["in router: sysctl -qw net.ipv4.conf.eth0.proxy_arp=1"],
    ask: "client guest",
    names: /proxy_arp/,
    change: "proxy-lan value",
  },
  {
    what: "a qdisc loses all",
    break: ["in router: tc qdisc add dev eth1 root netem loss 100%"],
    mend: ["in router: tc qdisc del dev eth1 root"],
    ask: SERVER,
    names: /router\/eth1.*netem|netem.*router\/eth1/,
    change: undefined,
    needs: ["CONFIG_NET_SCH_NETEM", hasQdisc("netem loss 100%")],
  },
];
