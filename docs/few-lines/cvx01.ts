import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  links: [{ between: ["sw1", "sw2"] }],
});
new netns.Topology("cvx01", topology);
