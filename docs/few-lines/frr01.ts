import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: { router1: { forwarding: true }, router2: { forwarding: true }, router3: { forwarding: true } },
  links: [
    { between: ["router1", "router2"] },
    { between: ["router1", "router3"] },
    { between: ["router2", "router3"] },
    { between: ["pc1", "router1"] },
    { between: ["pc2", "router2"] },
    { between: ["pc3", "router3"] },
  ],
});
new netns.Topology("frr01", topology);
