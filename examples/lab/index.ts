import * as netns from "pulumi-netns";

const { topology, hosts } = netns.labOutput({
  hosts: { r: { forwarding: true } },
  switches: { s1: { hosts: ["h1", "h2", "h3", "r"], subnet: "10.0.1.0/24" } },
  links: [{ between: ["r", "internet"], subnet: "192.0.2.0/30" }],
});
new netns.Topology("lab", topology);

export const internet = hosts.internet?.ipv4;
