import type { Breakage } from "./cases";

const SERVER = "client server";
/** The kernel asks for three seconds who has the address, and a later case would see it. */
const FORGET_77 = "ip -n router neigh flush 10.2.0.77 nud all";

/** Others, of which no line of provider/why knows: what the walk, the kernel or the packet itself tells must be enough. */
export const OUR_OWN: readonly Breakage[] = [
  {
    what: "a device has ARP off",
    break: ["ip -n server link set eth0 arp off", "ip -n router neigh flush dev eth1"],
    mend: ["ip -n server link set eth0 arp on"],
    ask: SERVER,
    names: /server\/eth0 has ARP off/,
    change: "server-cable",
  },
  {
    what: "the route of an address's own network is gone",
    break: ["ip -n router route del 10.2.0.0/24 dev eth1"],
    mend: ["ip -n router route add 10.2.0.0/24 dev eth1 proto kernel scope link src 10.2.0.1"],
    ask: SERVER,
    names: /router.*10\.2\.0\.2.*no route/,
    change: undefined,
  },
  {
    what: "a host does not take its own address for its own",
    break: ["ip -n server route del local 10.2.0.2 table local dev eth0"],
    mend: ["ip -n server route add local 10.2.0.2 table local dev eth0 proto kernel scope host src 10.2.0.2"],
    ask: SERVER,
    names: /server does not take 10\.2\.0\.2 for its own/,
    change: undefined,
  },
  {
    what: "packets start with a time to live of 1",
    break: ["in client: sysctl -qw net.ipv4.ip_default_ttl=1"],
    mend: ["in client: sysctl -qw net.ipv4.ip_default_ttl=64"],
    ask: SERVER,
    names: /Time to live exceeded/,
    change: undefined,
  },
  {
    what: "a host ignores pings",
    break: ["in server: sysctl -qw net.ipv4.icmp_echo_ignore_all=1"],
    mend: ["in server: sysctl -qw net.ipv4.icmp_echo_ignore_all=0"],
    ask: SERVER,
    names: /server.*icmp_echo_ignore_all/,
    change: undefined,
    line: /icmp_echo_ignore_all=0/,
  },
  {
    what: "a qdisc lets nothing out in time",
    break: ["in router: tc qdisc add dev eth1 root tbf rate 8bit burst 10 limit 10"],
    mend: ["in router: tc qdisc del dev eth1 root"],
    ask: SERVER,
    names: /router.*(tbf|qdisc)/i,
    change: undefined,
    line: /tc -n router qdisc del/,
  },
  {
    what: "routes lead round in a circle",
    break: ["ip -n router route add 10.2.0.2/32 via 10.1.0.11"],
    mend: ["ip -n router route del 10.2.0.2/32"],
    ask: SERVER,
    names: /10\.2\.0\.2/,
    change: undefined,
    line: /ip -n router route del 10\.2\.0\.2/,
  },
  {
    what: "a table of the bridge family drops",
    break: [
      "in switch: nft add table bridge wall",
      "in switch: nft add chain bridge wall stop { type filter hook forward priority 0 \\; }",
      "in switch: nft add rule bridge wall stop ether type ip counter drop",
    ],
    mend: ["in switch: nft delete table bridge wall"],
    ask: SERVER,
    names: /firewall of switch drops.*table bridge wall/,
    change: undefined,
    line: /nft delete table bridge wall/,
  },
  {
    what: "the rule for the main table is gone",
    break: ["ip -n client rule del from all lookup main"],
    mend: ["ip -n client rule add from all lookup main priority 32766"],
    ask: SERVER,
    names: /client.*no (route|way)/,
    change: undefined,
  },
  {
    what: "routes that only somebody's doing makes lead round in a circle",
    break: ["ip -n router route add 10.7.0.0/24 via 10.2.0.2", "in server: sysctl -qw net.ipv4.ip_forward=1"],
    mend: ["ip -n router route del 10.7.0.0/24", "in server: sysctl -qw net.ipv4.ip_forward=0"],
    ask: "client 10.7.0.1",
    names: /in a circle: the route router\/10\.7\.0\.0\/24 is not of the stack/,
    change: undefined,
    line: /ip -n router route del 10\.7\.0\.0\/24/,
  },
  {
    what: "one of two ways leads by a host that does not forward",
    break: [
      "ip -n client route add 10.2.0.2/32 nexthop via 10.1.0.12 nexthop via 10.1.0.1",
      "ip -n client route get 10.2.0.2 | grep 10.1.0.12 || " +
        "ip -n client route replace 10.2.0.2/32 nexthop via 10.1.0.1 nexthop via 10.1.0.12",
    ],
    mend: ["ip -n client route del 10.2.0.2/32"],
    ask: SERVER,
    names: /^peer gets a packet for 10\.2\.0\.2, and does not forward: net\.ipv4\.ip_forward is 0/,
    change: "peer",
  },
  {
    what: "a firewall sets another address, by a rule that is not followed",
    break: [
      "in router: nft add chain inet filter turn { type filter hook prerouting priority -300 \\; }",
      "in router: nft add rule inet filter turn ip daddr 10.2.0.2 ip daddr set 10.2.0.77",
    ],
    mend: ["in router: nft flush chain inet filter turn", "in router: nft delete chain inet filter turn", FORGET_77],
    ask: SERVER,
    names: /who has 10\.2\.0\.77.*the chain turn of the table inet filter/,
    change: "filter rules",
  },
  {
    what: "IPsec blocks, of which no kind knows",
    break: ["ip -n router xfrm policy add src 10.1.0.11 dst 10.2.0.2 dir fwd action block"],
    mend: ["ip -n router xfrm policy flush"],
    ask: SERVER,
    names: /; unusual there: states and policies of IPsec/,
    change: undefined,
  },
  {
    what: "a program listens only on the loopback device",
    break: [
      "in server: (timeout 20 nc -l 127.0.0.1 8080 || timeout 20 busybox nc -l -p 8080 -s 127.0.0.1) >/dev/null 2>&1 &",
    ],
    mend: [],
    ask: `${SERVER} --tcp 8080`,
    names: /Nobody on server listens on TCP port 8080 of 10\.2\.0\.2/,
    change: undefined,
  },
];
