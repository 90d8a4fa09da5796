import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: {
    leaf1: { forwarding: true },
    leaf2: { forwarding: true },
    leaf3: { forwarding: true },
    leaf4: { forwarding: true },
    spine1: { forwarding: true },
    spine2: { forwarding: true },
    spine3: { forwarding: true },
    spine4: { forwarding: true },
    superspine1: { forwarding: true },
    superspine2: { forwarding: true },
  },
  links: [
    { between: ["leaf1", "spine1"] },
    { between: ["leaf1", "spine2"] },
    { between: ["leaf2", "spine1"] },
    { between: ["leaf2", "spine2"] },
    { between: ["spine1", "superspine1"] },
    { between: ["spine2", "superspine2"] },
    { between: ["leaf3", "spine3"] },
    { between: ["leaf3", "spine4"] },
    { between: ["leaf4", "spine3"] },
    { between: ["leaf4", "spine4"] },
    { between: ["spine3", "superspine1"] },
    { between: ["spine4", "superspine2"] },
    { between: ["client1", "leaf1"] },
    { between: ["client2", "leaf2"] },
    { between: ["client3", "leaf3"] },
    { between: ["client4", "leaf4"] },
  ],
});
new netns.Topology("clos02", topology);
