import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: { leaf1: { forwarding: true }, leaf2: { forwarding: true }, spine: { forwarding: true } },
  links: [
    { between: ["leaf1", "spine"] },
    { between: ["leaf2", "spine"] },
    { between: ["client1", "leaf1"] },
    { between: ["client2", "leaf2"] },
  ],
});
new netns.Topology("clos01", topology);
