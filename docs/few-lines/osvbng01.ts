import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: { bng: { forwarding: true } },
  links: [{ between: ["subscribers", "bng"] }, { between: ["bng", "corerouter"] }],
});
new netns.Topology("osvbng01", topology);
