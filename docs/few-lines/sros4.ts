import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: { sr1: { forwarding: true }, sr2: { forwarding: true }, sr3: { forwarding: true }, sr4: { forwarding: true } },
  links: [
    { between: ["sr1", "sr2"] },
    { between: ["sr2", "sr3"] },
    { between: ["sr3", "sr4"] },
    { between: ["sr4", "sr1"] },
  ],
});
new netns.Topology("sros4", topology);
