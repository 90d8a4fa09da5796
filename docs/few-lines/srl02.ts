import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  links: [{ between: ["n1", "n2"] }],
});
new netns.Topology("srl02", topology);
