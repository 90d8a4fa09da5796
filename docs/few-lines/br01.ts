import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  switches: { sw: { hosts: ["n1", "n2", "n3"] } },
});
new netns.Topology("br01", topology);
