/** A lab that works, though it looks like one that does not. */
interface WorkingLab {
  /** The finding that it could be taken for. */
  code: string;
  how: string;
  lab: string;
  /** What succeeds in it. */
  command: string;
}

export const WORKING_LABS: readonly WorkingLab[] = [
  {
    code: "router-without-forwarding",
    how: "the devices of the router forward, each by itself",
    lab: `
      cable a/eth0 r/left
      cable b/eth0 r/right
      address a/eth0 10.0.1.2/24
      address r/left 10.0.1.1/24
      address r/right 10.0.2.1/24
      address b/eth0 10.0.2.2/24
      route a default 10.0.1.1
      route b default 10.0.2.1
      sysctl r net.ipv4.conf.left.forwarding 1
      sysctl r net.ipv4.conf.right.forwarding 1`,
    command: "ip netns exec a ping -c 1 -W 1 10.0.2.2",
  },
  {
    code: "gateway-missing",
    how: "the gateway is what the kernel makes of a MAC address",
    lab: `
      cable a/eth0 r/eth0 {"b":{"mac":"02:00:00:00:00:07"}}
      address a/eth0 2001:db8::2/64 {"noDad":true}
      address r/eth0 2001:db8::1/64 {"noDad":true}
      address r/lo 2001:db8:9::1/128
      route a 2001:db8:9::/64 fe80::ff:fe00:7 {"device":"eth0"}`,
    command: "for i in 1 2 3 4 5 6 7 8 9; do ip netns exec a ping -c 1 -W 1 2001:db8:9::1 && exit; done; exit 1",
  },
  {
    code: "arp-trap",
    how: "a server has two devices for the others on the network",
    lab: `
      bridge sw/br0
      cable client/eth0 sw/p0
      cable server/eth0 sw/p1
      cable server/eth1 sw/p2
      port sw/br0 p0
      port sw/br0 p1
      port sw/br0 p2
      address client/eth0 10.0.0.1/24
      address server/eth0 10.0.0.2/24
      address server/eth1 10.0.0.3/24
      sysctl server net.ipv4.conf.all.arp_ignore 1
      sysctl server net.ipv4.conf.all.arp_announce 2
      rule server 100 {"from":"10.0.0.3/32","table":100}
      route server 10.0.0.0/24 {"device":"eth1","table":100}`,
    command: "ip netns exec client sh -c 'ping -c 1 -W 1 10.0.0.2 && ping -c 1 -W 1 10.0.0.3'",
  },
  {
    code: "bridge-mtu and tunnel-mtu",
    how: "nobody sends more than fits through the tunnel",
    lab: `
      cable s1/under s2/under
      address s1/under 192.0.2.1/24
      address s2/under 192.0.2.2/24
      vxlan s1/vx0 42 {"remote":"192.0.2.2"}
      vxlan s2/vx0 42 {"remote":"192.0.2.1"}
      bridge s1/br0
      bridge s2/br0
      cable a/eth0 s1/p1 {"a":{"mtu":1400},"b":{"mtu":1400}}
      cable b/eth0 s2/p1 {"a":{"mtu":1400},"b":{"mtu":1400}}
      port s1/br0 vx0
      port s1/br0 p1
      port s2/br0 vx0
      port s2/br0 p1
      address a/eth0 10.0.0.1/24
      address b/eth0 10.0.0.2/24`,
    command: "ip netns exec a ping -c 1 -W 1 -M do -s 1372 10.0.0.2",
  },
];
