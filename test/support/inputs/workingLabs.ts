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
];
