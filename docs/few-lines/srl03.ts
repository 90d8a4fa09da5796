import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: {
    wan1: { forwarding: true },
    wan2: { forwarding: true },
    wan3: { forwarding: true },
    wan4: { forwarding: true },
  },
  links: [
    { between: ["wan1", "wan2"] },
    { between: ["wan1", "wan2"] },
    { between: ["wan1", "wan2"] },
    { between: ["wan1", "wan2"] },
    { between: ["wan1", "wan3"] },
    { between: ["wan1", "wan3"] },
    { between: ["wan1", "wan4"] },
    { between: ["wan1", "wan4"] },
    { between: ["wan2", "wan3"] },
    { between: ["wan2", "wan3"] },
    { between: ["wan2", "wan4"] },
    { between: ["wan2", "wan4"] },
    { between: ["wan3", "wan4"] },
    { between: ["wan3", "wan4"] },
    { between: ["client1", "wan1"] },
    { between: ["client2", "wan2"] },
    { between: ["client3", "wan3"] },
    { between: ["client4", "wan4"] },
  ],
});
new netns.Topology("srl03", topology);
