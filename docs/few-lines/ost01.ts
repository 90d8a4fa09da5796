import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  links: [{ between: ["ost", "srl"] }, { between: ["ost", "srl"] }],
});
new netns.Topology("ost01", topology);
