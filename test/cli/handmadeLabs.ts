import {
  hasDummy,
  hasMacvlan,
  hasNft,
  hasQdisc,
  hasTun,
  hasVlan,
  hasVlanFiltering,
  hasVxlan,
} from "../support/suites/kernelOptions";

/** A lab as the kernel's selftests make theirs, by `ip` and its like, in namespaces of its own. */
interface HandmadeLab {
  what: string;
  /** Whether the kernel here has all that it needs. */
  isPossible: boolean;
  script: string;
}

const qdiscs = hasQdisc("tbf rate 1mbit burst 32kb latency 50ms") && hasQdisc("netem delay 1ms");

export const HANDMADE_LABS: readonly HandmadeLab[] = [
  {
    what: "two hosts and a cable, with both families, a MAC address of its own and an mtu",
    isPossible: true,
    script: `
for ns in two0 two1; do ip netns add $ns; ip -n $ns link set lo up; done
ip link add veth0 type veth peer name veth1
ip link set veth0 netns two0; ip link set veth1 netns two1
ip -n two0 link set veth0 address 00:00:5e:00:53:01 mtu 1400 up; ip -n two1 link set veth1 mtu 1400 up
ip -n two0 addr add 10.0.1.1/24 dev veth0; ip -n two1 addr add 10.0.1.2/24 dev veth1
ip -n two0 addr add 10.0.1.3/24 dev veth0; ip -n two0 addr add 192.0.2.1 peer 192.0.2.2/32 dev veth0
ip -n two0 addr add 2001:db8:1::1/64 dev veth0 nodad; ip -n two1 addr add 2001:db8:1::2/64 dev veth1 nodad
ip netns exec two1 ethtool -K veth1 tx off >/dev/null; ip -n two1 link set veth1 txqueuelen 50
`,
  },
  {
    what: "a router with its address on its loopback and, unnumbered, on each of its links",
    isPossible: true,
    script: `
ip netns add unnum; ip -n unnum link set lo up
for n in 1 2; do
  ip netns add leaf$n; ip -n leaf$n link set lo up; ip link add name eth0 netns leaf$n type veth peer name leaf$n netns unnum
  ip -n leaf$n link set eth0 up; ip -n unnum link set leaf$n up; ip -n unnum addr add 10.255.0.1/32 dev leaf$n
done
ip -n unnum addr add 10.255.0.1/32 dev lo; ip -n unnum addr add 2001:db8:ff::1/128 dev lo
ip -n unnum addr add 2001:db8:ff::1/128 dev leaf1 nodad
`,
  },
  {
    what: "a bridge with ports of which one is isolated",
    isPossible: true,
    script: `
ip netns add sw; ip -n sw link add br0 type bridge ageing_time 6000 priority 100; ip -n sw link set br0 up
for n in 1 2 3; do
  ip netns add pc$n; ip -n pc$n link set lo up
  ip link add eth0 netns pc$n type veth peer name p$n netns sw
  ip -n sw link set p$n master br0 up; ip -n pc$n link set eth0 up; ip -n pc$n addr add 10.0.2.$n/24 dev eth0
done
ip -n sw link set p3 type bridge_slave isolated on hairpin on cost 10
ip -n sw addr add 10.0.2.254/24 dev br0
`,
  },
  {
    what: "VLANs over a trunk",
    isPossible: hasVlanFiltering,
    script: `
ip netns add trunk; ip -n trunk link add br0 type bridge vlan_filtering 1; ip -n trunk link set br0 up
ip -n trunk link add t0 type veth peer name t1
ip -n trunk link set t0 master br0 up; ip -n trunk link set t1 up
bridge -n trunk vlan add dev t0 vid 10-20; bridge -n trunk vlan add dev br0 vid 10 self; bridge -n trunk vlan del dev t0 vid 1
`,
  },
  {
    what: "a router with forwarding, routes of several sorts and policy rules",
    isPossible: true,
    script: `
for ns in left router right; do ip netns add $ns; ip -n $ns link set lo up; done
ip link add eth0 netns left type veth peer name to-left netns router
ip link add eth0 netns right type veth peer name to-right netns router
for ns in left right; do ip -n $ns link set eth0 up; ip -n router link set to-$ns up; done
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
ip netns exec router sysctl -qw net.ipv4.conf.all.rp_filter=2 net.ipv4.conf.to-left.proxy_arp=1 net.ipv4.conf.default.arp_ignore=1
ip -n left addr add 10.0.3.2/24 dev eth0; ip -n router addr add 10.0.3.1/24 dev to-left
ip -n right addr add 10.0.4.2/24 dev eth0; ip -n router addr add 10.0.4.1/24 dev to-right
ip -n left -6 addr add 2001:db8:3::2/64 dev eth0 nodad; ip -n router -6 addr add 2001:db8:3::1/64 dev to-left nodad
ip -n left route add default via 10.0.3.1; ip -n right route add default via 10.0.4.1 metric 50
ip -n left -6 route add default via 2001:db8:3::1
ip -n left -6 route add 2001:db8:9::/48 via 2001:db8:3::1 metric 50
ip -n router route add blackhole 10.0.9.0/24; ip -n router route add unreachable 10.0.8.0/24 table 100
ip -n router route add 10.7.0.0/16 nexthop via 10.0.3.2 weight 2 nexthop via 10.0.4.2
ip -n router route add 10.6.0.0/16 via 10.0.4.2 src 10.0.4.1 mtu 1300 table 100
ip -n router rule add priority 100 from 10.0.3.0/24 table 100; ip -n router rule add priority 101 iif to-left fwmark 0x10/0xff blackhole
ip -n router -6 rule add priority 200 to 2001:db8:7::/48 table 100
`,
  },
  {
    what: "a VXLAN between two hosts, with an FDB by hand",
    isPossible: hasVxlan,
    script: `
for ns in site1 site2; do ip netns add $ns; ip -n $ns link set lo up; done
ip link add eth0 netns site1 type veth peer name eth0 netns site2
for n in 1 2; do
  ip -n site$n link set eth0 up; ip -n site$n addr add 192.0.2.$n/24 dev eth0
  ip -n site$n link add vx0 type vxlan id 42 dstport 4789 local 192.0.2.$n dev eth0 nolearning
  ip -n site$n link set vx0 up; ip -n site$n addr add 10.4.0.$n/24 dev vx0
  bridge -n site$n fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.$((3 - n))
done
mac=$(ip -n site2 -br link show vx0 | awk '{ print $3 }')
bridge -n site1 fdb add $mac dev vx0 dst 192.0.2.2
ip -n site1 neigh add 10.4.0.2 lladdr $mac dev vx0
`,
  },
  {
    what: "macvlans on one parent",
    isPossible: hasMacvlan,
    script: `
ip netns add mac; ip -n mac link add up0 type veth peer name up1
ip -n mac link set up0 up; ip -n mac link set up1 up
ip -n mac link add mv0 link up0 type macvlan mode bridge; ip -n mac link add mv1 link up0 type macvlan mode private
ip -n mac link set mv0 up; ip -n mac addr add 10.0.5.1/24 dev mv0
`,
  },
  {
    what: "a VLAN device and a dummy",
    isPossible: hasVlan && hasDummy,
    script: `
ip netns add vl; ip -n vl link add d0 type dummy; ip -n vl link set d0 up
ip -n vl link add link d0 name d0.10 type vlan id 10; ip -n vl link set d0.10 up; ip -n vl addr add 10.0.6.1/24 dev d0.10
ip netns exec vl sysctl -qw net.ipv4.conf.d0/10.rp_filter=1
`,
  },
  {
    what: "a tap",
    isPossible: hasTun,
    script: "ip netns add vm; ip -n vm tuntap add dev tap0 mode tap user nobody; ip -n vm link set tap0 up",
  },
  {
    what: "neighbours by hand, and a proxy's",
    isPossible: true,
    script: `
ip netns add nb; ip -n nb link set lo up
ip -n nb link add n0 type veth peer name n1; ip -n nb link set n0 up; ip -n nb link set n1 up
ip -n nb addr add 10.0.7.1/24 dev n0; ip -n nb addr add 2001:db8:7::1/64 dev n0 nodad
mac=$(ip -n nb -br link show n1 | awk '{ print $3 }')
ip -n nb neigh add 10.0.7.9 lladdr $mac dev n0; ip -n nb neigh add 2001:db8:7::9 lladdr 02:00:00:00:00:09 dev n0 router
ip -n nb neigh add proxy 10.0.7.77 dev n0
`,
  },
  {
    what: "NAT and a firewall of nftables",
    isPossible: hasNft,
    script: `
ip netns add gw; ip -n gw link set lo up
ip -n gw link add wan type veth peer name isp; ip -n gw link set wan up; ip -n gw link set isp up
ip netns exec gw nft -f - <<'END'
table ip nat {
	chain post {
		type nat hook postrouting priority srcnat; policy accept;
		oif "wan" ip saddr 10.0.0.0/8 masquerade
	}
}
table inet filter {
	set bad {
		type ipv4_addr
		flags interval
		elements = { 192.0.2.0/24, 198.51.100.0/24 }
	}
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ip saddr @bad drop
		iifname "wan" tcp dport { 22, 443 } counter accept comment "from outside"
	}
}
END
`,
  },
  {
    what: "qdiscs: a rate, a delay, and one below another",
    isPossible: qdiscs && hasQdisc("prio"),
    script: `
ip netns add slow; ip -n slow link add q0 type veth peer name q1; ip -n slow link set q0 up; ip -n slow link set q1 up
tc -n slow qdisc add dev q0 root tbf rate 1mbit burst 32kb latency 400ms
tc -n slow qdisc add dev q1 root handle 1: prio; tc -n slow qdisc add dev q1 parent 1:1 netem delay 50ms 5ms loss 0.5%
`,
  },
  {
    what: "the machine's own namespace on a cable",
    isPossible: true,
    script: `
ip netns add guest; ip -n guest link set lo up
ip link add host0 type veth peer name eth0 netns guest; ip link set host0 up; ip -n guest link set eth0 up
ip addr add 10.0.10.1/24 dev host0; ip -n guest addr add 10.0.10.2/24 dev eth0; ip -n guest route add default via 10.0.10.1
sysctl -qw net.ipv4.ip_forward=1
`,
  },
];
